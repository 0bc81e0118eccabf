"""Random changes of images."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from dscl_tf.config.section import (
    FactorRange,
    Positive,
    Probability,
    Section,
    ShareRange,
    WideRange,
)


class Affine(Section):
    """Per image one of `choices`: rotate, scale, flip (columns), rotate45 (k x 45 deg), none."""

    choices: Annotated[
        tuple[Literal["rotate", "scale", "flip", "rotate45", "none"], ...], Field(min_length=1)
    ] = ("rotate", "scale", "flip", "rotate45", "none")
    rotation: Annotated[float, Field(ge=0, le=180)] = 15.0  # degrees either way
    scale: FactorRange = (0.95, 1.05)


class Elastic(Section):
    """A coarse grid of normal displacements, enlarged bicubically; `sigma` in training pixels."""

    probability: Probability = 0.5
    grid: Annotated[int, Field(ge=2)] = 3
    sigma: Positive = 5.0


class Intensity(Section):
    """Contrast about the image mean, then brightness, then an optional clip to `clip`."""

    probability: Probability = 1.0
    brightness: Annotated[float, Field(ge=0)] = 0.3
    contrast: FactorRange = (0.7, 1.3)
    clip: WideRange | None = (0.0, 1.5)


class ColourJitter(Section):
    """Brightness, contrast, saturation and hue of colour pictures, then an optional clip to `clip`.

    The first three are factors drawn from 1 - x to 1 + x, `hue` is drawn from -x to x turns of the
    colour circle. The defaults are those of SimCLR (Chen et al. 2020, ImageNet).
    """

    probability: Probability = 0.8
    brightness: Probability = 0.8
    contrast: Probability = 0.8
    saturation: Probability = 0.8
    hue: Annotated[float, Field(ge=0, le=0.5)] = 0.2
    clip: WideRange | None = (0.0, 1.0)


class Augmentation(Section):
    """Random changes of an image, each drawn per image; null switches one off.

    `crop` is the range of the side of the window that is cut out and enlarged, as a share of the
    image's side. Pictures take `colour` in place of `intensity`.
    """

    crop: ShareRange | None = None
    affine: Affine | None = None
    elastic: Elastic | None = None
    intensity: Intensity | None = None
    colour: ColourJitter | None = None

    @model_validator(mode="after")
    def _brightness_changes_once(self) -> "Augmentation":
        if self.intensity and self.colour:
            raise ValueError("intensity and colour both change the brightness: one must be null")
        return self


class Mixup(Section):
    """Mixup (Zhang et al. 2018): the mixing weight is drawn from Beta(alpha, alpha)."""

    alpha: Positive = 0.1
