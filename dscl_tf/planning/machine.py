"""What will train: a processor or a GPU."""

from dataclasses import dataclass
from pathlib import Path

from dscl_tf.process import cores

# Pixels of a training slice, by cores: 96 x 96 is what two cores train on in minutes (acdc_half).
PIXELS = ((16, 192 * 192), (4, 128 * 128), (1, 96 * 96))
PIXELS_OF_GPU = 256 * 256


@dataclass(frozen=True)
class Machine:
    """What will train.

    Attributes:
        cores: number of processor cores.
        gpu: the GPU's name; None where the processor trains.
    """

    cores: int
    gpu: str | None = None

    @property
    def pixels(self) -> int:
        """The most pixels of a training slice that keep time and memory within bounds."""
        if self.gpu:
            return PIXELS_OF_GPU
        return next(pixels for least, pixels in PIXELS if self.cores >= least)

    @property
    def name(self) -> str:
        """In words.

        >>> Machine(2).name, Machine(8, "NVIDIA H100").name
        ('2 processor cores', 'a GPU (NVIDIA H100)')
        """
        if self.gpu:
            return f"a GPU ({self.gpu})"
        return f"{self.cores} processor core{'s' if self.cores > 1 else ''}"


def this_machine() -> Machine:
    """Return the machine that this process runs on.

    TensorFlow, which takes seconds to load, is asked only where there is a driver of a GPU.
    """
    if not any(Path(driver).exists() for driver in ("/dev/nvidiactl", "/dev/kfd")):
        return Machine(cores())
    from dscl_tf.runs.precision import accelerator

    device = accelerator()
    return Machine(cores(), device.name if device else None)
