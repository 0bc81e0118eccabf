"""The trained networks that finished runs leave behind."""

from pathlib import Path

import keras

from dscl_tf.errors import DataError
from dscl_tf.models.precision import precision
from dscl_tf.runs.find import check_finished
from dscl_tf.runs.networks import encoder_network, segmentation_network
from dscl_tf.runs.run import Run
from dscl_tf.runs.weights_file import load_weights


def load_network(run: str | Path | Run) -> keras.Model:
    """Return the segmentation network of a finished fine-tuning run; in short `dscl_tf.load`.

    Args:
        run: the run's directory, or the run.

    Returns:
        A Keras model in float32, whatever precision it was trained in: image
        (batch, H, W, channels) -> class logits (batch, H, W, classes with background). Images are
        slices on the training grid, normalised as `dscl_tf.data.grid.preprocess` does it.

    Raises:
        DataError: there is no such run, it is of another stage or not finished, or its weights do
            not fit.

    Example:
        The most probable class of every pixel of normalised slices::

            network = dscl_tf.load("runs/finetuned")
            labels = network.predict(images).argmax(axis=-1)
    """
    run = _opened(run)
    check_finished(run, ["finetune"])
    with precision("float32"):
        network = segmentation_network(run.config)
    load_weights(network, run)
    return network


def load_encoder(run: str | Path | Run) -> keras.Model:
    """Return the encoder e of a finished run of any stage that has one, to put a head on.

    Args:
        run: the run's directory, or the run.

    Returns:
        A Keras model in float32: image (batch, H, W, channels) -> its coarsest feature map
        (batch, H / 2^L, W / 2^L, filters), L poolings. Images are slices on the training grid,
        normalised as `dscl_tf.data.grid.preprocess` does it.

    Raises:
        DataError: there is no such run, it is not finished, or its weights do not fit.

    Example:
        A head of your own, here a classifier of slices, in three lines::

            encoder = dscl_tf.load_encoder("runs/pretrained")
            features = keras.layers.GlobalAveragePooling2D()(encoder.output)
            classifier = keras.Model(encoder.input, keras.layers.Dense(2)(features))

        Set `encoder.trainable = False` to train the head alone.
    """
    run = _opened(run)
    if not run.finished:
        raise DataError(f"{run.path}: must be a finished run, got a {run.record['status']} one")
    with precision("float32"):
        network = encoder_network(run.config)
    load_weights(network, run, only="encoder_")
    return network


def _opened(run: str | Path | Run) -> Run:
    return run if isinstance(run, Run) else Run.open(run)
