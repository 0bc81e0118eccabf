"""The settings with which TensorFlow Serving batches requests for an export."""

from pathlib import Path

BATCHING_FILE = "batching_parameters.txt"

# Fields of TensorFlow Serving's BatchingParameters (session_bundle_config.proto).
BATCHING_PARAMETERS = """\
# For tensorflow_model_server --enable_batching --batching_parameters_file=THIS_FILE

# Slices in one request, at most, and slices that the network computes at once.
max_batch_size { value: 1024 }
enable_large_batch_splitting { value: true }
max_execution_batch_size { value: 16 }

# How long the first slice of a batch waits for others.
batch_timeout_micros { value: 2000 }

# Batches that wait; what comes on top is refused as unavailable, to be sent again.
max_enqueued_batches { value: 128 }

# A slice of another size must be an error, not be padded.
pad_variable_length_inputs: false

# num_batch_threads is the machine's, by default its number of CPUs.
"""


def write_batching_parameters(folder: Path) -> None:
    """Write them into `assets.extra` of a SavedModel."""
    (folder / BATCHING_FILE).write_text(BATCHING_PARAMETERS, "utf-8")
