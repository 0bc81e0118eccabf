"""Volumes that were skipped, or read in an unusual way."""

import math
from collections.abc import Sequence

from dscl_tf.data.inspect.facts import VolumeFacts
from dscl_tf.data.inspect.finding import Finding, each_or_all
from dscl_tf.text import counted


def skipped_findings(skipped: dict[str, str]) -> list[Finding]:
    """Warn about volumes that are not in the store; `skipped` says why, by id."""
    return [
        Finding(id, "skipped", 1, f"volume {id}: skipped: {reason}")
        for id, reason in skipped.items()
    ]


def reading_findings(volumes: Sequence[VolumeFacts], partitions: int) -> list[Finding]:
    """Warn about volumes without directions in the header, with few slices, or with NaN voxels.

    Args:
        volumes: of the store.
        partitions: the paper's S, as configured.
    """
    unoriented = [
        Finding(
            facts.id,
            "unoriented",
            1,
            f"volume {facts.id}: unoriented: its header does not say how the axes lie in the "
            "body, taken as stored",
        )
        for facts in volumes
        if not facts.oriented
    ]
    thin = [
        Finding(
            facts.id,
            "few-slices",
            facts.slices,
            f"volume {facts.id}: few-slices: {counted(facts.slices, 'slice')}, fewer than the "
            f"{partitions} partitions, so that global pre-training refuses it",
        )
        for facts in volumes
        if facts.slices < partitions
    ]
    holes = [
        Finding(
            facts.id,
            "not-finite",
            facts.not_finite,
            f"volume {facts.id}: not-finite: "
            f"{counted(facts.not_finite, 'voxel is', 'voxels are')} NaN or infinite "
            f"({facts.not_finite / math.prod(facts.shape):.2g} of all), taken as background",
        )
        for facts in volumes
        if facts.not_finite
    ]
    return each_or_all(unoriented, len(volumes)) + thin + each_or_all(holes, len(volumes))
