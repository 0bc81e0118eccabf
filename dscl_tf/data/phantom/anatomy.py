"""The phantom's anatomy: a torso with a heart that changes from base to apex.

Every structure is a region where a signed distance is negative. Its brightness is mixed in over
about the width of a pixel, which makes edges soft (partial volume). Lengths are mm, from the centre
of the image plane; x points to the patient's left, y to the back.
"""

from dataclasses import dataclass

import numpy as np

from dscl_tf.data.phantom.blob import Blob

RIGHT_VENTRICLE, MYOCARDIUM, LEFT_VENTRICLE = 1, 2, 3


@dataclass(frozen=True)
class Anatomy:
    """One patient: structures, brightnesses, and how the heart changes through the slices.

    Attributes:
        edge: width in mm over which the edges of structures are soft.
        torso: the outline of the skin.
        fat_rim: thickness in mm of the fat below the skin.
        lungs: right and left.
        liver: below the heart, at the right.
        aorta: in front of the spine.
        stomach: at the left, behind the heart.
        stomach_wall: its thickness in mm.
        left: the left ventricle's cavity at the base.
        right: the right ventricle at the base.
        papillary: the two papillary muscles inside the left ventricle.
        wall: thickness in mm of the myocardium at the base.
        epicardial_fat: thickness in mm of the fat around the heart.
        drift: mm by which the heart moves along x and y from base to apex.
        heights: of the first and last slice; 0 is the base of the ventricles, 1 their apex.
        right_end: the height at which the right ventricle ends.
        brightness: by tissue, about 0 to 1.2.
    """

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
