"""SavedModel for TensorFlow Serving. TensorFlow only; import it lazily.

`NAME/1/` holds three signatures, made of standard TensorFlow operations alone:

* `serving_default`: `image` float32 (batch, H, W, channels), slices on the training grid,
  normalised as in training.
* `serving_raw`: the same slices before normalisation (after N4 where training used it), and `low`
  and `high` float32 (batch,), per slice the two percentiles of the intensities of the volume it
  belongs to. The graph computes (image - low) / (high - low). Where a slice is padded to the grid,
  pad with `low`. A row whose `high` is not above `low` is an error.
* `percentiles`: `intensities` float32 (voxels,), all voxels of a native volume (after N4 where
  training used it); returns `low` and
  `high` (scalars), equal to NumPy's linear percentiles.

Where all training volumes share one `intensity_range`, as 8-bit pictures do, it is part of the
graph: `serving_raw` takes `image` alone, and there is no `percentiles`.

The first two return `probabilities` float32 (batch, H, W, classes) and `label` int32 (batch, H, W).

`serving_raw` takes the percentiles as inputs because training takes them of the whole native
volume. Percentiles of a request's slices would depend on how many of them are in the request, on
their padding, and on what the server batches together; with one pair per row, rows stay
independent and requests for different volumes can share a batch.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import keras
import tensorflow as tf

from dscl_tf.config.data import SliceAxis
from dscl_tf.errors import DataError, UsageError
from dscl_tf.files import atomic_directory
from dscl_tf.runs.load import load_network
from dscl_tf.runs.run import Run

RESAMPLED = (
    "blurred by a Gaussian of (factor - 1) / 2 native pixels where they shrink by factor, "
    "resampled linearly{}, then cropped or padded about their centre to grid."
)
DIRECTIONS = {  # as dscl_tf.data.grid.orientation turns them
    "axial": "axial slices: rows grow to the patient's left, columns to the back, slices count up",
    "coronal": "coronal slices: rows grow to the patient's left, columns down, slices count back",
    "sagittal": "sagittal slices: rows grow to the back, columns down, slices count to the right",
}
ANY_DIRECTION = "by the direction of the slices, the nearest of: " + "; ".join(DIRECTIONS.values())
SLICES_OF = {
    **DIRECTIONS,
    "auto": "an axis whose voxels are 1.5 times as long as the others' counts slices, else axial "
    f"ones; {ANY_DIRECTION}",
    "third": f"the file's third axis counts slices; {ANY_DIRECTION}",
}
NORMALISATION = (
    "(image - low) / (high - low), where low and high are {}; no clipping; padding is 0 after "
    "normalisation (low before it)."
)
WARMUP_FILE = "tf_serving_warmup_requests"  # the name that TensorFlow Serving looks for


def export_saved_model(
    model: keras.Model,
    directory: str | Path,
    *,
    classes: Mapping[int, str],
    spacing: tuple[float, float],
    percentiles: tuple[float, float] = (1.0, 99.0),
    intensity_range: tuple[float, float] | None = None,
    unit: Literal["mm", "px"] = "mm",
    bias_corrected: bool = False,
    slice_axis: SliceAxis = "auto",
    version: int = 1,
) -> Path:
    """Write `directory/version/`, ready to be served as the model named `directory`.

    A server that watches `directory` loads the version once it is whole.

    Beside the SavedModel, `assets.extra/` gets the warm-up requests that TensorFlow Serving sends
    itself on loading, and `model.json`: grid, spacing, classes, how to cut and how to normalise.

    Args:
        model: maps (batch, H, W, channels) to logits (batch, H, W, classes); H and W fixed. The
            softmax is computed in float32 whatever the model's precision.
        directory: may hold other versions; the new one appears whole or not at all.
        classes: label to name, without the background 0.
        spacing: of the training grid in `unit`, (rows, columns).
        percentiles: of the native volume's intensities that become 0 and 1, in [0, 100].
        intensity_range: the intensities that become 0 and 1 in all volumes, in place of these.
        unit: "mm" of volumes, "px" of pictures.
        bias_corrected: whether training volumes went through N4; recorded in `model.json`.
        slice_axis: along which axis volumes were cut (see `config.Data`); likewise.
        version: the version's number, 1 or more.

    Returns:
        the version's directory.

    Raises:
        UsageError: another Keras backend runs, or an argument breaks a rule.
        DataError: the version exists, or cannot be written.
    """
    _check(model, classes, version)
    directory = Path(directory)
    height, width, channels = model.input_shape[1:]
    # A plain module with the bare variables: Keras's ExportArchive stores each of them twice.
    module = tf.Module()
    module.weights = [variable.value for variable in model.variables]
    signatures = _signatures(model, (height, width, channels), percentiles, intensity_range)
    with _new_version(directory, version) as saved:
        try:
            tf.saved_model.save(module, str(saved), signatures)
            extra = saved / "assets.extra"
            extra.mkdir()
            with tf.io.TFRecordWriter(str(extra / WARMUP_FILE)) as writer:
                shape = (1, height, width, channels)
                for record in _warmup_records(directory.name, shape, intensity_range is None):
                    writer.write(record)
        except tf.errors.OpError as error:
            raise DataError(f"{directory}: cannot be written: {error.message}") from error
        facts = {
            "model": directory.name,
            "grid": [height, width],
            "channels": channels,
            f"spacing_{unit}": list(spacing),
            "classes": {"0": "background"} | {str(key): name for key, name in classes.items()},
            **_normalisation(percentiles, intensity_range, bias_corrected),
            "bias_corrected": bias_corrected,
            **_geometry(unit, slice_axis),
        }
        (extra / "model.json").write_text(f"{json.dumps(facts, indent=2)}\n", "utf-8")
    return directory / str(version)


def _check(model: keras.Model, classes: Mapping[int, str], version: int) -> None:
    if keras.backend.backend() != "tensorflow":
        raise UsageError(
            "export: needs the tensorflow backend of Keras (KERAS_BACKEND=tensorflow), "
            f"got {keras.backend.backend()}"
        )
    if version < 1:
        raise UsageError(f"version: must be 1 or more, got {version}")
    if len(model.input_shape) != 4 or None in model.input_shape[1:]:
        raise UsageError(
            "model: must have one input (batch, H, W, channels) with fixed sides, "
            f"got {model.input_shape}"
        )
    if model.output_shape[-1] != len(classes) + 1:
        raise UsageError(
            f"classes: the model has {model.output_shape[-1]} outputs, so must name "
            f"{model.output_shape[-1] - 1} classes beside the background, got {len(classes)}"
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


def _geometry(unit: Literal["mm", "px"], slice_axis: SliceAxis) -> dict[str, Any]:
    if unit == "px":
        of_spacing = RESAMPLED.format(" so that a pixel stands for spacing_px of the original's")
        return {"geometry": f"Upright RGB pictures (rows, columns), {of_spacing}"}
    return {
        "slice_axis": slice_axis,
        "orientation": SLICES_OF[slice_axis],
        "geometry": f"Slices (rows, columns), {RESAMPLED.format(' to spacing_mm')}",
    }


def _normalisation(
    percentiles: tuple[float, float],
    intensity_range: tuple[float, float] | None,
    bias_corrected: bool,
) -> dict[str, Any]:
    if intensity_range:
        text = NORMALISATION.format("those of intensity_range")
        return {"intensity_range": list(intensity_range), "normalisation": text}
    corrected = " after N4" * bias_corrected
    text = NORMALISATION.format(f"the percentiles of all voxels of the native volume{corrected}")
    return {"percentiles": list(percentiles), "normalisation": text}


def _signatures(
    model: keras.Model,
    shape: tuple[int, int, int],
    percentiles: tuple[float, float],
    intensity_range: tuple[float, float] | None,
) -> dict[str, Any]:
    image = tf.TensorSpec((None, *shape), tf.float32, "image")
    low, high = (tf.TensorSpec((None,), tf.float32, name) for name in ("low", "high"))
    intensities = tf.TensorSpec((None,), tf.float32, "intensities")

    @tf.function(input_signature=[image], autograph=False)
    def serve(image: tf.Tensor) -> dict[str, tf.Tensor]:
        probabilities = tf.nn.softmax(tf.cast(model(image, training=False), tf.float32))
        return {
            "probabilities": probabilities,  # (batch, H, W, classes)
            "label": tf.argmax(probabilities, axis=-1, output_type=tf.int32),  # (batch, H, W)
        }

    @tf.function(input_signature=[image, low, high], autograph=False)
    def serve_raw(image: tf.Tensor, low: tf.Tensor, high: tf.Tensor) -> dict[str, tf.Tensor]:
        tf.debugging.assert_greater(high, low, "high must be greater than low")
        low, high = (end[:, None, None, None] for end in (low, high))  # (batch, 1, 1, 1)
        return serve((image - low) / (high - low))

    @tf.function(input_signature=[intensities], autograph=False)
    def compute_percentiles(intensities: tf.Tensor) -> dict[str, tf.Tensor]:
        low, high = tf.unstack(_percentiles(intensities, percentiles))
        return {"low": low, "high": high}

    if intensity_range:
        return {"serving_default": serve, "serving_raw": _serve_in_range(serve, intensity_range)}
    return {
        "serving_default": serve,
        "serving_raw": serve_raw,
        "percentiles": compute_percentiles,
    }


def _serve_in_range(serve: Any, ends: tuple[float, float]) -> Any:
    @tf.function(input_signature=serve.input_signature, autograph=False)
    def serve_raw(image: tf.Tensor) -> dict[str, tf.Tensor]:
        return serve((image - ends[0]) / (ends[1] - ends[0]))

    return serve_raw


def _percentiles(intensities: tf.Tensor, percentiles: tuple[float, float]) -> tf.Tensor:
    values = tf.sort(intensities)
    # float64: positions in a large volume are beyond float32's exact integers.
    last = tf.cast(tf.size(values) - 1, tf.float64)
    position = tf.constant(percentiles, tf.float64) / 100 * last
    below = tf.floor(position)
    weight = tf.cast(position - below, tf.float32)
    left = tf.gather(values, tf.cast(below, tf.int32))
    right = tf.gather(values, tf.cast(tf.math.ceil(position), tf.int32))
    return left + weight * (right - left)


def _warmup_records(name: str, shape: tuple[int, ...], takes_ends: bool) -> list[bytes]:
    """Return one serialised `PredictionLog` per prediction signature.

    The messages are tensorflow_serving.apis' PredictionLog { PredictLog { PredictRequest }},
    spelt out in protobuf's wire format to spare users the package tensorflow-serving-api.
    """
    image = {"image": tf.make_tensor_proto(0.0, tf.float32, shape)}
    ends = {
        "low": tf.make_tensor_proto(0.0, tf.float32, shape[:1]),
        "high": tf.make_tensor_proto(1.0, tf.float32, shape[:1]),
    }
    records = []
    raw = image | ends if takes_ends else image
    for signature, inputs in (("serving_default", image), ("serving_raw", raw)):
        # ModelSpec: 1 name, 3 signature_name. PredictRequest: 1 model_spec, 2 inputs (a map:
        # 1 key, 2 value). PredictLog: 1 request. PredictionLog: 6 predict_log.
        request = _field(1, _field(1, name.encode()) + _field(3, signature.encode()))
        for key, tensor in inputs.items():
            request += _field(2, _field(1, key.encode()) + _field(2, tensor.SerializeToString()))
        records.append(_field(6, _field(1, request)))
    return records


def _field(number: int, content: bytes) -> bytes:
    """Return a length-delimited protobuf field."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def export_run(run: Run, output: str | Path, version: int = 1) -> Path:
    """Export the network of a finished fine-tuning run; see `export_saved_model`.

    Raises:
        UsageError: the version is below 1.
        DataError: the run is of another stage or not finished, or the version exists.
    """
    data = run.config.data
    return export_saved_model(
        load_network(run),
        output,
        classes=data.classes,
        spacing=data.spacing,
        percentiles=data.percentiles,
        intensity_range=data.intensity_range,
        unit=data.unit,
        bias_corrected=data.bias_correction is not None,
        slice_axis=data.slice_axis,
        version=version,
    )
