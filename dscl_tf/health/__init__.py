"""Representation health: whether pre-training learns something, measured while it trains.

A monitor measures a network every so many steps, draws figures and stops a run that has collapsed:
`SliceMonitor` for global, `RegionMonitor` or (moved views) `MovedRegionMonitor` for local and
`JointMonitor` for joint contrastive pre-training, `RotationMonitor` and `RestorationMonitor` for
pretext tasks. `PseudoLabelMonitor` watches pseudo-labels in fine-tuning. What they measure of
embeddings is in `dscl_tf.health.measures`, when a run counts as collapsed in
`dscl_tf.health.collapse`, their figures in `dscl_tf.health.figures`.
"""

from dscl_tf.health.joint import JointMonitor
from dscl_tf.health.monitor import Monitor
from dscl_tf.health.moved_regions import MovedRegionMonitor
from dscl_tf.health.pseudo_labels import PseudoLabelMonitor
from dscl_tf.health.regions import RegionMonitor
from dscl_tf.health.restoration import RestorationMonitor
from dscl_tf.health.rotation import RotationMonitor
from dscl_tf.health.slices import SliceMonitor

__all__ = [
    "JointMonitor",
    "Monitor",
    "MovedRegionMonitor",
    "PseudoLabelMonitor",
    "RegionMonitor",
    "RestorationMonitor",
    "RotationMonitor",
    "SliceMonitor",
]
