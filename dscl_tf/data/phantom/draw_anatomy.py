"""A random patient of the phantom.

The order of the draws is part of the phantom: another order gives other patients.
"""

from dataclasses import dataclass

import numpy as np

from dscl_tf.data.phantom.anatomy import Anatomy
from dscl_tf.data.phantom.blob import Blob, draw_blob


def draw_anatomy(rng: np.random.Generator, pixel: float) -> Anatomy:
    """Draw a patient.

    Args:
        rng: gives all random numbers.
        pixel: width of a pixel in mm, over which edges are soft.
    """
    uniform = rng.uniform
    torso = _draw_torso(rng)
    heart = _draw_heart(rng)
    blood = uniform(0.75, 1.05)
    return Anatomy(
        edge=1.2 * pixel,
        torso=torso,
        fat_rim=uniform(5, 14),
        lungs=_draw_lungs(rng),
        liver=_draw_liver(rng),
        aorta=_draw_aorta(rng, torso),
        stomach=_draw_stomach(rng, heart.centre),
        stomach_wall=uniform(3, 7),
        left=heart.left,
        right=heart.right,
        papillary=heart.papillary,
        wall=heart.wall,
        epicardial_fat=uniform(1, 6),
        drift=(rng.normal(0, 6), rng.normal(0, 6)),
        heights=(uniform(-0.09, 0.05), uniform(0.92, 1.06)),
        right_end=uniform(0.7, 0.9),
        brightness=_draw_brightness(rng, blood),
    )


@dataclass(frozen=True)
class _Heart:
    centre: np.ndarray  # (2,) mm
    left: Blob
    right: Blob
    papillary: tuple[Blob, Blob]
    wall: float


def _draw_torso(rng: np.random.Generator) -> Blob:
    radii = (rng.uniform(88, 105), rng.uniform(72, 90))
    return draw_blob(rng, (rng.uniform(-8, 8), rng.uniform(-15, 5)), radii, wave=0.02)


def _draw_heart(rng: np.random.Generator) -> _Heart:
    uniform = rng.uniform
    centre = rng.normal(0, 7, 2)
    radius, wall = uniform(19, 28), uniform(6.5, 12)
    ellipticity = uniform(0.9, 1.12)
    left = draw_blob(
        rng,
        (centre[0], centre[1]),
        (radius * ellipticity, radius / ellipticity),
        uniform(0, np.pi),
        0.03,
    )
    towards = np.deg2rad(uniform(170, 245))  # the right ventricle: to the right, rather in front
    away = radius + wall + uniform(0, 8)
    right = draw_blob(
        rng,
        (centre[0] + away * np.cos(towards), centre[1] + away * np.sin(towards)),
        (uniform(18, 27), uniform(26, 37)),
        towards + rng.normal(0, 0.15),
        0.06,
    )
    papillary = [
        draw_blob(
            rng,
            (
                centre[0] + 0.55 * radius * np.cos(towards + turn),
                centre[1] + 0.55 * radius * np.sin(towards + turn),
            ),
            (uniform(2, 4.5), uniform(2, 4.5)),
        )
        for turn in (uniform(1.4, 2.2), uniform(-2.2, -1.4))
    ]
    return _Heart(centre, left, right, (papillary[0], papillary[1]), wall)


def _draw_lungs(rng: np.random.Generator) -> tuple[Blob, Blob]:
    uniform = rng.uniform
    return (
        draw_blob(rng, (uniform(-70, -58), uniform(-5, 25)), (uniform(18, 30), uniform(35, 50))),
        draw_blob(rng, (uniform(52, 68), uniform(-5, 30)), (uniform(15, 30), uniform(35, 50))),
    )


def _draw_liver(rng: np.random.Generator) -> Blob:
    uniform = rng.uniform
    centre, radii = (uniform(-62, -38), uniform(30, 58)), (uniform(30, 45), uniform(18, 30))
    return draw_blob(rng, centre, radii, 0.3)


def _draw_aorta(rng: np.random.Generator, torso: Blob) -> Blob:
    uniform = rng.uniform
    back = torso.centre[1] + torso.radii[1]
    return draw_blob(rng, (uniform(5, 25), back - uniform(30, 36)), (uniform(8, 13),) * 2)


def _draw_stomach(rng: np.random.Generator, heart: np.ndarray) -> Blob:
    uniform = rng.uniform
    centre = (heart[0] + uniform(35, 60), heart[1] + uniform(20, 50))
    return draw_blob(rng, centre, (uniform(9, 19), uniform(9, 19)))


def _draw_brightness(rng: np.random.Generator, blood: float) -> dict[str, float]:
    uniform = rng.uniform
    return {
        "fat": uniform(0.7, 1.2),
        "epicardial fat": uniform(0.4, 0.9),
        "mediastinum": uniform(0.12, 0.5),
        "muscle": uniform(0.25, 0.45),
        "lung": uniform(0.04, 0.12),
        "liver": uniform(0.3, 0.6),
        "blood": blood,
        "right blood": blood * uniform(0.85, 1.1),
        "myocardium": uniform(0.22, 0.5) * blood,
        "stomach": uniform(0.4, 1.0),
    }
