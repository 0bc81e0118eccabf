"""A Keras model as a SavedModel for TensorFlow Serving. TensorFlow only."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import keras
import tensorflow as tf

from dscl_tf.config import BiasCorrection
from dscl_tf.config.data import SliceAxis
from dscl_tf.errors import DataError, UsageError
from dscl_tf.export.description import describe
from dscl_tf.export.preparation import Preparation
from dscl_tf.export.signatures import describe_signatures, serving_signatures
from dscl_tf.export.warmup import warmup_records, write_warmup
from dscl_tf.files import atomic_directory
from dscl_tf.text import counted


def export_saved_model(
    model: keras.Model,
    directory: str | Path,
    *,
    classes: Mapping[int, str],
    spacing: tuple[float, float],
    percentiles: tuple[float, float] = (1.0, 99.0),
    intensity_range: tuple[float, float] | None = None,
    unit: Literal["mm", "px"] = "mm",
    bias_correction: BiasCorrection | None = None,
    slice_axis: SliceAxis = "auto",
    version: int = 1,
) -> Path:
    """Write `directory/version/`, ready to be served as the model named `directory`.

    A server that watches `directory` loads the version once it is whole. It has the signatures that
    `dscl_tf.export.signatures` describes. Beside the SavedModel, `assets.extra/` gets the warm-up
    requests that TensorFlow Serving sends itself on loading, and `model.json`, which tells a client
    how to feed the model (see `dscl_tf.export.description`).

    Args:
        model: maps (batch, H, W, channels) to logits (batch, H, W, classes); H and W fixed. The
            softmax is computed in float32 whatever the model's precision.
        directory: may hold other versions; the new one appears whole or not at all.
        classes: label to name, without the background 0.
        spacing: of the training grid in `unit`, (rows, columns).
        percentiles: of the native volume's intensities that become 0 and 1, in [0, 100].
        intensity_range: the intensities that become 0 and 1 in all volumes, in place of these.
        unit: "mm" of volumes, "px" of pictures.
        bias_correction: the settings of N4, if training volumes went through it.
        slice_axis: along which axis volumes were cut (see `config.Data`).
        version: the version's number, 1 or more.

    Returns:
        the version's directory.

    Raises:
        UsageError: another Keras backend runs, or an argument breaks a rule.
        DataError: the version exists, or cannot be written.

    >>> import tempfile
    >>> model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 1)])
    >>> home = tempfile.TemporaryDirectory()
    >>> directory = f"{home.name}/heart"
    >>> export_saved_model(model, directory, classes={1: "wall"}, spacing=(1.5, 1.5)).name
    '1'
    >>> home.cleanup()
    """
    _check(model, classes, version)
    preparation = Preparation(
        spacing, percentiles, intensity_range, unit, bias_correction, slice_axis
    )
    directory = Path(directory)
    with _new_version(directory, version) as saved:
        try:
            _write(model, saved, directory.name, classes, preparation)
        except tf.errors.OpError as error:
            raise DataError(f"{directory}: cannot be written: {error.message}") from error
    return directory / str(version)


def _write(
    model: keras.Model,
    saved: Path,
    name: str,
    classes: Mapping[int, str],
    preparation: Preparation,
) -> None:
    height, width, channels = model.input_shape[1:]
    # A plain module with the bare variables: Keras's ExportArchive stores each of them twice.
    module = tf.Module()
    module.weights = [variable.value for variable in model.variables]
    ends = preparation.intensity_range
    signatures = serving_signatures(model, preparation.percentiles, ends)
    tf.saved_model.save(module, str(saved), signatures)
    extra = saved / "assets.extra"
    extra.mkdir()
    write_warmup(extra, warmup_records(name, (height, width, channels), takes_ends=ends is None))
    served = describe_signatures(signatures)
    facts = describe(name, (height, width), channels, classes, preparation, served)
    (extra / "model.json").write_text(f"{json.dumps(facts, indent=2)}\n", "utf-8")


def _check(model: keras.Model, classes: Mapping[int, str], version: int) -> None:
    if keras.backend.backend() != "tensorflow":
        raise UsageError(
            "export: needs the tensorflow backend of Keras (KERAS_BACKEND=tensorflow), "
            f"got {keras.backend.backend()}"
        )
    if version < 1:
        raise UsageError(f"`version`: must be 1 or more, got {version}")
    if len(model.input_shape) != 4 or None in model.input_shape[1:]:
        raise UsageError(
            "`model`: must have one input (batch, H, W, channels) with fixed sides, "
            f"got {model.input_shape}"
        )
    outputs = model.output_shape[-1]
    if outputs != len(classes) + 1:
        raise UsageError(
            f"`classes`: the model has {counted(outputs, 'output')}, so must name "
            f"{counted(outputs - 1, 'class', 'classes')} beside the background, got {len(classes)}"
        )


@contextmanager
def _new_version(directory: Path, version: int) -> Iterator[Path]:
    """Give a temporary directory that becomes `directory/version` once all is written."""
    if directory.is_dir():
        with atomic_directory(directory / str(version)) as saved:
            yield saved
    else:
        with atomic_directory(directory) as whole:
            saved = whole / str(version)
            saved.mkdir()
            yield saved
