"""How volumes become slices on the training grid."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from dscl_tf.config.section import Count, Positive, Range, Section

SliceAxis = Literal["auto", "sagittal", "coronal", "axial", "third"]
PICTURES = ("cityscapes",)  # the layouts of colour pictures


class BiasCorrection(Section):
    """N4 bias-field correction; the defaults are the paper's parameters."""

    threshold: Positive = 0.001
    iterations: tuple[Count, ...] = (50, 50, 50, 50)
    shrink_factor: Count = 1


class Data(Section):
    """How volumes become slices on the training grid.

    `spacing` is in mm and `grid` in pixels, both (rows, columns). `classes` maps the label values
    in the files to names; label 0 is the background and is not listed. Where the files number
    their labels otherwise, `labels` maps their values to these classes (or to 0), and
    `unlisted_labels` says whether another value is an error or background.

    The two `percentiles` of a volume's intensities become 0 and 1; or, where it is given, the ends
    of `intensity_range`, the same for all volumes: [0, 255] of 8-bit pictures.

    Pictures (layout cityscapes) are volumes of one slice with three channels, which are scaled
    alike. Their pixels stand for millimetres: `spacing` [4, 4] makes them four times smaller.

    `slice_axis` is the axis of the body along which a volume is cut into slices, found by the
    file's header: "sagittal", "coronal" or "axial" slices; "auto" takes the axis whose voxels are
    at least 1.5 times as long as the others', as volumes acquired slice by slice have, else
    "axial"; "third" is the file's third axis whatever it shows.
    """

    layout: Literal["acdc", "cityscapes", "msd", "phantom"] = "acdc"
    classes: dict[Annotated[int, Field(ge=1, le=255)], str]
    labels: dict[int, int] | None = None
    unlisted_labels: Literal["error", "background"] = "error"
    spacing: tuple[Positive, Positive]
    grid: tuple[Count, Count]
    slice_axis: SliceAxis = "auto"
    percentiles: Range = (1.0, 99.0)
    intensity_range: Range | None = None
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

    @field_validator("intensity_range")
    @classmethod
    def _range_ascends(cls, value: Range | None) -> Range | None:
        if value and not value[0] < value[1]:
            raise ValueError(f"must be two ascending values, got {list(value)}")
        return value

    @model_validator(mode="after")
    def _keys_fit_together(self) -> "Data":
        if unknown := sorted(set((self.labels or {}).values()) - {0, *self.classes}):
            raise ValueError(f"labels: must map to 0 or one of classes, got {unknown}")
        if self.pictures and self.bias_correction:
            raise ValueError(f"bias_correction: must be null with layout {self.layout}")
        return self

    @property
    def pictures(self) -> bool:
        """Whether the images are colour pictures, each a volume of one slice."""
        return self.layout in PICTURES

    @property
    def channels(self) -> int:
        """Number of channels of an image."""
        return 3 if self.pictures else 1

    @property
    def unit(self) -> Literal["mm", "px"]:
        """Unit of distances and spacings."""
        return "px" if self.pictures else "mm"

    @property
    def class_count(self) -> int:
        """Number of classes with the background."""
        return len(self.classes) + 1
