from dscl_tf.evaluation.metrics import ClassMetrics
from dscl_tf.evaluation.report.examples import caption


def test_a_caption_tells_the_dice_and_what_the_picture_does_not_show():
    wall = ClassMetrics(1, "wall", 0.5, 1, 1, 1, 1)
    blood = ClassMetrics(2, "blood", float("nan"), 1, 1, 0, 0)
    text = caption("7", "worst", [wall, blood])
    assert text == "Worst: volume 7, Dice 0.500 (wall 0.500, blood -)"
    hidden = caption("7", "worst", [wall], hidden=0.001)
    assert hidden.endswith("; less than 1% of the predicted voxels lie outside the picture")
