"""How volumes became the slices that a network was trained on."""

from dataclasses import dataclass
from typing import Literal

from dscl_tf.config import BiasCorrection
from dscl_tf.config.channels import Channel
from dscl_tf.config.data import SliceAxis


@dataclass(frozen=True)
class Preparation:
    """What a client must do to a volume; `config.Data` says what each value means.

    Attributes:
        spacing: of the training grid in `unit`, (rows, columns).
        percentiles: of the native volume's intensities that become 0 and 1, in [0, 100].
        intensity_range: the intensities that become 0 and 1 in all volumes, in place of these.
        unit: "mm" of volumes, "px" of pictures.
        bias_correction: the N4 settings, where volumes are corrected before all else.
        slice_axis: along which axis volumes are cut.
        channels: the sequences of a patient, where volumes have several.

    Example:
        >>> Preparation(spacing=(1.5, 1.5)).percentiles
        (1.0, 99.0)
    """

    spacing: tuple[float, float]
    percentiles: tuple[float, float] = (1.0, 99.0)
    intensity_range: tuple[float, float] | None = None
    unit: Literal["mm", "px"] = "mm"
    bias_correction: BiasCorrection | None = None
    slice_axis: SliceAxis = "auto"
    channels: tuple[Channel, ...] | None = None

    @property
    def several(self) -> bool:
        """Whether volumes have several channels, each scaled by itself."""
        return len(self.channels or ()) > 1
