from types import SimpleNamespace
from typing import Any

import numpy as np

from dscl_tf.config.components import Components
from dscl_tf.evaluation.cleaning import Cleaning

MM = (1.0, 1.0, 1.0)
DEFAULT = Components()


def run(rules: dict[str, str] | None, settings: Components | None = DEFAULT) -> Any:
    finetune = SimpleNamespace(components=settings)
    record = {} if rules is None else {"components": rules}
    return SimpleNamespace(config=SimpleNamespace(finetune=finetune), record=record)


def test_the_recorded_rules_are_applied_and_voxels_counted_over_masks() -> None:
    cleaning = Cleaning.of([run({"1": "large", "2": "all"})])
    assert cleaning is not None
    labels = np.array([*[1] * 6, 0, 1, 0, 2, 0, 2], "uint8").reshape(-1, 1, 1)
    for _ in range(2):
        cleaned = cleaning.clean(labels, MM)
        assert cleaned.ravel().tolist() == [*[1] * 6, 0, 0, 0, 2, 0, 2]
    assert cleaning.summary() == {"rules": {"1": "large"}, "removed_voxels": {"1": 2}}


def test_without_a_rule_that_removes_nothing_is_done() -> None:
    assert Cleaning.of([run({"1": "all"})]) is None
    assert Cleaning.of([run(None)]) is None
    assert Cleaning.of([run(None, None)]) is None


def test_members_of_an_ensemble_must_agree() -> None:
    one, other = run({"1": "large", "2": "large"}), run({"1": "large", "2": "all"})
    agreed = Cleaning.of([one, other])
    assert agreed is not None and dict(agreed.rules) == {1: "large"}
    assert Cleaning.of([one, run({"1": "large"}, Components(large=0.5))]) is None
    assert Cleaning.of([one, run(None, None)]) is None
