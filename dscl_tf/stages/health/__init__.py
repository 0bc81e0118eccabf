"""The health of a representation during contrastive pre-training."""

from dscl_tf.stages.health.global_health import GlobalHealth
from dscl_tf.stages.health.joint_health import JointHealth
from dscl_tf.stages.health.local_health import LocalHealth
from dscl_tf.stages.health.watch import Watch

__all__ = ["GlobalHealth", "JointHealth", "LocalHealth", "Watch"]
