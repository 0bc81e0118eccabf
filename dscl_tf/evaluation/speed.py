"""How fast volumes were predicted."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Speed:
    """The time that volumes took, from the reading of the first to the last file that was written.

    Loading TensorFlow and the network comes before it.

    Attributes:
        volumes: how many.
        seconds: of the clock.

    >>> speed = Speed(3, 1.5)
    >>> speed.line(), speed.to_dict()["volumes_per_second"]
    ('3 volumes in 1.5 s, 2.00 a second', 2.0)
    """

    volumes: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Volumes a second; 0 where there were none."""
        return self.volumes / self.seconds if self.volumes and self.seconds else 0.0

    def line(self) -> str:
        """Return it as text."""
        noun = "volume" if self.volumes == 1 else "volumes"
        return f"{self.volumes} {noun} in {self.seconds:.1f} s, {self.per_second:.2f} a second"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "volumes": self.volumes,
            "seconds": round(self.seconds, 3),
            "volumes_per_second": round(self.per_second, 3),
        }
