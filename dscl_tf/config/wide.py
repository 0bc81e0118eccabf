"""Wide augmentation: many random changes of an image, each drawn for itself."""

from typing import Annotated

from pydantic import AfterValidator, Field

from dscl_tf.config.section import FactorRange, Positive, Probability, Range, Section, ShareRange

LARGEST_SIGMA = 20.0  # a blur reads 3 sigma of pixels each way, one by one


def _blurs_in_time(value: Range) -> Range:
    if value[1] > LARGEST_SIGMA:
        raise ValueError(f"must end at {LARGEST_SIGMA:g} pixels or less, got {list(value)}")
    return value


class Scale(Section):
    """Scalings of both axes alike.

    >>> Scale(factors=(0.8, 1.2)).probability
    0.7
    """

    probability: Probability = 0.7
    """The chance that an image is scaled."""

    factors: FactorRange = (0.7, 1.35)
    """The range of the factor, which is log-uniform; above 1 it enlarges."""


class Stretch(Section):
    """Scalings of rows and columns by different factors, whose product is 1.

    >>> Stretch(amount=0.2).probability
    0.3
    """

    probability: Probability = 0.3
    """The chance that an image is stretched."""

    amount: Annotated[float, Field(gt=0, le=4)] = 0.1
    """The ratio of the two factors goes up to 1 + `amount`, in favour of either axis; at most 4."""


class Rotation(Section):
    """Rotations about the image's centre.

    >>> Rotation(degrees=15).probability
    0.5
    """

    probability: Probability = 0.5
    """The chance that an image is rotated."""

    degrees: Annotated[float, Field(ge=0, le=180)] = 90.0
    """The largest angle, either way; with 30, hearts that lie turned were missed."""


class Shift(Section):
    """Shifts along both axes.

    >>> Shift(distance=5).probability
    0.5
    """

    probability: Probability = 0.5
    """The chance that an image is shifted."""

    distance: Annotated[float, Field(ge=0)] = 10.0
    """The largest shift along each axis, either way, in mm; of pictures in pixels of the file."""


class Noise(Section):
    """Normal noise.

    >>> Noise(deviation=0.02).probability
    0.1
    """

    probability: Probability = 0.1
    """The chance that an image gets noise."""

    deviation: Positive = 0.05
    """The largest standard deviation; images range from about 0 to 1."""


class Blur(Section):
    """Gaussian blurs.

    >>> Blur(probability=0.5).sigma
    (0.5, 1.0)
    """

    probability: Probability = 0.2
    """The chance that an image is blurred."""

    sigma: Annotated[FactorRange, AfterValidator(_blurs_in_time)] = (0.5, 1.0)
    """The range of the standard deviation, in training pixels; at most 20."""


class Brightness(Section):
    """Multiplications of all values.

    >>> Brightness(probability=1).factors
    (0.75, 1.25)
    """

    probability: Probability = 0.5
    """The chance that an image is multiplied."""

    factors: FactorRange = (0.75, 1.25)
    """The range of the factor."""


class Contrast(Section):
    """Scalings of the values about the image's mean, within the image's own range.

    >>> Contrast(probability=1).factors
    (0.75, 1.25)
    """

    probability: Probability = 0.5
    """The chance that an image changes its contrast."""

    factors: FactorRange = (0.75, 1.25)
    """The range of the factor."""


class LowResolution(Section):
    """Images that are read at fewer pixels and enlarged again.

    >>> LowResolution(shares=(0.25, 1.0)).probability
    0.25
    """

    probability: Probability = 0.25
    """The chance that an image loses resolution."""

    shares: ShareRange = (0.5, 1.0)
    """The range of the share of pixels per side that is read."""


class Gamma(Section):
    """Values raised to a power, within the image's range; mean and deviation are restored.

    >>> Gamma(inverted=0).exponents
    (0.7, 1.5)
    """

    probability: Probability = 0.3
    """The chance that the image is bent."""

    inverted: Probability = 0.1
    """The chance that, before, the negative of the image is bent."""

    exponents: FactorRange = (0.7, 1.5)
    """The range of the power, which is log-uniform."""


class Wide(Section):
    """Independent random changes of an image in the order of the fields.

    `scale`, `stretch`, `rotation` and `shift` make one map and, together with `affine`, `crop` and
    `elastic`, one look-up of the pixels; the others change the image alone, not its mask.
    Probabilities and most ranges are those of nnU-Net (Isensee et al. 2021), which has mirrored
    images besides.

    >>> Wide(scale=None, stretch=None, rotation=None, shift=None).moves
    False
    """

    scale: Scale | None = Scale()
    """Scalings; null for none."""

    stretch: Stretch | None = Stretch()
    """Stretches along one axis; null for none."""

    rotation: Rotation | None = Rotation()
    """Rotations; null for none."""

    shift: Shift | None = Shift()
    """Shifts; null for none."""

    noise: Noise | None = Noise()
    """Noise; null for none."""

    blur: Blur | None = Blur()
    """Blurs; null for none."""

    brightness: Brightness | None = Brightness()
    """Changes of brightness; null for none."""

    contrast: Contrast | None = Contrast()
    """Changes of contrast; null for none."""

    low_resolution: LowResolution | None = LowResolution()
    """Losses of resolution; null for none."""

    gamma: Gamma | None = Gamma()
    """Gamma curves; null for none."""

    @property
    def moves(self) -> bool:
        """Whether anything moves pixels."""
        return any((self.scale, self.stretch, self.rotation, self.shift))
