"""How volumes become slices on the training grid."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from dscl_tf.config.section import Count, Positive, Range, Section

SliceAxis = Literal["auto", "sagittal", "coronal", "axial", "third"]


class BiasCorrection(Section):
    """N4 bias-field correction; the defaults are the paper's parameters."""

    threshold: Positive = 0.001
    iterations: tuple[Count, ...] = (50, 50, 50, 50)
    shrink_factor: Count = 1


class Dicom(Section):
    """Which DICOM series are volumes, and where their masks are.

    `series` is a pattern that SeriesDescription must fit, such as "*t2*", in upper or lower case.
    `masks` is the path of a series' mask below the source folder, a NIfTI file, with `{id}` in
    place of the series' id; a series without this file has no mask.
    """

    series: str = "*"
    masks: str | None = None

    @field_validator("masks")
    @classmethod
    def _names_the_id(cls, value: str | None) -> str | None:
        if value is not None and "{id}" not in value:
            raise ValueError(f"must hold {{id}}, got {value!r}")
        return value


class Data(Section):
    """How volumes become slices on the training grid.

    `spacing` is in mm and `grid` in pixels, both (rows, columns). `classes` maps the label values
    in the files to names; label 0 is the background and is not listed. `dicom` is for the layout
    of that name.

    `slice_axis` is the axis of the body along which a volume is cut into slices, found by the
    file's header: "sagittal", "coronal" or "axial" slices; "auto" takes the axis whose voxels are
    at least 1.5 times as long as the others', as volumes acquired slice by slice have, else
    "axial"; "third" is the file's third axis whatever it shows.
    """

    layout: Literal["acdc", "dicom", "msd", "phantom"] = "acdc"
    dicom: Dicom = Dicom()
    classes: dict[Annotated[int, Field(ge=1, le=255)], str]
    spacing: tuple[Positive, Positive]
    grid: tuple[Count, Count]
    slice_axis: SliceAxis = "auto"
    percentiles: Range = (1.0, 99.0)
    bias_correction: BiasCorrection | None = None

    @field_validator("classes")
    @classmethod
    def _labels_are_contiguous(cls, value: dict[int, str]) -> dict[int, str]:
        if sorted(value) != list(range(1, len(value) + 1)):
            raise ValueError(f"labels must be 1, 2, ... without gaps, got {sorted(value)}")
        return value

    @field_validator("percentiles")
    @classmethod
    def _percentiles_ascend(cls, value: Range) -> Range:
        if not 0 <= value[0] < value[1] <= 100:
            raise ValueError(f"must be two ascending values in [0, 100], got {list(value)}")
        return value

    @property
    def class_count(self) -> int:
        """Number of classes with the background."""
        return len(self.classes) + 1
