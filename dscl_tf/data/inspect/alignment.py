"""Whether a volume's partitions show what the same partitions of the other volumes show.

The global contrastive loss assumes that slices of the same partition show the same anatomy in all
volumes, which is true where the volumes are roughly aligned (main paper, section 3.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.data.inspect.finding import Finding
from dscl_tf.data.inspect.outliers import LEAST_VOLUMES, robust_z, z_limit
from dscl_tf.data.inspect.thumbnails import unit

REVERSED = 0.25  # how much better, in cosine, the reversed order must fit
TELLS_APART = 1.5  # times chance: with less retrieval the set's partitions look too much alike
SCATTER = 0.05  # the least scatter of the cosines


@dataclass(frozen=True, eq=False)
class Alignment:
    """How well each volume fits the others; arrays are (volumes,).

    Attributes:
        own: mean cosine between its partitions and the mean of the same partition in the others.
        reversed: `own` with its partitions in reverse order.
        retrieval: share of its partitions that are most like the same partition of the others.
        reversed_retrieval: `retrieval` with its partitions in reverse order.
        chance: the retrieval of a blind choice.
    """

    own: np.ndarray
    reversed: np.ndarray
    retrieval: np.ndarray
    reversed_retrieval: np.ndarray
    chance: float

    @property
    def can_judge(self) -> bool:
        """Whether the set's partitions differ enough to tell which volumes deviate."""
        return bool(self.retrieval.mean() >= TELLS_APART * self.chance)


def align(thumbnails: np.ndarray, least: int = LEAST_VOLUMES) -> Alignment | None:
    """Compare each volume with the mean of all others, partition by partition.

    The mean over a volume's partitions is subtracted first, so that the cosines compare what
    distinguishes its partitions.

    Args:
        thumbnails: (volumes, partitions, side, side).
        least: the number of volumes, at least two, that are enough to compare.

    Returns:
        None for fewer volumes than `least`, or than two partitions.
    """
    volumes, partitions = thumbnails.shape[:2]
    if volumes < least or partitions < 2:
        return None
    flat = thumbnails.reshape(volumes, partitions, -1)  # (volumes, partitions, pixels)
    flat = unit(flat - flat.mean(axis=-1, keepdims=True))
    others = (flat.sum(axis=0) - flat) / (volumes - 1)
    cosines = _particular(flat) @ _particular(others).swapaxes(1, 2)
    # (volumes, its partition, the others' partition)
    best = cosines.argmax(axis=2)
    order = np.arange(partitions)
    return Alignment(
        own=np.trace(cosines, axis1=1, axis2=2) / partitions,
        reversed=np.trace(cosines[:, ::-1], axis1=1, axis2=2) / partitions,
        retrieval=(best == order).mean(axis=1),
        reversed_retrieval=(best == order[::-1]).mean(axis=1),
        chance=1 / partitions,
    )


def _particular(flat: np.ndarray) -> np.ndarray:
    return unit(flat - flat.mean(axis=1, keepdims=True))


def alignment_findings(ids: Sequence[str], alignment: Alignment) -> list[Finding]:
    """Warn about volumes that are not aligned with the set.

    "reversed": with its slices in reverse order the volume fits better by a cosine of 0.25, more of
    its partitions are recognised, and it does not fit far worse than the other volumes do.
    "misaligned": its partitions are more like other partitions than like the same one (cosine below
    0 and retrieval at most chance), or the cosine is an outlier below those of the set.
    """
    if not alignment.can_judge:
        return []
    limit = z_limit(len(ids))
    own_z = robust_z(alignment.own, SCATTER)
    reversed_z = robust_z(alignment.reversed, SCATTER, reference=alignment.own)
    findings = []
    for index, id in enumerate(ids):
        own, turned = float(alignment.own[index]), float(alignment.reversed[index])
        retrieval = alignment.retrieval[index]
        recognised_reversed = alignment.reversed_retrieval[index] > retrieval
        if turned - own > REVERSED and recognised_reversed and reversed_z[index] > -limit:
            message = (
                f"volume {id}: reversed: reversing its slices would fit the set better, cosine "
                f"{turned:.2f} instead of {own:.2f} (limit {REVERSED} more)"
            )
            findings.append(Finding(id, "reversed", turned - own, message))
        elif own < 0 and retrieval <= alignment.chance:
            message = (
                f"volume {id}: misaligned: its partitions look like other partitions of the set, "
                f"cosine {own:.2f} (limit 0), {retrieval:.0%} recognised (limit "
                f"{alignment.chance:.0%})"
            )
            findings.append(Finding(id, "misaligned", own, message))
        elif own_z[index] < -limit:
            message = (
                f"volume {id}: misaligned: its partitions look unlike the set's, cosine {own:.2f}, "
                f"median {np.median(alignment.own):.2f} (robust z {own_z[index]:.1f}, limit "
                f"{-limit:.1f})"
            )
            findings.append(Finding(id, "misaligned", own, message))
    return findings
