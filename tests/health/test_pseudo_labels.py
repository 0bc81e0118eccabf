from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dscl_tf.errors import TrainingError
from dscl_tf.health.pseudo_labels import PseudoLabelMonitor, shrunken_class

RUN: Any = SimpleNamespace(path=Path("runs/mine"))


def rows(*shares: float | None) -> list[dict[str, float | None]]:
    return [
        {"step": 25.0 * number, "loss": 1.0, "pseudo_share_2": share}
        for number, share in enumerate(shares, start=1)
    ]


def test_a_class_below_half_of_its_first_share_is_named() -> None:
    found = shrunken_class(rows(0.0, 0.04, 0.03, 0.019))
    assert found is not None
    assert found.startswith("the pseudo-labels of class 2 cover 1.90% of the pixels at step 100")
    assert found.endswith("4.00% at step 50")


def test_a_class_that_vanishes_is_named() -> None:
    assert shrunken_class(rows(0.04, 0.0)) is not None


def test_half_a_growing_share_and_none_yet_are_no_alarm() -> None:
    assert shrunken_class(rows(0.04, 0.02)) is None
    assert shrunken_class(rows(0.01, 0.04)) is None
    assert shrunken_class(rows(0.0, 0.0)) is None
    assert shrunken_class(rows(None)) is None
    assert shrunken_class([{"step": 25.0, "loss": 1.0}]) is None


def test_such_a_run_stops() -> None:
    monitor = PseudoLabelMonitor(stop=True)
    monitor.check(rows(0.04, 0.03), 100, RUN)
    with pytest.raises(TrainingError, match=r"runs/mine: the pseudo-labels of class 2 cover"):
        monitor.check(rows(0.04, 0.01), 100, RUN)


def test_rounds_of_self_training_are_measured_at_every_report_and_named() -> None:
    monitor = PseudoLabelMonitor(
        stop=True, section="self_training", shares=lambda: {"pseudo_share_2": 0.04}
    )
    assert monitor.due(1, False) and monitor.measure() == {"pseudo_share_2": 0.04}
    with pytest.raises(TrainingError, match=r"finetune\.self_training\.stop_on_collapse=false"):
        monitor.check(rows(0.04, 0.01), 100, RUN)


def test_or_says_so_once(lines) -> None:
    monitor = PseudoLabelMonitor(stop=False)
    for _ in range(2):
        monitor.check(rows(0.04, 0.01), 100, RUN)
    assert len(lines) == 1
    assert lines[0].startswith("runs/mine: the pseudo-labels of class 2 cover 1.00%")
