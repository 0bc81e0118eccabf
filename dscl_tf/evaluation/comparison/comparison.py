"""What a comparison of runs found."""

from dataclasses import asdict, dataclass
from typing import Any

from dscl_tf.evaluation.bootstrap import LEVEL
from dscl_tf.evaluation.comparison.difference import RESAMPLES, Difference
from dscl_tf.evaluation.comparison.pairs import Pair
from dscl_tf.evaluation.comparison.table import comparison_table
from dscl_tf.evaluation.tables import defined


@dataclass(frozen=True)
class Comparison:
    """How two groups of runs differ.

    Attributes:
        split: "validation" or "test".
        paired_by: what the runs of a pair have in common.
        pairs: the pairs of runs.
        dice: per pair the mean foreground Dice of the baseline and of the candidate.
        volumes: ids of the volumes, of all pairs.
        classes: the names of the classes.
        expected: how many scores each class would have if none were undefined.
        unit: of distances, "mm" or "px".
        differences: Dice per class and their mean, then HD95 likewise.
        seed: of the bootstrap.
    """

    split: str
    paired_by: str
    pairs: tuple[Pair, ...]
    dice: tuple[tuple[float, float], ...]
    volumes: tuple[str, ...]
    classes: tuple[str, ...]
    expected: int
    unit: str
    differences: tuple[Difference, ...]
    seed: int

    def find(self, measure: str, name: str = "mean") -> Difference:
        """Return the difference of a measure and class.

        Raises:
            KeyError: there is none.
        """
        for one in self.differences:
            if (one.measure, one.name) == (measure, name):
                return one
        raise KeyError((measure, name))

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values; undefined ones are None."""
        pairs = [
            {
                "name": pair.name,
                "baseline": str(pair.baseline.path),
                "candidate": str(pair.candidate.path),
                "dice": list(dice),
            }
            for pair, dice in zip(self.pairs, self.dice, strict=True)
        ]
        return defined(
            {
                "split": self.split,
                "paired_by": self.paired_by,
                "pairs": pairs,
                "volumes": list(self.volumes),
                "unit": self.unit,
                "differences": [asdict(one) | {"shown": one.shown} for one in self.differences],
                "level": LEVEL,
                "resamples": RESAMPLES,
                "seed": self.seed,
            }
        )

    def table(self) -> str:
        """Return the pairs, the differences, and in words what these show."""
        return comparison_table(self)
