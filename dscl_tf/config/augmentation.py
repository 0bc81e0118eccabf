"""Random changes of images."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from dscl_tf.config.section import (
    FactorRange,
    Positive,
    Probability,
    Section,
    ShareRange,
    WideRange,
)
from dscl_tf.config.wide import Wide


class Affine(Section):
    """One affine map per image, about its centre.

    >>> Affine(choices=("rotate", "none"), rotation=10).scale
    (0.95, 1.05)
    """

    choices: Annotated[
        tuple[Literal["rotate", "scale", "flip", "rotate45", "none"], ...], Field(min_length=1)
    ] = ("rotate", "scale", "flip", "rotate45", "none")
    """What an image may get, one of these with equal chance: a rotation by a small angle, a
    scaling, a flip of the columns, a rotation by a multiple of 45 degrees, or none."""

    rotation: Annotated[float, Field(ge=0, le=180)] = 15.0
    """The largest angle of "rotate" in degrees, either way."""

    scale: FactorRange = (0.95, 1.05)
    """The range of the factor of "scale"; above 1 it enlarges."""


class Elastic(Section):
    """An elastic deformation: a coarse grid of random displacements, enlarged bicubically.

    >>> Elastic(sigma=2.5).grid
    3
    """

    probability: Probability = 0.5
    """The share of images that are deformed."""

    grid: Annotated[int, Field(ge=2)] = 3
    """Points of the coarse grid along each side, at least 2."""

    sigma: Positive = 5.0
    """Standard deviation of the normal displacements, in training pixels."""


class Intensity(Section):
    """A change of contrast about the image's mean, then of brightness, then a clip.

    Intensities are normalised: 0 and 1 are the two percentiles of the volume.

    >>> Intensity(brightness=0.1, clip=None).contrast
    (0.7, 1.3)
    """

    probability: Probability = 1.0
    """The share of images that are changed."""

    brightness: Annotated[float, Field(ge=0)] = 0.3
    """The largest intensity that is added or subtracted."""

    contrast: FactorRange = (0.7, 1.3)
    """The range of the factor by which differences from the image's mean are multiplied."""

    clip: WideRange | None = (0.0, 1.5)
    """The range to which all images are clipped, also those that are not changed; null does not
    clip."""


class ColourJitter(Section):
    """Changes of brightness, contrast, saturation and hue of colour pictures, then a clip.

    The defaults are those of SimCLR (Chen et al. 2020, ImageNet).

    >>> ColourJitter(hue=0.1).saturation
    0.8
    """

    probability: Probability = 0.8
    """The share of pictures that are changed."""

    brightness: Probability = 0.8
    """x of the brightness factor, which is drawn from 1 - x to 1 + x."""

    contrast: Probability = 0.8
    """x of the contrast factor, which is drawn from 1 - x to 1 + x."""

    saturation: Probability = 0.8
    """x of the saturation factor, which is drawn from 1 - x to 1 + x."""

    hue: Annotated[float, Field(ge=0, le=0.5)] = 0.2
    """The largest rotation of the hue either way, as a share of the colour circle: 0 to 0.5."""

    clip: WideRange | None = (0.0, 1.0)
    """The range to which all pictures are clipped; null does not clip."""


class Augmentation(Section):
    """Random changes of an image, each drawn per image.

    >>> change = Augmentation(affine=Affine(), elastic=Elastic(sigma=2.5))
    >>> change.elastic.sigma, change.intensity
    (2.5, None)
    """

    later: ClassVar[frozenset[str]] = frozenset({"wide"})

    crop: ShareRange | None = None
    """The range of the side of a window that is cut out anywhere and enlarged to the image's size,
    as a share of the image's side; null does not crop."""

    affine: Affine | None = None
    """Rotations, scalings and flips; null for none."""

    elastic: Elastic | None = None
    """Elastic deformations; null for none."""

    intensity: Intensity | None = None
    """Changes of brightness and contrast; null for none. Of pictures, give `colour` instead."""

    colour: ColourJitter | None = None
    """Changes of the colours of RGB pictures; null for none. It excludes `intensity`."""

    wide: Wide | None = None
    """Many changes, each drawn for itself, beside the others or in place of `affine` and
    `intensity`; null for none."""

    @model_validator(mode="after")
    def _brightness_changes_once(self) -> "Augmentation":
        if self.intensity and self.colour:
            raise ValueError("intensity and colour both change the brightness: one must be null")
        return self


class Mixup(Section):
    """Mixup (Zhang et al. 2018): training on weighted means of two images and of their masks.

    >>> Mixup(alpha=0.2).alpha
    0.2
    """

    alpha: Positive = 0.1
    """The weight is drawn from the distribution Beta(alpha, alpha)."""
