"""Export the network of a run."""

import logging
from pathlib import Path

import keras

from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.export.formats import Format
from dscl_tf.export.saved_model import export_saved_model
from dscl_tf.runs.load import load_network
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)


def export_run(
    run: Run,
    output: str | Path,
    version: int = 1,
    format: Format = "saved_model",
    *,
    network: keras.Model | None = None,
) -> Path:
    """Export the network of a finished fine-tuning run; see `export_saved_model`.

    Where the run's `network` is loaded already, it is not loaded again. Rules that remove connected
    components, where the run recorded some, are in `model.json` for the client to follow: the
    network sees single slices.

    Raises:
        UsageError: the version is below 1, or a package for the format is not installed.
        DataError: the run is of another stage or not finished, or the version exists, or `output`
            holds other things than versions of this format.

    Example::

        export_run(Run.open("runs/mine"), "exported", version=2)
    """
    data = run.config.data
    cleaning = Cleaning.of([run])
    exported = export_saved_model(
        network or load_network(run),
        output,
        classes=data.classes,
        spacing=data.spacing,
        percentiles=data.percentiles,
        intensity_range=data.intensity_range,
        unit=data.unit,
        bias_correction=data.bias_correction,
        slice_axis=data.slice_axis,
        channels=data.channels,
        components=cleaning.rule_book() if cleaning else None,
        version=version,
        format=format,
    )
    if cleaning:
        named = [f"{data.classes[label]}: {rule}" for label, rule in cleaning.rules.items()]
        logger.info(
            f"what is served leaves islands in masks; the run's rules ({', '.join(named)}) are in "
            "model.json as `components`, and `dscl-tf predict --server` follows them"
        )
    return exported
