"""The phantom's anatomy: a torso with a heart that changes from base to apex.

Every structure is a region where a signed distance is negative; its brightness is mixed in over
a pixel's width, which makes edges soft (partial volume). Lengths are mm, from the centre of the
image plane; x points to the patient's left, y to the back.
"""

from dataclasses import dataclass

import numpy as np

from dscl_tf.data.phantom.blob import Blob, draw_blob

RIGHT_VENTRICLE, MYOCARDIUM, LEFT_VENTRICLE = 1, 2, 3


@dataclass(frozen=True)
class Anatomy:
    """One patient: structures, brightnesses, and how the heart changes through the slices."""

    edge: float
    torso: Blob
    fat_rim: float
    lungs: tuple[Blob, Blob]
    liver: Blob
    aorta: Blob
    stomach: Blob
    stomach_wall: float
    left: Blob
    right: Blob
    papillary: tuple[Blob, Blob]
    wall: float
    epicardial_fat: float
    drift: tuple[float, float]
    heights: tuple[float, float]
    right_end: float
    brightness: dict[str, float]

    @classmethod
    def draw(cls, rng: np.random.Generator, pixel: float) -> "Anatomy":
        """Draw a patient; `pixel` is the width of a pixel, over which edges are soft."""
        uniform = rng.uniform
        torso_radii = (uniform(88, 105), uniform(72, 90))
        torso = draw_blob(rng, (uniform(-8, 8), uniform(-15, 5)), torso_radii, wave=0.02)
        heart = rng.normal(0, 7, 2)
        radius, wall = uniform(19, 28), uniform(6.5, 12)
        ellipticity = uniform(0.9, 1.12)
        left = draw_blob(
            rng,
            (heart[0], heart[1]),
            (radius * ellipticity, radius / ellipticity),
            uniform(0, np.pi),
            0.03,
        )
        towards = np.deg2rad(
            uniform(170, 245)
        )  # the right ventricle: to the right, rather in front
        away = radius + wall + uniform(0, 8)
        right = draw_blob(
            rng,
            (heart[0] + away * np.cos(towards), heart[1] + away * np.sin(towards)),
            (uniform(18, 27), uniform(26, 37)),
            towards + rng.normal(0, 0.15),
            0.06,
        )
        papillary = [
            draw_blob(
                rng,
                (
                    heart[0] + 0.55 * radius * np.cos(towards + turn),
                    heart[1] + 0.55 * radius * np.sin(towards + turn),
                ),
                (uniform(2, 4.5), uniform(2, 4.5)),
            )
            for turn in (uniform(1.4, 2.2), uniform(-2.2, -1.4))
        ]
        blood = uniform(0.75, 1.05)
        return cls(
            edge=1.2 * pixel,
            torso=torso,
            fat_rim=uniform(5, 14),
            lungs=(
                draw_blob(
                    rng, (uniform(-70, -58), uniform(-5, 25)), (uniform(18, 30), uniform(35, 50))
                ),
                draw_blob(
                    rng, (uniform(52, 68), uniform(-5, 30)), (uniform(15, 30), uniform(35, 50))
                ),
            ),
            liver=draw_blob(
                rng, (uniform(-62, -38), uniform(30, 58)), (uniform(30, 45), uniform(18, 30)), 0.3
            ),
            aorta=draw_blob(
                rng,
                (uniform(5, 25), torso.centre[1] + torso.radii[1] - uniform(30, 36)),
                (uniform(8, 13),) * 2,
            ),
            stomach=draw_blob(
                rng,
                (heart[0] + uniform(35, 60), heart[1] + uniform(20, 50)),
                (uniform(9, 19), uniform(9, 19)),
            ),
            stomach_wall=uniform(3, 7),
            left=left,
            right=right,
            papillary=(papillary[0], papillary[1]),
            wall=wall,
            epicardial_fat=uniform(1, 6),
            drift=(rng.normal(0, 6), rng.normal(0, 6)),
            heights=(uniform(-0.09, 0.05), uniform(0.92, 1.06)),
            right_end=uniform(0.7, 0.9),
            brightness={
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
            },
        )

    def render(self, x: np.ndarray, y: np.ndarray, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw the slices at the pixels (x, y) of one plane.

        Returns:
            brightness (X, Y, slices) float32 about 0 to 1.2, and labels (X, Y, slices) uint8.
        """
        background = self._torso(x, y)
        image = np.empty((*x.shape, depth), np.float32)
        labels = np.zeros((*x.shape, depth), np.uint8)
        for index, height in enumerate(np.linspace(*self.heights, depth)):
            image[..., index], labels[..., index] = self._heart(x, y, float(height), background)
        return image, labels

    def _torso(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        tissue = self.brightness
        skin = self.torso.distance(x, y)
        image = self._mix(np.zeros_like(x), tissue["fat"], skin)
        image = self._mix(image, tissue["muscle"], skin + self.fat_rim)
        inside = skin + self.fat_rim + 6
        image = self._mix(image, tissue["mediastinum"], inside)
        for lung in self.lungs:
            image = self._mix(image, tissue["lung"], np.maximum(lung.distance(x, y), inside))
        image = self._mix(image, tissue["liver"], np.maximum(self.liver.distance(x, y), inside))
        stomach = np.maximum(self.stomach.distance(x, y), inside)
        image = self._mix(image, tissue["muscle"], stomach - self.stomach_wall)
        image = self._mix(image, tissue["stomach"], stomach)
        aorta = self.aorta.distance(x, y)
        return self._mix(self._mix(image, tissue["muscle"], aorta - 2), tissue["blood"], aorta)

    def _heart(
        self, x: np.ndarray, y: np.ndarray, height: float, background: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw one slice; `height` is 0 at the base of the ventricles and 1 at their apex."""
        tissue = self.brightness
        x, y = x - self.drift[0] * (height - 0.5), y - self.drift[1] * (height - 0.5)
        shrink = float(np.sqrt(max(0.0, 1 - min(abs(height), 1.0) ** 2.4)))
        right_shrink = float(np.sqrt(max(0.0, 1 - (max(height, 0.0) / self.right_end) ** 2)))
        labels = np.zeros(x.shape, np.uint8)
        if height < 0:  # above the ventricles: the atria, bright and not labelled
            image = self._mix(
                background, tissue["blood"], self.left.distance(x, y, 0.3 * self.wall)
            )
            return self._mix(image, tissue["right blood"], self.right.distance(x, y)), labels
        if height > 1:  # below the apex
            return background, labels
        cavity = self.left.distance(x, y, shrink=shrink)
        outer = self.left.distance(x, y, grow=self.wall * (0.6 + 0.4 * shrink), shrink=shrink)
        image = self._mix(background, tissue["epicardial fat"], outer - self.epicardial_fat)
        if right_shrink > 0.15:
            right = np.maximum(self.right.distance(x, y, shrink=right_shrink), -outer)
            image = self._mix(image, tissue["epicardial fat"], right - 2.5 - self.epicardial_fat)
            image = self._mix(image, tissue["myocardium"], right - 2.5)
            image = self._mix(image, tissue["right blood"], right)
            labels[right < 0] = RIGHT_VENTRICLE
        image = self._mix(image, tissue["myocardium"], outer)
        labels[outer < 0] = MYOCARDIUM
        if shrink > 0.15:
            image = self._mix(image, tissue["blood"], cavity)
            labels[cavity < 0] = LEFT_VENTRICLE
            if 0.25 < height < 0.75:  # the papillary muscles count as cavity, as in ACDC
                for muscle in self.papillary:
                    image = self._mix(image, tissue["myocardium"], muscle.distance(x, y))
        return image, labels

    def _mix(self, image: np.ndarray, brightness: float, distance: np.ndarray) -> np.ndarray:
        share = np.clip(0.5 - distance / self.edge, 0, 1)
        return image + share * (np.float32(brightness) - image)
