import numpy as np

from dscl_tf.evaluation.report.mistakes import painted


def test_right_pixels_stay_grey_and_mistakes_have_three_colours():
    picture = np.full((1, 5), 0.5)
    shown = painted(picture, np.array([[0, 1, 0, 1, 2]]), np.array([[0, 1, 1, 0, 1]]))
    grey = np.ptp(shown[0], axis=-1) == 0
    assert grey.tolist() == [True, True, False, False, False]
    assert shown[0, 1, 0] > shown[0, 0, 0] == 0.5
    assert len(np.unique(shown[0, 2:], axis=0)) == 3
