from pathlib import Path

import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import UsageError
from dscl_tf.runs.run import Run
from dscl_tf.workflow import State, plan_steps
from dscl_tf.workflow.homes import free_home, named_home, unfinished_home


def begin(home: Path, config: Experiment, *steps: str) -> State:
    """Note that steps are finished, with a run of the first stage."""
    state = State.open(home, config.name)
    for step in steps:
        with state.step(step):
            pass
    Run.create(home, "pretrain_global", "pretrain_global", config, {})
    return state


def test_the_newest_that_can_go_on_is_found(tiny: Experiment, tmp_path: Path) -> None:
    assert unfinished_home(tmp_path / "none", "demo", tiny) is None
    begin(tmp_path / "demo-1", tiny, "prepare")
    begin(tmp_path / "demo-2", tiny, "prepare")
    begin(tmp_path / "demo-3", tiny, *plan_steps(tiny).steps)  # nothing is left to do
    begin(tmp_path / "demo-4", replace(tiny, {"runtime.seed": 7}), "prepare")
    (tmp_path / "demo-5").mkdir()
    (tmp_path / "demo-5" / "workflow.json").write_text("{")
    assert unfinished_home(tmp_path, "demo", tiny) == tmp_path / "demo-2"


def test_one_that_another_process_works_on_is_left_alone(tiny: Experiment, tmp_path: Path) -> None:
    state = begin(tmp_path / "demo-1", tiny, "prepare")
    with state.locked():
        assert unfinished_home(tmp_path, "demo", tiny) is None


def test_a_free_home_is_not_there_yet(tmp_path: Path) -> None:
    first = free_home(tmp_path, "demo")
    first.mkdir()
    assert first.name.startswith("demo-2") and free_home(tmp_path, "demo") != first


@pytest.mark.parametrize("name", ["latest", "a/b", "..", ""])
def test_a_name_is_a_bare_name(name: str) -> None:
    with pytest.raises(UsageError, match="`name`: must be a bare name"):
        named_home(Path("runs"), name)
