"""How volumes become slices on the training grid."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from dscl_tf.config.section import Count, Positive, Range, Section, WideRange

Layout = Literal["acdc", "cityscapes", "dicom", "folder", "mmwhs", "msd", "phantom", "prostate"]
Unlisted = Literal["error", "background"]
NotFinite = Literal["error", "background"]
SliceAxis = Literal["auto", "sagittal", "coronal", "axial", "third"]
PICTURES = ("cityscapes",)  # the layouts of colour pictures


class BiasCorrection(Section):
    """N4 bias-field correction; the defaults are the paper's parameters."""

    threshold: Positive = 0.001
    iterations: tuple[Count, ...] = (50, 50, 50, 50)
    shrink_factor: Count = 1


class Folder(Section):
    """Where a plain folder holds its images and masks: paths inside it, as patterns.

    `{id}` stands for the volume's id, one or more characters other than `/`, as many as fit; where
    it occurs again, it stands for the same. `*` stands for any characters other than `/`, the rest
    for itself. A file that fits both patterns belongs to the longer one. Images without a mask are
    unlabelled.
    """

    images: str
    masks: str | None = None

    @field_validator("images", "masks")
    @classmethod
    def _is_a_pattern(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if "{id}" not in value or {"{", "}"} & set(value.replace("{id}", "")):
            raise ValueError(f"must hold {{id}} and no other braces, got {value!r}")
        if "**" in value:
            raise ValueError(f"a * stays within one folder, there is no **, got {value!r}")
        if value.startswith("/") or {".", "..", ""} & set(value.split("/")):
            raise ValueError(f"must be a path inside the source folder, got {value!r}")
        return value

    @model_validator(mode="after")
    def _patterns_differ(self) -> "Folder":
        if self.images == self.masks:
            raise ValueError(f"images and masks must differ, got {self.images!r} for both")
        return self


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

    `layout` is how the data set lays out its files; `folder` and `dicom` describe the layouts of
    these names.
    `spacing` is in mm and `grid` in pixels, both (rows, columns).

    `classes` names the classes 1, 2, ...; 0 is the background and is not listed. `labels` maps the
    values in the mask files to class numbers; several may share one, and 0 in a file is always
    background. Without it the values are the class numbers. A whole number that neither lists is
    an error, or background with `unlisted_labels: background`. Masks that the package writes hold
    class numbers.

    `channel` is the one to use of a 4-D image (X, Y, Z, channels), and of the files that nnU-Net
    keeps per channel; it counts from 0. A 3-D file is used whole. Without it, images are 3-D.

    NaN and infinite voxels are an error, or with `not_finite: background` take the lowest finite
    value of their volume before all else, as suits files that have NaN outside the field of view;
    they are counted.

    The two `percentiles` of a volume's intensities become 0 and 1; or, where it is given, the ends
    of `intensity_range`, the same for all volumes: [0, 255] of 8-bit pictures.

    Pictures (layout cityscapes) are volumes of one slice with three channels, which are scaled
    alike. Their pixels stand for millimetres: `spacing` [4, 4] makes them four times smaller.

    `slice_axis` is the axis of the body along which a volume is cut into slices, found by the
    file's header: "sagittal", "coronal" or "axial" slices; "auto" takes the axis whose voxels are
    at least 1.5 times as long as the others', as volumes acquired slice by slice have, else
    "axial"; "third" is the file's third axis whatever it shows.
    """

    later: ClassVar[frozenset[str]] = frozenset({"not_finite"})

    layout: Layout = "acdc"
    folder: Folder | None = None
    dicom: Dicom = Dicom()
    channel: Annotated[int, Field(ge=0)] | None = None
    classes: dict[Annotated[int, Field(ge=1, le=255)], str]
    labels: dict[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=0)]] | None = None
    unlisted_labels: Unlisted = "error"
    not_finite: NotFinite = "error"
    spacing: tuple[Positive, Positive]
    grid: tuple[Count, Count]
    slice_axis: SliceAxis = "auto"
    percentiles: Range = (1.0, 99.0)
    intensity_range: WideRange | None = None
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

    @model_validator(mode="after")
    def _labels_fit_the_classes(self) -> "Data":
        if self.labels is not None and set(self.labels.values()) - {0} != set(self.classes):
            raise ValueError(
                f"labels must map to each of the classes {', '.join(map(str, self.classes))} "
                f"(and perhaps to 0), got {self.labels}"
            )
        return self

    @model_validator(mode="after")
    def _folder_is_described(self) -> "Data":
        if (self.layout == "folder") != (self.folder is not None):
            given = "none" if self.folder is None else "one"
            raise ValueError(
                "folder: must be given with layout folder and with no other, "
                f"got {given} with layout {self.layout}"
            )
        return self

    @model_validator(mode="after")
    def _keys_fit_the_layout(self) -> "Data":
        if self.layout == "dicom" and self.channel is not None:
            raise ValueError(f"channel: must be null with layout dicom, got {self.channel}")
        if self.layout != "dicom" and self.dicom != Dicom():
            raise ValueError(f"dicom: must be left out with layout {self.layout}")
        return self

    @model_validator(mode="after")
    def _pictures_have_no_keys_of_volumes(self) -> "Data":
        for key in ("bias_correction", "channel"):
            if self.pictures and getattr(self, key) is not None:
                raise ValueError(f"{key}: must be null with layout {self.layout}")
        if self.pictures and self.not_finite != "error":
            raise ValueError(f"not_finite: must be left out with layout {self.layout}")
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
