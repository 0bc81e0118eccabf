"""A Keras model as a SavedModel for TensorFlow Serving, or what is made of one. TensorFlow only."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from dscl_tf.config import BiasCorrection
from dscl_tf.config.channels import Channel
from dscl_tf.config.data import SliceAxis
from dscl_tf.errors import DataError, UsageError
from dscl_tf.export.batching import write_batching_parameters
from dscl_tf.export.conversion import check_engine, convert
from dscl_tf.export.description import describe
from dscl_tf.export.formats import Format
from dscl_tf.export.preparation import Preparation
from dscl_tf.export.signatures import Signatures, describe_signatures, serving_signatures
from dscl_tf.export.versions import new_version
from dscl_tf.export.warmup import warmup_records, write_warmup
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
    channels: tuple[Channel, ...] | None = None,
    components: Mapping[str, Any] | None = None,
    version: int = 1,
    format: Format = "saved_model",
) -> Path:
    """Write `directory/version/`, ready to be served as the model named `directory`.

    It has the signatures of `dscl_tf.export.signatures`. `assets.extra/` gets TensorFlow Serving's
    warm-up requests and settings, and `model.json` for clients (`dscl_tf.export.description`).

    Args:
        model: maps (batch, H, W, channels) to logits (batch, H, W, classes); H and W fixed.
        directory: new, or holds other versions alone; the new one appears whole or not at all.
        classes: label to name, without the background 0.
        spacing: of the training grid in `unit`, (rows, columns).
        percentiles: of the native volume's intensities that become 0 and 1, in [0, 100].
        intensity_range: the intensities that become 0 and 1 in all volumes, in place of these.
        unit: "mm" of volumes, "px" of pictures.
        bias_correction: the settings of N4, if training volumes went through it.
        slice_axis: along which axis volumes were cut (see `config.Data`).
        channels: the sequences of a patient, where volumes have several.
        components: the key of `model.json` that tells clients which islands to remove.
        version: its number, 1 or more.
        format: "openvino" or "litert" converts `serving_default` and keeps nothing else.

    Returns:
        the version's directory.

    Raises:
        UsageError: another Keras backend runs, a package is missing, or an argument breaks a rule.
        DataError: as of `new_version`, or the converted network computes something else.

    >>> import tempfile
    >>> model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 1)])
    >>> home = tempfile.TemporaryDirectory()
    >>> export_saved_model(model, f"{home.name}/a", classes={1: "wall"}, spacing=(1.5, 1.5)).name
    '1'
    >>> home.cleanup()
    """
    _check(model, classes, version, format)
    ends = percentiles, intensity_range
    preparation = Preparation(spacing, *ends, unit, bias_correction, slice_axis, channels)
    directory = Path(directory)
    with new_version(directory, version, format) as saved:
        try:
            _write(model, saved, directory, classes, preparation, components, format)
        except tf.errors.OpError as error:
            raise DataError(f"{directory}: cannot be written: {error.message}") from error
    return directory / str(version)


def _write(
    model: keras.Model,
    saved: Path,
    directory: Path,
    classes: Mapping[int, str],
    preparation: Preparation,
    components: Mapping[str, Any] | None,
    format: Format,
) -> None:
    name = directory.absolute().name
    height, width, channels = model.input_shape[1:]
    ends = preparation.intensity_range
    signatures = serving_signatures(model, preparation.percentiles, ends, preparation.several)
    extra = saved / "assets.extra"
    if format == "saved_model":
        _save(model, signatures, saved)
        extra.mkdir()
        shape = (height, width, channels)
        ends_of = (channels,) if preparation.several else ()
        write_warmup(extra, warmup_records(name, shape, ends is None, ends_of))
        write_batching_parameters(extra)
    else:
        signatures = {"serving_default": signatures["serving_default"]}
        _convert(model, signatures, saved, format)
        extra.mkdir()
    served = describe_signatures(signatures)
    sizes = (height, width), channels
    facts = describe(name, *sizes, classes, preparation, served, format, components)
    (extra / "model.json").write_text(f"{json.dumps(facts, indent=2)}\n", "utf-8")


def _save(model: keras.Model, signatures: Signatures, saved: Path) -> None:
    # A plain module with the bare variables: Keras's ExportArchive stores each of them twice.
    module = tf.Module()
    module.weights = [variable.value for variable in model.variables]
    tf.saved_model.save(module, str(saved), signatures)


def _convert(model: keras.Model, signatures: Signatures, saved: Path, format: Format) -> None:
    source = saved / "source"
    _save(model, signatures, source)

    def answer(image: np.ndarray) -> dict[str, np.ndarray]:
        outputs = signatures["serving_default"](tf.constant(image))
        return {name: value.numpy() for name, value in outputs.items()}

    convert(source, saved, format, answer, model.input_shape[1:])
    shutil.rmtree(source)


def _check(model: keras.Model, classes: Mapping[int, str], version: int, format: Format) -> None:
    check_engine(format)
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
