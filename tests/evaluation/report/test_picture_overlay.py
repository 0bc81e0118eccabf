import io

import numpy as np
from matplotlib.image import imread

from dscl_tf.evaluation.report.picture_overlay import picture_strip
from dscl_tf.figures import class_colours

CLASSES = {1: "road", 2: "sky"}


def strip(picture, prediction, reference):
    png = picture_strip(picture, prediction, reference, CLASSES)
    return imread(io.BytesIO(png))[..., :3]


def test_picture_and_reference_stand_upright_above_prediction_and_mistakes():
    picture = np.full((60, 90, 3), 100.0)
    picture[:30, ..., 2] = 250  # blue above
    sky, empty = np.zeros((60, 90), np.uint8), np.zeros((60, 90), np.uint8)
    sky[:30] = 2
    shown = strip(picture, empty, sky)
    height, width = (side // 2 for side in shown.shape[:2])
    first = shown[:height, width // 2 - 20 : width // 2 + 20]
    blue = np.flatnonzero((first[..., 2] - first[..., 0]).mean(axis=1) > 0.5)
    grey = np.flatnonzero(np.abs(first - 100 / 255).mean(axis=(1, 2)) < 0.02)
    assert len(blue) > 50 and len(grey) > 50 and blue.max() < grey.min()
    changed = np.abs(shown - strip(picture, sky, empty)).max(axis=-1) > 0.05
    left, right = changed[:, :width], changed[:, width:]
    assert not left[:height].any()
    assert right[:height].any() and left[height:].any() and right[height:].any()


def test_up_to_eighteen_classes_have_colours_of_their_own():
    for count in (3, 7, 12, 18):
        classes = {label: str(label) for label in range(1, count + 1)}
        assert len(set(class_colours(classes).values())) == count
