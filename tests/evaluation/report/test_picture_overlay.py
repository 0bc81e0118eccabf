import io

import numpy as np
from matplotlib.image import imread

from dscl_tf.evaluation.report.picture_overlay import class_colours, picture_strip

CLASSES = {1: "road", 2: "sky"}


def strip(picture, prediction, reference):
    png = picture_strip(picture, prediction, reference, CLASSES)
    return imread(io.BytesIO(png))[..., :3]


def test_picture_reference_and_prediction_stand_upright_side_by_side():
    picture = np.full((60, 90, 3), 100.0)
    picture[:30, ..., 2] = 250  # blue above
    sky, empty = np.zeros((60, 90), np.uint8), np.zeros((60, 90), np.uint8)
    sky[:30] = 2
    shown = strip(picture, empty, sky)
    width = shown.shape[1]
    centre = slice(width // 6 - 20, width // 6 + 20)
    blue = np.flatnonzero((shown[:, centre, 2] - shown[:, centre, 0]).mean(axis=1) > 0.5)
    grey = np.flatnonzero(np.abs(shown[:, centre] - 100 / 255).mean(axis=(1, 2)) < 0.02)
    assert len(blue) > 50 and len(grey) > 50 and blue.max() < grey.min()
    changed = (np.abs(shown - strip(picture, sky, empty)).max(axis=-1) > 0.05).any(axis=0)
    assert not changed[: width // 3].any()
    assert changed[width // 2] and changed[5 * width // 6]


def test_up_to_eighteen_classes_have_colours_of_their_own():
    for count in (3, 7, 12, 18):
        classes = {label: str(label) for label in range(1, count + 1)}
        assert len(set(class_colours(classes).values())) == count
