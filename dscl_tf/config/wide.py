"""Wide augmentation: many random changes of an image, each drawn for itself."""

from typing import Annotated

from pydantic import Field

from dscl_tf.config.section import FactorRange, Positive, Probability, Section, ShareRange


class Scale(Section):
    """A factor that is log-uniform between `factors`; above 1 it enlarges."""

    probability: Probability = 0.7
    factors: FactorRange = (0.7, 1.35)


class Stretch(Section):
    """Rows and columns are scaled apart, by a ratio up to 1 + `amount`; areas stay."""

    probability: Probability = 0.3
    amount: Positive = 0.1


class Rotation(Section):
    """An angle up to `degrees` either way."""

    probability: Probability = 0.5
    degrees: Annotated[float, Field(ge=0, le=180)] = 30.0


class Shift(Section):
    """A shift along each axis, up to `distance` either way: mm, of pictures pixels of the file."""

    probability: Probability = 0.5
    distance: Annotated[float, Field(ge=0)] = 10.0


class Noise(Section):
    """Normal noise whose standard deviation is uniform up to `deviation`."""

    probability: Probability = 0.1
    deviation: Positive = 0.05


class Blur(Section):
    """A Gaussian blur whose standard deviation in training pixels lies between `sigma`."""

    probability: Probability = 0.2
    sigma: FactorRange = (0.5, 1.0)


class Brightness(Section):
    """All values are multiplied by a factor between `factors`."""

    probability: Probability = 0.5
    factors: FactorRange = (0.75, 1.25)


class Contrast(Section):
    """A factor about the image's mean; the image keeps its lowest and highest value as bounds."""

    probability: Probability = 0.5
    factors: FactorRange = (0.75, 1.25)


class LowResolution(Section):
    """The image is read at a share of its pixels per side, between `shares`, and enlarged."""

    probability: Probability = 0.25
    shares: ShareRange = (0.5, 1.0)


class Gamma(Section):
    """Values within their range are raised to a power; the image keeps its mean and deviation.

    The exponent is log-uniform between `exponents`. `inverted` is the chance that the negative of
    the image is changed so, apart from `probability`, the chance that the image itself is.
    """

    probability: Probability = 0.3
    inverted: Probability = 0.1
    exponents: FactorRange = (0.7, 1.5)


class Wide(Section):
    """Independent random changes of an image in this order; null switches one off.

    Scale, stretch, rotation and shift make one map, and one look-up of the pixels together with
    `affine`, `crop` and `elastic`; the others change the image alone, not its mask. Probabilities
    and most ranges are those of nnU-Net (Isensee et al. 2021), without its mirrored images.
    """

    scale: Scale | None = Scale()
    stretch: Stretch | None = Stretch()
    rotation: Rotation | None = Rotation()
    shift: Shift | None = Shift()
    noise: Noise | None = Noise()
    blur: Blur | None = Blur()
    brightness: Brightness | None = Brightness()
    contrast: Contrast | None = Contrast()
    low_resolution: LowResolution | None = LowResolution()
    gamma: Gamma | None = Gamma()

    @property
    def moves(self) -> bool:
        """Whether anything moves pixels."""
        return any((self.scale, self.stretch, self.rotation, self.shift))
