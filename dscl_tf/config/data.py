"""How volumes become slices on the training grid."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from dscl_tf.config.channels import Channels
from dscl_tf.config.layout import PICTURES, WITH_CHANNELS, Dicom, Folder, Layout
from dscl_tf.config.section import Count, Positive, Range, Section, WideRange

Unlisted = Literal["error", "background"]
NotFinite = Literal["error", "background"]
Dtype = Literal["float32", "float16"]
SliceAxis = Literal["auto", "sagittal", "coronal", "axial", "third"]


class BiasCorrection(Section):
    """N4 bias-field correction; the defaults are the paper's parameters.

    >>> BiasCorrection(shrink_factor=4).iterations
    (50, 50, 50, 50)
    """

    threshold: Positive = 0.001
    """The change of the field below which a level has converged."""

    iterations: tuple[Count, ...] = (50, 50, 50, 50)
    """The largest number of iterations on each level, from coarse to fine."""

    shrink_factor: Count = 1
    """Fit the field to every n-th row and column, which takes less time; 1 uses all."""


class Data(Section):
    """How volumes become slices on the training grid.

    Colour pictures (layout cityscapes) are volumes of one slice with three channels. Their pixels
    stand for millimetres: a `spacing` of [4, 4] makes them four times smaller.

    >>> data = Data(classes={1: "heart"}, spacing=(1.5, 1.5), grid=(192, 192))
    >>> data.class_count, data.unit
    (2, 'mm')
    """

    later: ClassVar[frozenset[str]] = frozenset({"channels", "not_finite", "dtype"})

    layout: Layout = "acdc"
    """How the data set lays out its files."""

    source: Path | None = Field(default=None, exclude=True)
    """The folder of the data set, for `data prepare`; null where --source names it. In a YAML file
    the path counts from the file's own folder. Runs and stores do not keep it."""

    folder: Folder | None = None
    """The files of the layout folder, which needs it; null for all other layouts."""

    dicom: Dicom = Dicom()
    """The series and masks of the layout dicom; left out for all other layouts."""

    channel: Annotated[int, Field(ge=0)] | None = None
    """Which channel of a 4-D image (X, Y, Z, channels) to use, or of the files that nnU-Net keeps
    per channel, from 0. A 3-D file is used whole. With null, images must be 3-D."""

    channels: Channels | None = None
    """The sequences of a patient that the network sees side by side, such as [T2, ADC]. Each is
    normalised by itself. They are the files that nnU-Net keeps per channel, the fourth axis of a
    4-D file, or the files that `folder.images` lists by their names. In a list the names count from
    0; {ADC: 1} takes channel 1 alone, and so does [1]. Null for images of one channel."""

    classes: Annotated[dict[Annotated[int, Field(ge=1, le=255)], str], Field(min_length=1)]
    """The names of the classes 1, 2, ... without gaps, by number. 0 is the background and is not
    listed. Masks that the package writes hold these numbers. Names must differ."""

    labels: dict[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=0)]] | None = None
    """The class number of each value in the mask files; several values may have the same class, and
    the value 0 is always background. With null, the values are the class numbers."""

    unlisted_labels: Unlisted = "error"
    """Whether a whole number in a mask file that is not listed is an error or background."""

    not_finite: NotFinite = "error"
    """Whether NaN and infinite voxels are an error, or background: then they take the lowest finite
    value of their volume before all else, as suits files that have NaN outside the field of view,
    and are counted."""

    spacing: tuple[Positive, Positive]
    """Size of a training pixel in mm, (rows, columns)."""

    grid: tuple[Count, Count]
    """Size of a training slice in pixels, (rows, columns). Both must be multiples of 2 to the
    number of the network's poolings."""

    slice_axis: SliceAxis = "auto"
    """The axis of the body along which a volume is cut into slices, found by the file's header:
    "sagittal", "coronal" or "axial" slices. "auto" takes the axis whose voxels are at least 1.5
    times as long as along the others, as in volumes acquired slice by slice, and otherwise "axial".
    "third" takes the file's third axis, whatever it shows."""

    percentiles: Range = (1.0, 99.0)
    """The two percentiles of a volume's intensities that become 0 and 1, in 0 to 100."""

    intensity_range: WideRange | None = None
    """The two intensities that become 0 and 1 in all volumes and channels, such as [0, 255] for
    8-bit pictures; null to use `percentiles`."""

    bias_correction: BiasCorrection | None = None
    """N4 correction of the bias field before intensities are scaled; null for none."""

    dtype: Dtype = "float32"
    """In which format the store holds images. "float16" takes half the space and rounds to 11 bits;
    training and evaluation get float32 of it."""

    @field_validator("classes")
    @classmethod
    def _labels_are_contiguous(cls, value: dict[int, str]) -> dict[int, str]:
        if sorted(value) != list(range(1, len(value) + 1)):
            raise ValueError(f"labels must be 1, 2, ... without gaps, got {sorted(value)}")
        for label, name in value.items():
            if not name.strip() or not name.isprintable():
                raise ValueError(f"names must be text on one line, got {name!r:.80} of {label}")
            if name in [value[other] for other in value if other < label]:
                raise ValueError(f"names must differ, got twice {name!r:.80}")
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
    def _channels_fit_the_layout(self) -> "Data":
        patterns = self.folder.images if self.folder else ""
        names = [channel.name for channel in self.channels or ()]
        if isinstance(patterns, dict) and list(patterns) != names:
            raise ValueError(
                f"channels: must be those of folder.images, [{', '.join(patterns)}], got "
                f"{'[' + ', '.join(names) + ']' if names else 'none'}"
            )
        if self.channels is None:
            return self
        if self.layout not in WITH_CHANNELS:
            raise ValueError(
                f"channels: must be null with layout {self.layout}, only "
                f"{', '.join(WITH_CHANNELS)} have several"
            )
        if self.channel is not None:
            raise ValueError(f"channel: must be null where channels are given, got {self.channel}")
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
        """Whether the images are colour pictures; `data.io.kinds` says what that changes."""
        return self.layout in PICTURES

    @property
    def channel_count(self) -> int:
        """Number of channels of an image."""
        return 3 if self.pictures else len(self.channels or (1,))

    @property
    def channel_number(self) -> int | None:
        """Which channel of a 4-D file is read where only one is."""
        return self.channels[0].number if self.channels else self.channel

    @property
    def unit(self) -> Literal["mm", "px"]:
        """Unit of distances and spacings."""
        return "px" if self.pictures else "mm"

    @property
    def class_count(self) -> int:
        """Number of classes with the background."""
        return len(self.classes) + 1
