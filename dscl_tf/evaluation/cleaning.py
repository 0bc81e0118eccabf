"""Removing components from predicted masks by the rules that fine-tuning recorded."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dscl_tf.config.components import Components
from dscl_tf.evaluation.components import Rule, remove_components
from dscl_tf.runs.run import Run
from dscl_tf.text import counted

ENTRY = "components"  # of run.json: class number to rule


@dataclass
class Cleaning:
    """Removes components from masks, and counts what it removes.

    Attributes:
        rules: by class; without a class that keeps "all".
        settings: what the rules use.
        removed: by class, the voxels removed from all masks so far.
        turn: held while they are counted, since threads clean masks at the same time.
    """

    rules: Mapping[int, Rule]
    settings: Components
    removed: Counter[int] = field(default_factory=Counter)
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @classmethod
    def of(cls, runs: Sequence[Run]) -> "Cleaning | None":
        """Return what the runs recorded, None if they recorded no rule that removes anything.

        Of an ensemble a class has a rule only where all members have that rule, with the same
        settings.
        """
        settings = runs[0].config.finetune.components
        if settings is None or any(run.config.finetune.components != settings for run in runs):
            return None
        recorded = [run.record.get(ENTRY, {}) for run in runs]
        rules = {
            int(label): rule
            for label, rule in recorded[0].items()
            if rule != "all" and all(other.get(label) == rule for other in recorded)
        }
        return cls(rules, settings) if rules else None

    def clean(self, labels: np.ndarray, spacing: Sequence[float]) -> np.ndarray:
        """Return a mask (X, Y, Z) without the components that the rules do not keep.

        Args:
            labels: (X, Y, Z) predicted class numbers.
            spacing: voxel size along the axes, mm.
        """
        cleaned, removed = remove_components(labels, self.rules, self.settings, spacing)
        with self.turn:
            self.removed.update(removed)
        return cleaned

    def rule_book(self) -> dict[str, Any]:
        """Return the rules and what they use, as the model.json of an export holds them."""
        rules = {str(label): rule for label, rule in self.rules.items()}
        return {"rules": rules, **self.settings.model_dump(mode="json")}

    def summary(self) -> dict[str, Any]:
        """Return the rules and the voxels removed, as metrics.json holds them."""
        return {
            "rules": {str(label): rule for label, rule in self.rules.items()},
            "removed_voxels": {str(label): self.removed[label] for label in self.rules},
        }


def components_line(summary: Mapping[str, Any], classes: Mapping[int, str]) -> str:
    """Return one line on `Cleaning.summary`.

    >>> summary = {"rules": {"1": "large"}, "removed_voxels": {"1": 12}}
    >>> components_line(summary, {1: "liver"})
    'Connected components were removed from the masks: liver (rule "large") 12 voxels'
    """
    parts = [
        f'{classes[int(label)]} (rule "{rule}") '
        + counted(summary["removed_voxels"][label], "voxel")
        for label, rule in summary["rules"].items()
    ]
    return f"Connected components were removed from the masks: {', '.join(parts)}"
