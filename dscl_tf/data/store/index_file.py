"""The fields of `index.json` and `entry.json`, as types that their readers check.

Keys that are not named here, as of later versions, are kept and not checked.
"""

from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator, model_validator

from dscl_tf.config import Data
from dscl_tf.config.mistakes import broken_rule
from dscl_tf.config.section import Count, Positive
from dscl_tf.readers import Record

Whole = Annotated[int, Field(ge=0)]
Affine = Annotated[tuple[tuple[float, float, float, float], ...], Field(min_length=4, max_length=4)]


class GeometryFields(Record):
    """The fields of a `Geometry`."""

    shape: tuple[Count, Count, Count]
    affine: Affine
    spacing: tuple[Positive, Positive, Positive]
    orientation: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]
    grid: tuple[Count, Count]
    grid_spacing: tuple[Positive, Positive]

    @field_validator("orientation")
    @classmethod
    def _axes_are_permuted(cls, value: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        axes, signs = zip(*value, strict=True)
        if sorted(axes) != [0, 1, 2] or not set(signs) <= {1, -1}:
            raise ValueError(f"must be the axes 0, 1, 2, each with 1 or -1, got {value}")
        return value


class LabelCountFields(Record):
    """The fields of a `LabelCount`."""

    label: Count
    native: Count
    in_window: Whole
    rows: tuple[Whole, Whole]
    columns: tuple[Whole, Whole]


class SupplyFields(Record):
    """The fields of a `Supply`."""

    images: Whole
    masks: Whole
    skipped_images: Whole = 0  # not in earlier stores
    skipped_masks: Whole = 0
    unused_files: Whole
    examples: tuple[str, ...]
    entries_read: dict[str, Whole]
    entries_unread: dict[str, Whole]


class VolumeFields(Record):
    """The fields of a `VolumeEntry`."""

    id: Annotated[str, Field(min_length=1)]
    first_slice: Whole
    depth: Count
    labelled: bool
    geometry: GeometryFields
    source: str
    sha256: str
    mask_source: str | None
    mask_sha256: str | None
    intensity_range: tuple[float, float]
    oriented: bool
    label_counts: tuple[LabelCountFields, ...] | None = None
    not_finite: Whole | None = None
    checksum: Whole | None = None
    further_sources: tuple[str, ...] = ()
    further_ranges: tuple[tuple[float, float], ...] = ()


class SkippedFields(Record):
    """A volume that was left out, and why."""

    id: str
    message: str


class FormatFields(Record):
    """What an index of every version has."""

    format: int


class CommonFields(FormatFields):
    """What an index says of the whole store."""

    version: Annotated[str, Field(min_length=1)]
    settings: dict[str, Any]
    skipped: tuple[SkippedFields, ...]
    supplied: SupplyFields | None = None

    @field_validator("settings")
    @classmethod
    def _settings_are_valid(cls, value: dict[str, Any]) -> dict[str, Any]:
        try:
            Data.model_validate(value)
        except ValidationError as error:
            raise ValueError(broken_rule(error)) from error
        return value


class IndexFields(CommonFields):
    """The fields of an index."""

    columns: Annotated[str, Field(min_length=1)]


class FormerIndexFields(CommonFields):
    """The fields of an index of format 2, which lists the volumes itself."""

    volumes: tuple[VolumeFields, ...]

    @model_validator(mode="after")
    def _ids_differ(self) -> "FormerIndexFields":
        seen: set[str] = set()
        for volume in self.volumes:
            if volume.id in seen:
                raise ValueError(f"volume ids must differ, got twice {volume.id:.80}")
            seen.add(volume.id)
        return self
