"""The network that a fine-tuning run leaves behind."""

import keras

from dscl_tf.errors import DataError
from dscl_tf.models import hand_over, segmentation_network
from dscl_tf.runs.run import Run


def load_network(run: Run) -> keras.Model:
    """Return the segmentation network of a finished fine-tuning run, in float32.

    Raises:
        DataError: the run is of another stage or not finished, or its weights do not fit.
    """
    if run.stage != "finetune" or not run.finished:
        raise DataError(
            f"{run.path}: must be a finished finetune run, got a {run.record['status']} {run.stage}"
        )
    network = segmentation_network(run.config)
    hand_over(network, run.load_arrays("weights"), source=str(run.path / "weights.npz"))
    return network
