"""What watches pre-training: the health of a representation, how well a task is done."""

from dscl_tf.stages.health.global_health import GlobalHealth
from dscl_tf.stages.health.joint_health import JointHealth
from dscl_tf.stages.health.local_health import LocalHealth
from dscl_tf.stages.health.pretext_probe import RestorationProbe, RotationProbe
from dscl_tf.stages.health.watch import Watch

__all__ = [
    "GlobalHealth",
    "JointHealth",
    "LocalHealth",
    "RestorationProbe",
    "RotationProbe",
    "Watch",
]
