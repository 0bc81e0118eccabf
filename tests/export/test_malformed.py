import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.export import models  # noqa: F401 (skips with another backend)
from tests.export.saved_graph import c_library, saved_graph

IMAGE = (2, 16, 24, 1)
MALFORMED = [
    # signature, shapes of inputs, the input that the error names and what it says
    ("serving_default", {"image": (2, 32, 32, 1)}, "image", "[2,32,32,1] is not compatible"),
    ("serving_default", {"image": (2, 16, 24, 3)}, "image", "expected shape [?,16,24,1]"),
    ("serving_default", {"image": (16, 24, 1)}, "image", "[16,24,1] is not compatible"),
    ("serving_default", {"image": ()}, "image", "[] is not compatible"),
    ("serving_default", {"image": (0, 16, 24, 1)}, "image", "must hold one row or more"),
    ("serving_raw", {"image": (2, 32, 32, 1)}, "image", "[2,32,32,1] is not compatible"),
    ("serving_raw", {"image": IMAGE, "low": (1,)}, "`low`", "one value per row of `image`"),
    ("serving_raw", {"image": IMAGE, "high": (3,)}, "`high`", "one value per row of `image`"),
    ("serving_raw", {"image": IMAGE, "low": (2, 1)}, "low", "[2,1] is not compatible"),
    ("serving_raw", {"image": IMAGE, "high": ()}, "high", "[] is not compatible"),
    ("percentiles", {"intensities": (2, 16)}, "intensities", "[2,16] is not compatible"),
    ("percentiles", {"intensities": (0,)}, "`intensities`", "must hold one voxel or more"),
]


@pytest.fixture(scope="module")
def errors(exported):
    """What the C library says to each request, all in one process that none of them ends."""
    signatures = saved_graph(exported.saved).signature_def
    requests = []
    for name, shapes, *_ in MALFORMED:
        tensors = signatures[name].inputs
        shapes = {key: (2,) for key in tensors} | shapes
        fetched = next(iter(signatures[name].outputs.values())).name
        requests.append(({tensors[key].name: shape for key, shape in shapes.items()}, fetched))
    script = str(Path(__file__).with_name("c_library_errors.py"))
    command = [sys.executable, script, c_library(), str(exported.saved), json.dumps(requests)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.mark.parametrize("case", range(len(MALFORMED)))
def test_a_malformed_request_is_answered_with_an_error_that_names_the_input(errors, case):
    *_, name, message = MALFORMED[case]
    assert errors[case] is not None
    assert name in errors[case] and message in errors[case], errors[case]
