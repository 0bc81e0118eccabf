"""Measured volumes without a network."""

import numpy as np

from dscl_tf.evaluation.measure import MeasuredVolume
from dscl_tf.evaluation.metrics import volume_metrics
from tests.data import files

CLASSES = {1: "ring"}


def measured(name: str, voxels: int, **changes) -> MeasuredVolume:
    """A volume whose prediction has one voxel, of the reference's so many."""
    image = files.volume(files.ramp((3, 3, 2)))
    prediction, reference = np.zeros((2, *image.array.shape), np.uint8)
    prediction.flat[0], reference.flat[:voxels] = 1, 1
    metrics = volume_metrics(prediction, reference, image.spacing, CLASSES)
    return MeasuredVolume(name, image, prediction, metrics, **changes)
