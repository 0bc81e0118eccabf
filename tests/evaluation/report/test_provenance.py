import json
from pathlib import Path

import pytest

from dscl_tf.config import Experiment
from dscl_tf.errors import DataError
from dscl_tf.evaluation.report.provenance import (
    averaged,
    environment,
    figures,
    histories,
    notes,
    title,
)
from dscl_tf.evaluation.views import PLAIN, Views
from dscl_tf.runs.run import Run


@pytest.fixture
def runs(tiny: Experiment, tmp_path: Path) -> dict[str, Run]:
    """A fine-tuned run that came from a pre-training and two generators, and a plain one."""

    def make(name: str, stage: str, **details: object) -> Run:
        best = {"best_step": 4, "best_validation_dice": 0.5, "init": None, **details}
        return Run.create(tmp_path, name, stage, tiny, best)

    make("start", "pretrain_global")
    for kind in ("deformation", "intensity"):
        make(kind, "pretrain_augmentation")
    sources = {
        "init": str(tmp_path / "start"),
        "generators": [str(tmp_path / "deformation"), str(tmp_path / "intensity")],
    }
    return {"mine": make("mine", "finetune", **sources), "plain": make("plain", "finetune")}


def test_curves_are_those_of_all_that_a_run_came_from(runs: dict[str, Run]) -> None:
    assert list(histories([runs["plain"]])) == ["Fine-tuning (run plain)"]
    assert list(histories([runs["mine"]])) == [
        "Global pre-training (run start)",
        "Learned augmentation (run deformation)",
        "Learned augmentation (run intensity)",
        "Fine-tuning (run mine)",
    ]


def test_notes_name_start_generators_and_volumes(runs: dict[str, Run]) -> None:
    (note,) = notes([runs["mine"]], PLAIN, {})
    assert note.startswith("Fine-tuned on 001, starting from ")
    assert "starting from run start, augmented by run deformation and run intensity" in note
    assert "step 4" in note and "(0.500 on" in note
    (note,) = notes([runs["plain"]], PLAIN, {})
    assert "starting from random weights." in note


def test_what_is_averaged_is_counted(runs: dict[str, Run]) -> None:
    both = list(runs.values())
    assert averaged(both, PLAIN) == "2 predictions: 2 runs"
    text = averaged(both, Views(("columns",), (5.0,)))
    assert text.startswith("12 predictions: 2 runs by 6 views of each slice (as it is, flipped col")


def test_an_ensemble_is_named_with_the_commands_of_its_runs(runs: dict[str, Run]) -> None:
    both = list(runs.values())
    assert title(both, "test").startswith("tiny: test volumes, ensemble of 2, ")
    assert list(environment(both)) == ["run mine", "run plain"]


def test_the_title_says_strategy_labels_and_date(runs: dict[str, Run]) -> None:
    date = runs["plain"].record["started"][:10]
    of_plain = f"no pre-training, 1 labelled volume, trained {date}"
    assert title([runs["plain"]], "test") == f"tiny: test volumes, {of_plain}"
    of_mine = f"GD + learned deformation, 1 labelled volume, trained {date}"
    assert title([runs["mine"]], "test") == f"tiny: test volumes, {of_mine}"


def test_what_is_recorded_is_text_without_folders_and_dictionaries(runs: dict[str, Run]) -> None:
    run = runs["plain"]
    run.record["command"] = "dscl-tf finetune --runs /home/me/runs"
    shown = environment([run])
    assert shown["command"] == "dscl-tf finetune --runs runs"
    assert "tensorflow 2" in shown["packages"] and "{" not in "".join(shown.values())


def test_a_figure_lies_in_the_folder_of_its_captions(runs: dict[str, Run]) -> None:
    run = runs["plain"]
    folder = run.path / "figures"
    folder.mkdir()
    (folder / "mine.png").write_bytes(b"mine")
    (run.path / "secret").write_bytes(b"secret")
    (folder / "link.png").symlink_to(run.path / "secret")
    (folder / "captions.json").write_text('{"mine.png": "Mine."}')
    assert figures([run]) == [("Fine-tuning (run plain): Mine.", b"mine")]
    for name, rule in (
        ("../secret", "a name must hold no '/'"),
        (str(run.path / "secret"), "a name must hold no '/'"),
        ("link.png", "a figure must lie in its run's folder"),
    ):
        (folder / "captions.json").write_text(json.dumps({name: "Not mine."}))
        with pytest.raises(DataError, match=rule):
            figures([run])


@pytest.mark.parametrize(
    ("captions", "message"),
    [
        ("[]", r"captions\.json: must hold an object of keys, got list"),
        ('{"a.png": 1}', r"captions\.json: a\.png: Input should be a valid string, got 1"),
        ('{"../run.json": "x"}', r"figures: a name must hold no '/', got '\.\./run"),
        ('{"absent.png": "x"}', r"absent\.png: cannot be read: No such file"),
    ],
)
def test_damaged_captions_are_one_line(runs: dict[str, Run], captions: str, message: str) -> None:
    folder = runs["plain"].path / "figures"
    folder.mkdir()
    (folder / "captions.json").write_text(captions)
    with pytest.raises(DataError, match=message):
        figures([runs["plain"]])


def test_a_run_whose_record_lacks_the_best_step_is_one_line(runs: dict[str, Run]) -> None:
    del runs["plain"].record["best_step"]
    with pytest.raises(DataError, match=r"run\.json: must hold best_step$"):
        notes([runs["plain"]], PLAIN, {})
