from pathlib import Path

import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import DataError, UsageError
from dscl_tf.runs.find import check_finished, find_finished, lineage, newest_finished, newest_run
from dscl_tf.runs.run import Run
from tests.runs.made import create, finished

STAGES = ("pretrain_global", "finetune")


def find(runs: Path, choice: str, **limits) -> str:
    return find_finished(runs, choice, STAGES, argument="run", **limits).path.name


def test_runs_are_found_by_name_by_path_and_as_the_latest(tiny: Experiment, tmp_path: Path) -> None:
    finished(tmp_path, tiny, "pretrain_global", "b", 8)
    finished(tmp_path, tiny, "finetune", "a", 9)
    finished(tmp_path, tiny, "pretrain_local", "of another stage", 10)
    create(tmp_path, tiny, "unfinished")
    assert (find(tmp_path, "latest"), find(tmp_path, "b")) == ("a", "b")
    assert find(tmp_path / "elsewhere", str(tmp_path / "b")) == "b"


def test_the_latest_may_be_limited_but_a_name_is_not(tiny: Experiment, tmp_path: Path) -> None:
    finished(tmp_path, tiny, "finetune", "a", 8)
    other = replace(tiny, {"name": "other", "model.filters": [4, 4, 4]})
    finished(tmp_path, other, "finetune", "b", 9)
    assert find(tmp_path, "latest") == "b"
    for limits in ({"experiment": "tiny"}, {"model": tiny.model}):
        assert find(tmp_path, "latest", **limits) == "a"
        assert find(tmp_path, "b", **limits) == "b"
    assert newest_finished(tmp_path, STAGES, experiment="third") is None
    message = "holds no finished pretrain_global or finetune run of experiment third$"
    with pytest.raises(DataError, match=message):
        find(tmp_path, "latest", experiment="third")


def test_a_name_must_be_of_a_finished_run_of_the_right_stage(
    tiny: Experiment, tmp_path: Path
) -> None:
    finished(tmp_path, tiny, "pretrain_local", "local", 8)
    create(tmp_path, tiny, "unfinished")
    rule = "`run` must be a finished pretrain_global or finetune run, got a"
    with pytest.raises(DataError, match=f"local: {rule} finished pretrain_local run$"):
        find(tmp_path, "local")
    with pytest.raises(DataError, match=f"unfinished: {rule} running finetune run$"):
        find(tmp_path, "unfinished")
    with pytest.raises(DataError, match="nothing: no such run in"):
        find(tmp_path, "nothing")
    with pytest.raises(DataError, match=": must be a finished finetune run, got"):
        check_finished(Run.open(tmp_path / "local"), ["finetune"])


def test_a_broken_configuration_is_an_error_only_where_it_may_be_that_of_the_run(
    tiny: Experiment, tmp_path: Path
) -> None:
    def newest() -> str:
        fits = lambda run: run.stage == "finetune" and run.config == tiny  # noqa: E731
        return newest_run(tmp_path, fits).path.name

    create(tmp_path, tiny, "broken", started="2026-01-01")
    with (tmp_path / "broken" / "config.yaml").open("a") as file:
        file.write("of_an_earlier_version: 1")
    with pytest.raises(UsageError, match=r"broken/config\.yaml: of_an_earlier_version: unknown"):
        newest()
    create(tmp_path, tiny, "newer", started="2026-01-02")
    assert newest() == "newer"
    create(tmp_path, tiny, "newest", started="2026-01-03", stage="pretrain_global")
    (tmp_path / "newest" / "config.yaml").unlink()
    assert newest() == "newer"


def test_the_lineage_holds_all_that_a_run_started_from(tiny: Experiment, tmp_path: Path) -> None:
    paths = {name: str(tmp_path / name) for name in "abcd"}
    finished(tmp_path, tiny, "pretrain_global", "a", 8)
    finished(tmp_path, tiny, "pretrain_local", "b", 9, init=paths["a"])
    finished(tmp_path, tiny, "pretrain_augmentation", "c", 10)
    last = finished(
        tmp_path, tiny, "finetune", "d", 11, init=paths["b"], generators=[paths["c"], "gone"]
    )
    assert [run.path.name for run in lineage(last)] == ["a", "b", "c", "d"]


def test_a_run_that_cannot_be_read_is_passed_over_with_a_notice(
    tiny: Experiment, tmp_path: Path, lines: list[str]
) -> None:
    finished(tmp_path, tiny, "finetune", "good", 8)
    for name, text in (("damaged", "[]"), ("newer", '{"stage": "finetune"}')):
        create(tmp_path, tiny, name)
        (tmp_path / name / "run.json").write_text(text)
    (tmp_path / "folder" / "run.json").mkdir(parents=True)
    assert find(tmp_path, "latest") == "good"
    said = [line.removeprefix(f"passed over: {tmp_path}/").split(":")[0] for line in lines]
    assert said == ["damaged/run.json", "folder", "newer/run.json"]
    with pytest.raises(DataError, match=r"damaged/run\.json: must hold an object"):
        find(tmp_path, "damaged")


def test_a_run_that_started_from_itself_is_one_line(tiny: Experiment, tmp_path: Path) -> None:
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    finished(tmp_path, tiny, "pretrain_local", "a", 8, init=b)
    run = finished(tmp_path, tiny, "finetune", "b", 9, init=a)
    with pytest.raises(DataError, match=r"a/run\.json: must not start from itself, got .*/b$"):
        lineage(run)


@pytest.mark.parametrize("name", ["", " "])
def test_a_run_must_have_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="a run must have a name"):
        find(tmp_path, name)
