"""How the weights of one stage get into the network of the next."""

import keras

from dscl_tf.config import Model
from dscl_tf.runs.run import Run
from dscl_tf.runs.weights_file import load_weights

# Layers of the heads, which serve the task of one stage alone: a network keeps its own, and those
# of the source are dropped.
OWN_HEADS = ("g2_", "segmentation_")
SOURCE_HEADS = ("g1_", "g2_", "restoration_", "rotation_")


def initialise(network: keras.Model, source: Run, model: Model, *, decoder_blocks: int) -> None:
    """Load into `network` the encoder and the decoder blocks that `source` trained.

    Fine-tuning from a run of global pre-training, which trains no decoder block::

        initialise(network, Run.open("runs/pretrained"), config.model, decoder_blocks=0)

    Args:
        network: receives the weights; its heads and its other decoder blocks stay as they are.
        source: a finished pre-training run.
        model: the settings that `network` was made with.
        decoder_blocks: how many decoder blocks, counted from the encoder, `source` trained.

    Raises:
        DataError: the weights do not fit; every mismatch is listed.
    """
    untrained = range(decoder_blocks + 1, model.decoder_blocks + 1)
    load_weights(
        network,
        source,
        new=[*(f"decoder_block{number}_" for number in untrained), *OWN_HEADS],
        dropped=SOURCE_HEADS,
    )
