"""What watches pre-training: the health of a representation, how well a task is done."""

from dscl_tf.health.joint import JointHealth
from dscl_tf.health.monitor import Watch
from dscl_tf.health.pretext import RestorationProbe, RotationProbe
from dscl_tf.health.regions import LocalHealth
from dscl_tf.health.slices import GlobalHealth

__all__ = [
    "GlobalHealth",
    "JointHealth",
    "LocalHealth",
    "RestorationProbe",
    "RotationProbe",
    "Watch",
]
