"""Ask a SavedModel through TensorFlow's C library, which checks no shapes, as a server would.

Called as a script by test_malformed with: library, SavedModel, JSON list of requests, each a list
of feeds {tensor: shape} and a tensor to fetch. Prints a JSON list of error messages, null for none.
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from c_library_client import Client


def error_of(client, feeds, fetched):
    arrays = {name: np.ones(shape, np.float32) for name, shape in feeds.items()}
    try:
        client.run(arrays, [fetched])
    except RuntimeError as error:
        return str(error)
    return None


if __name__ == "__main__":
    library, saved_model, requests = sys.argv[1:]
    client = Client(library, saved_model)
    print(json.dumps([error_of(client, *request) for request in json.loads(requests)]))
