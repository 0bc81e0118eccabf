"""How volumes are prepared for a served model, out of the `model.json` of its export."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from dscl_tf.config import BiasCorrection, Data
from dscl_tf.config.components import Components
from dscl_tf.config.data import SliceAxis
from dscl_tf.errors import DataError
from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.evaluation.components import Rule
from dscl_tf.readers import Record, read_json

NAME = "model.json"


class N4(Record):
    """Settings of the bias correction."""

    method: Literal["N4"]
    mask: Literal["otsu"]
    threshold: float
    iterations: list[int]
    shrink: Annotated[list[int], Field(min_length=3, max_length=3)]


class Normalise(Record):
    """How intensities are scaled."""

    kind: Literal["percentiles", "range"]
    low: float
    high: float
    clip: Literal[False]
    bias_correction: N4 | None


class Sequence(Record):
    """What a channel shows."""

    name: str
    number: int


class Slices(Record):
    """How a volume is cut into slices."""

    kind: Literal["volume", "picture"]
    axis: SliceAxis = "auto"


class Resample(Record):
    """How slices come to the training grid."""

    grid: Annotated[list[int], Field(min_length=2, max_length=2)]
    spacing: Annotated[list[float], Field(min_length=2, max_length=2)]
    unit: Literal["mm", "px"]


class Rules(Record):
    """By which rules masks lose connected components."""

    rules: dict[int, Rule]
    large: float
    near: dict[int, int]
    distance: float


class ModelJson(Record):
    """The keys of `model.json` that are for programs; see `dscl_tf.export.description`."""

    model: str
    schema_: Annotated[Literal[1], Field(alias="schema")]
    classes: dict[str, str]
    channels: int
    sequences: list[Sequence] | None = None
    normalise: Normalise
    slices: Slices
    resample: Resample
    components: Rules | None = None
    signatures: dict[str, Any]


def read_model_json(path: str | Path) -> tuple[str, Data]:
    """Return the model's name, and how volumes become its slices.

    Args:
        path: the file; or the directory of an export or of one of its versions, of which the newest
            is taken.

    Raises:
        DataError: there is no such file, or it is not what this version of the package exports.
    """
    path = _file(Path(path))
    facts = read_json(path, ModelJson, "must be the model.json of an export")
    picture = facts.slices.kind == "picture"
    ends = (facts.normalise.low, facts.normalise.high)
    settings: dict[str, Any] = {
        # any layout of pictures, or of volumes, where these may have channels
        "layout": "cityscapes" if picture else "msd" if facts.sequences else "acdc",
        "channels": facts.sequences and [one.model_dump() for one in facts.sequences],
        "classes": {int(number): name for number, name in facts.classes.items() if number != "0"},
        "spacing": tuple(facts.resample.spacing),
        "grid": tuple(facts.resample.grid),
        "slice_axis": facts.slices.axis,
        "bias_correction": _bias_correction(facts.normalise.bias_correction),
    }
    settings["percentiles" if facts.normalise.kind == "percentiles" else "intensity_range"] = ends
    try:
        return facts.model, Data(**settings)
    except (ValidationError, ValueError) as error:
        reason = error.errors()[0] if isinstance(error, ValidationError) else {"msg": str(error)}
        raise DataError(f"{path}: {reason['msg']}") from error


def read_rules(path: str | Path) -> Cleaning | None:
    """Return the rules that remove connected components, None if the file holds none.

    Args:
        path: as `read_model_json` takes it.

    Raises:
        DataError: as `read_model_json` raises it.
    """
    path = _file(Path(path))
    stated = read_json(path, ModelJson, "must be the model.json of an export").components
    if stated is None:
        return None
    try:
        settings = Components(large=stated.large, near=stated.near, distance=stated.distance)
    except ValidationError as error:
        raise DataError(f"{path}: components: {error.errors()[0]['msg']}") from error
    return Cleaning(stated.rules, settings)


def _bias_correction(settings: N4 | None) -> BiasCorrection | None:
    if settings is None:
        return None
    return BiasCorrection(
        threshold=settings.threshold,
        iterations=tuple(settings.iterations),
        shrink_factor=settings.shrink[0],
    )


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    versions = [one for one in path.iterdir() if one.name.isdigit() and one.is_dir()]
    folder = max(versions, key=lambda one: int(one.name), default=path)
    for file in (folder / "assets.extra" / NAME, folder / NAME):
        if file.is_file():
            return file
    raise DataError(f"{path}: must be the directory of an export, got one without {NAME}")
