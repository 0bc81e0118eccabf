import json

import pytest

from dscl_tf.devices import agreement, together
from dscl_tf.devices.agreement import check_alike
from dscl_tf.devices.processes import Member
from dscl_tf.devices.together import failing_together, reporting_lost_processes
from dscl_tf.errors import DataError, TrainingError, UsageError


def test_an_error_of_another_process_is_raised_here_too(monkeypatch) -> None:
    monkeypatch.setattr(together, "everyone_says", lambda text: [text, "", "a.npz: disk full"])
    with pytest.raises(DataError, match=r"^process 2 of 3: a\.npz: disk full$"), failing_together():
        pass


def test_an_error_of_this_process_is_told_to_the_others(monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(together, "everyone_says", lambda text: said.append(text) or [text])
    with pytest.raises(UsageError, match=r"^mine$"), failing_together():
        raise UsageError("mine")
    assert said == ["mine"]


def test_what_differs_is_named_by_process(monkeypatch) -> None:
    def with_another(text: str) -> list[str]:
        return [text, text, json.dumps({**json.loads(text), "store": "0123"})]

    monkeypatch.setattr(agreement, "everyone_says", with_another)
    message = r"^process 2 of 3: must train what process 0 trains, these differ: store$"
    with pytest.raises(DataError, match=message):
        check_alike({"store": "a", "runtime": {"seed": 1}})


@pytest.mark.parametrize("total", [1, 2])
def test_a_lost_connection_is_one_line_where_there_are_others(monkeypatch, total: int) -> None:
    monkeypatch.setattr(together, "member", lambda: Member(0, total))
    kind = TrainingError if total > 1 else ValueError
    with pytest.raises(kind, match="Gloo AllGather failed"), reporting_lost_processes("finetune"):
        raise ValueError("UNKNOWN: Gloo AllGather failed:\nConnection closed by peer")


def test_other_errors_stay_what_they_are(monkeypatch) -> None:
    monkeypatch.setattr(together, "member", lambda: Member(0, 2))
    with pytest.raises(ValueError, match=r"^shapes differ$"), reporting_lost_processes("finetune"):
        raise ValueError("shapes differ")
