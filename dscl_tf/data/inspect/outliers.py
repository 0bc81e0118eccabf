"""Volumes whose spacing, depth or intensities are far from those of the set."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.data.inspect.facts import VolumeFacts
from dscl_tf.data.inspect.finding import Finding, each_or_all

LEAST_VOLUMES = 5  # of fewer the median deviation means nothing
LIMIT = 5  # robust z-score in a large set
SCATTER = 0.05  # the least scatter of logarithms: a volume 28% off is then never an outlier
NORMAL = 1.4826  # standard deviations per median absolute deviation of a normal distribution


def robust_z(
    values: np.ndarray, scatter: float = SCATTER, reference: np.ndarray | None = None
) -> np.ndarray:
    """Return (values - median) / s, where s is 1.4826 median deviations, or `scatter` if larger.

    Without a least s, every other value would be an outlier in a set whose volumes are nearly all
    equal, so that the median deviation is 0.

    Args:
        values: (volumes,).
        scatter: the least s.
        reference: (volumes,), the values whose median and deviations are used, by default `values`.

    >>> robust_z(np.array([1.0, 2.0, 3.0])).round(2)
    array([-0.67,  0.  ,  0.67])
    """
    reference = values if reference is None else reference
    median = float(np.median(reference))
    deviation = NORMAL * float(np.median(np.abs(reference - median)))
    return (values - median) / max(deviation, scatter)


def z_limit(volumes: int) -> float:
    """Return 5 (1 + 10 / volumes), the robust z-score beyond which a value is an outlier.

    It is larger for few volumes, which may by chance lie close together. With this limit a set of 5
    to 200 normally distributed values has an outlier in less than one case of 300.

    >>> z_limit(10)
    10.0
    """
    return LIMIT * (1 + 10 / volumes)


@dataclass(frozen=True)
class Measure:
    """A positive number per volume, compared by its logarithm."""

    rule: str
    text: str
    unit: str
    of: Callable[[VolumeFacts], float]


MEASURES = (
    Measure(
        "plane-spacing",
        "root of a pixel's area",
        " mm",
        lambda facts: math.sqrt(facts.plane_spacing[0] * facts.plane_spacing[1]),
    ),
    Measure("slice-spacing", "spacing of slices", " mm", lambda facts: facts.slice_spacing),
    Measure("depth", "number of slices", "", lambda facts: facts.slices),
    Measure(
        "intensity-width",
        "distance of the intensity percentiles",
        "",
        lambda facts: facts.intensity_range[1] - facts.intensity_range[0],
    ),
)


def outlier_findings(volumes: Sequence[VolumeFacts]) -> list[Finding]:
    """Warn about spacings, depths and intensities whose logarithms are beyond `z_limit`.

    The low percentile is compared too, as a share of its distance to the high one. It finds images
    whose zero is another, such as raw CT numbers among Hounsfield units.
    """
    if len(volumes) < LEAST_VOLUMES:
        return []
    findings = [finding for measure in MEASURES for finding in measure_findings(volumes, measure)]
    ranges = [facts.intensity_range for facts in volumes]
    limit = z_limit(len(volumes))
    offsets = np.array([low / (high - low) for low, high in ranges])
    shifted = [
        Finding(
            facts.id,
            "intensity-offset",
            facts.intensity_range[0],
            f"volume {facts.id}: intensity-offset: the low percentile "
            f"{facts.intensity_range[0]:.4g} is {offset:.2f} of the distance to the high one, "
            f"the set's median {np.median(offsets):.2f} (robust z {z:.1f}, limit {limit:.1f})",
        )
        for facts, offset, z in zip(volumes, offsets, robust_z(offsets), strict=True)
        if abs(z) > limit
    ]
    return findings + each_or_all(shifted, len(volumes))


def measure_findings(volumes: Sequence[VolumeFacts], measure: Measure) -> list[Finding]:
    """Warn about the volumes in which one measure is an outlier; too few volumes have none."""
    if len(volumes) < LEAST_VOLUMES:
        return []
    limit = z_limit(len(volumes))
    values = np.array([measure.of(facts) for facts in volumes], float)
    findings = [
        Finding(
            facts.id,
            measure.rule,
            float(value),
            f"volume {facts.id}: {measure.rule}: {measure.text} {value:.4g}{measure.unit}, the "
            f"set's median {np.median(values):.4g}{measure.unit} (robust z of logarithms {z:.1f}, "
            f"limit {limit:.1f})",
        )
        for facts, value, z in zip(volumes, values, robust_z(np.log(values)), strict=True)
        if abs(z) > limit
    ]
    return each_or_all(findings, len(volumes))
