"""The network that a fine-tuning run leaves behind."""

import keras

from dscl_tf.models import hand_over, segmentation_network
from dscl_tf.runs.find import check_finished
from dscl_tf.runs.run import Run


def load_network(run: Run) -> keras.Model:
    """Return the segmentation network of a finished fine-tuning run, in float32.

    Raises:
        DataError: the run is of another stage or not finished, or its weights do not fit.
    """
    check_finished(run, ["finetune"])
    network = segmentation_network(run.config)
    hand_over(network, run.load_arrays("weights"), source=str(run.path / "weights.npz"))
    return network
