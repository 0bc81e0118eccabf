"""The shape that the phantom is made of."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Blob:
    """An ellipse with a wavy outline."""

    centre: tuple[float, float]
    radii: tuple[float, float]
    angle: float
    waves: tuple[float, float, float, float]  # amplitude and phase of two and of three waves

    def distance(
        self, x: np.ndarray, y: np.ndarray, grow: float = 0.0, shrink: float = 1.0
    ) -> np.ndarray:
        """Return about the distance to the outline in mm, negative inside.

        `shrink` scales the radii, then `grow` adds to them.
        """
        cosine, sine = np.cos(self.angle), np.sin(self.angle)
        dx, dy = x - self.centre[0], y - self.centre[1]
        a, b = (max(radius * shrink + grow, 1e-3) for radius in self.radii)
        u, v = (cosine * dx + sine * dy) / a, (cosine * dy - sine * dx) / b
        radius = np.hypot(u, v)
        two, two_phase, three, three_phase = self.waves
        # cos(2t) and cos(3t) without the angle t itself, which would cost an arctangent
        c, s = u / (radius + 1e-6), v / (radius + 1e-6)
        c2, s2 = c * c - s * s, 2 * c * s
        c3, s3 = c2 * c - s2 * s, s2 * c + c2 * s
        outline = 1 + two * (c2 * np.cos(two_phase) - s2 * np.sin(two_phase))
        outline = outline + three * (c3 * np.cos(three_phase) - s3 * np.sin(three_phase))
        return (radius - outline) * min(a, b)


def draw_blob(
    rng: np.random.Generator,
    centre: tuple[float, float],
    radii: tuple[float, float],
    angle: float = 0.0,
    wave: float = 0.04,
) -> Blob:
    """Draw the outline of a blob whose place and size are given."""
    waves = (
        rng.normal(0, wave),
        rng.uniform(0, 2 * np.pi),
        rng.normal(0, wave),
        rng.uniform(0, 2 * np.pi),
    )
    return Blob(centre, radii, angle, waves)
