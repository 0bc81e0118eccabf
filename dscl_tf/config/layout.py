"""How data sets lay out their files."""

from typing import Literal

from pydantic import field_validator, model_validator

from dscl_tf.config.section import Section

Layout = Literal["acdc", "cityscapes", "dicom", "folder", "mmwhs", "msd", "phantom", "prostate"]
PICTURES = ("cityscapes",)  # the layouts of colour pictures
WITH_CHANNELS = ("folder", "msd", "prostate")  # the layouts of volumes that may have several


class Folder(Section):
    """Where a plain folder holds its images and masks: paths inside it, as patterns.

    `{id}` stands for the volume's id, one or more characters other than `/`, as many as fit; where
    it occurs again, it stands for the same. `*` stands for any characters other than `/`, the rest
    for itself. A file that fits both patterns belongs to the longer one. Images without a mask are
    unlabelled.

    >>> Folder(images="images/{id}.nii.gz", masks="masks/{id}_seg.nii.gz").masks
    'masks/{id}_seg.nii.gz'
    """

    images: str | dict[str, str]
    """The pattern of the images, such as "images/{id}.nii.gz"; or one for each of `data.channels`,
    by its name, such as {T2: "t2/{id}.nii.gz", ADC: "adc/{id}.nii.gz"}."""

    masks: str | None = None
    """The pattern of the masks, such as "masks/{id}_seg.nii.gz"; null if there are none."""

    @field_validator("images")
    @classmethod
    def _are_patterns(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(value, dict) and not value:
            raise ValueError("must hold a pattern, got none")
        for pattern in value.values() if isinstance(value, dict) else (value,):
            _check_pattern(pattern)
        return value

    @field_validator("masks")
    @classmethod
    def _is_a_pattern(cls, value: str | None) -> str | None:
        if value is not None:
            _check_pattern(value)
        return value

    @model_validator(mode="after")
    def _patterns_differ(self) -> "Folder":
        images = list(self.images.values()) if isinstance(self.images, dict) else [self.images]
        if self.masks in images:
            raise ValueError(f"images and masks must differ, got {self.masks!r} for both")
        for pattern in images:
            if images.count(pattern) > 1:
                raise ValueError(f"images of channels must differ, got twice {pattern!r}")
        return self


def _check_pattern(value: str) -> None:
    if "{id}" not in value or {"{", "}"} & set(value.replace("{id}", "")):
        raise ValueError(f"must hold {{id}} and no other braces, got {value!r}")
    if "**" in value:
        raise ValueError(f"a * stays within one folder, there is no **, got {value!r}")
    if value.startswith("/") or {".", "..", ""} & set(value.split("/")):
        raise ValueError(f"must be a path inside the source folder, got {value!r}")


class Dicom(Section):
    """Which DICOM series are volumes, and where their masks are.

    >>> Dicom(series="*t2*", masks="masks/{id}.nii.gz").series
    '*t2*'
    """

    series: str = "*"
    """A pattern that SeriesDescription must fit, such as "*t2*"; upper and lower case are the
    same."""

    masks: str | None = None
    """The path of a series' mask, a NIfTI file, below the source folder, with `{id}` in place of
    the series' id, or `{patient}` in place of its PatientID, where each patient has one series that
    fits. A series without this file is unlabelled; null if there are no masks."""

    @field_validator("masks")
    @classmethod
    def _names_the_id(cls, value: str | None) -> str | None:
        if value is not None and "{id}" not in value and "{patient}" not in value:
            raise ValueError(f"must hold {{id}} or {{patient}}, got {value!r}")
        return value
