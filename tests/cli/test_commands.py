import json
import shutil
from pathlib import Path

import nibabel as nib
import pytest

from dscl_tf.cli.finetune import augmentation_kinds
from dscl_tf.cli.options import resolve_config
from dscl_tf.config import Experiment, Finetune, MeanTeacher, Wide
from dscl_tf.config.files import dump, replace
from dscl_tf.runs.run import Run
from dscl_tf.stages.launch import run_stage
from tests.data.files import ramp, save
from tests.data.io.dicom.files import save_series
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs


@pytest.fixture
def runs(trained: Path, tmp_path: Path) -> Path:
    """A directory with the fine-tuned run, as a command finds it."""
    shutil.copytree(trained / "finetune", tmp_path / "runs" / "finetune")
    return tmp_path / "runs"


def test_prepare_and_inspect_answer_in_json(invoke, tiny_file: Path, tmp_path: Path) -> None:
    prepared = invoke("data", "prepare", "phantom", "--config", tiny_file, "--json", "--jobs", "1")
    answer = json.loads(prepared.out)
    assert {key: answer[key] for key in ("store", "volumes", "labelled")} == {
        "store": "stores/tiny",
        "volumes": 5,
        "labelled": 5,
    }
    assert "005: 10 slices (5/5)" in prepared.err
    assert answer["prepared"] == ["001", "002", "003", "004", "005"]
    assert (answer["kept"], answer["removed"], answer["skipped"]) == ([], [], {})
    assert answer["not_oriented"] == []
    inspected = invoke("data", "inspect", "--config", tiny_file, "--json", "--figure", "a/f.png")
    rows = json.loads(inspected.out)["volumes"]
    assert [row["id"] for row in rows] == ["001", "002", "003", "004", "005"]
    assert sum(row["slices"] for row in rows) == answer["slices"]
    assert inspected.err == "figure: a/f.png\n"
    assert (tmp_path / "a" / "f.png").read_bytes().startswith(b"\x89PNG")


def test_prepare_says_what_it_did(invoke, tiny_file: Path, tmp_path: Path) -> None:
    def prepare(*options: str) -> list[str]:
        common = ("--config", tiny_file, "--source", "source", "--store", "s", "--jobs", "1")
        return invoke("data", "prepare", "phantom", *common, *options).out.splitlines()

    for number in (1, 2, 3):
        patient = tmp_path / f"source/training/patient00{number}"
        save(patient / f"{patient.name}_frame01.nii.gz", ramp() + number)
        (patient / "Info.cfg").write_text("ED: 1")
    folder = tmp_path / "source/training"
    found = "supplied and used: 3 images and 0 masks found"
    assert prepare() == [
        "s: 3 volumes (0 labelled), 12 slices; 0 of 3 volumes kept, 3 prepared",
        found,
    ]
    assert prepare() == ["s: 3 volumes (0 labelled), 12 slices; nothing had changed", found]
    shutil.rmtree(folder / "patient001")
    nib.save(nib.Nifti1Image(ramp(), None), folder / "patient002/patient002_frame01.nii.gz")
    save(folder / "patient003/patient003_frame01.nii.gz", ramp() * 0)
    first, *rest = prepare("--skip-bad")
    assert first == (
        "s: 1 volume (0 labelled), 4 slices; 0 of 1 volume kept, 1 prepared, 1 removed (001), "
        "1 skipped"
    )
    assert rest == [
        "skipped 003: source/training/patient003/patient003_frame01.nii.gz: intensities must "
        "vary, got 0 in every voxel",
        "supplied and used: 1 of 2 images and 0 masks found",
        "supplied and skipped: 1 image",
        "taken as stored, no orientation in the header: 1 volume (002)",
    ]


def test_inspect_makes_the_phantoms_store_on_first_use(invoke, tiny_file: Path) -> None:
    result = invoke("data", "inspect", "--config", tiny_file)
    assert result.status == 0
    assert result.out.startswith("stores/tiny: 5 volumes (5 labelled), ")
    assert result.out.endswith("\nno warnings\n")


def test_inspect_warns_with_exit_status_0(invoke, tiny_file: Path, store, tmp_path) -> None:
    splits = 'train: ["001", "002", "003"]\nvalidation: ["004"]\ntest: ["005", "008"]'
    (tmp_path / "s.yaml").write_text(splits)
    options = ("--config", tiny_file, "--store", store.directory, "--splits", "s.yaml")
    result = invoke("data", "inspect", *options)
    warning = "splits: missing: test names 1 of 2 volumes that the store lacks: 008"
    assert (result.status, result.out.endswith(f"\n1 warning:\n  {warning}\n")) == (0, True)
    (found,) = json.loads(invoke("data", "inspect", *options, "--json").out)["warnings"]
    assert found == {"volume": None, "rule": "missing", "value": 1, "message": warning}


def test_the_figure_shows_as_many_volumes_as_wanted_or_those_named(
    invoke, tiny_file: Path, store, tmp_path
) -> None:
    options = ("--config", tiny_file, "--store", store.directory, "--figure")
    for name, choice in (("a", ("--rows", 2)), ("b", ("--volume", "001", "--volume", "005"))):
        assert invoke("data", "inspect", *options, f"{name}.png", *choice).status == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_store_of_one_volume_has_a_figure(invoke, tiny_file: Path, store, tmp_path) -> None:
    patient = Path(store.volumes["001"].source).parent
    (tmp_path / "training").mkdir()
    (tmp_path / "training" / "patient001").symlink_to(patient)
    common = ("--config", tiny_file, "--store", "one")
    assert invoke("data", "prepare", "phantom", *common, "--source", ".").status == 0
    result = invoke("data", "inspect", *common, "--figure", "f.png")
    assert result.status == 0 and "one: 1 volume (1 labelled)" in result.out
    assert (tmp_path / "f.png").exists()


def test_training_answers_in_json(invoke, tiny_file: Path, store, tmp_path: Path) -> None:
    options = ("--config", tiny_file, "--store", store.directory, "--runs", "r", "--json")
    changes = ("--steps", 2, "--batch-size", 6, "--seed", 5, "--name", "mine")
    result = invoke("pretrain", "local", "--init", "none", *options, *changes)
    answer = json.loads(result.out)
    assert (answer["run"], answer["status"], answer["init"]) == ("r/mine", "finished", None)
    config = Run.open(tmp_path / "r" / "mine").config
    assert (config.pretrain_local.steps, config.pretrain_local.batch_size) == (2, 6)
    assert config.runtime.seed == 5
    assert "step 2/2" in result.err


def test_joint_pre_training_hands_over_to_fine_tuning(
    invoke, tiny_file: Path, store, tmp_path: Path
) -> None:
    options = ("--config", tiny_file, "--store", store.directory, "--steps", 2)
    joint = invoke("pretrain", "joint", "--lambda", 10, "--name", "both", *options)
    assert joint.out == "finished runs/both\n"
    assert Run.open(tmp_path / "runs" / "both").config.pretrain_joint.lambda_l == 10
    assert "starting from runs/both\n" in invoke("finetune", "--ntr", 1, *options).err


@pytest.mark.parametrize("task", ["rotation", "inpainting", "context-restoration"])
def test_a_pretext_task_hands_over_to_fine_tuning(
    invoke, tiny_file: Path, store, tmp_path: Path, task: str
) -> None:
    options = ("--config", tiny_file, "--store", store.directory, "--steps", 2)
    pretext = invoke("pretrain", "pretext", "--task", task, "--name", "rival", *options)
    assert pretext.out == "finished runs/rival\n"
    assert Run.open(tmp_path / "runs" / "rival").config.pretrain_pretext.task == task
    finetuned = invoke("finetune", "--init", "latest", *options)
    assert finetuned.status == 0 and "starting from runs/rival\n" in finetuned.err


def test_companions_baselines_and_the_benchmark_are_options(
    invoke, tiny_file: Path, store, tmp_path: Path
) -> None:
    (tmp_path / "tiny.yaml").write_text(tiny_file.read_text().replace("{1: {c1:", "{all: {c1:"))
    options = ("--config", "tiny.yaml", "--store", store.directory, "--name", "mine")
    companions = ("--self-train", "--set", "finetune.self_training.rounds=1", "--adversarial")
    augment = ("--augment", "affine,elastic", "--augment", "intensity", "--ntr", "all")
    assert invoke("finetune", *options, *companions, *augment).out == "finished runs/mine\n"
    settings = Run.open(tmp_path / "runs" / "mine").config.finetune
    assert settings.self_training and settings.self_training.rounds == 1
    assert settings.adversarial and settings.mixup is None
    assert (settings.ntr, settings.augmentation) == ("all", Finetune().augmentation)


def test_augment_switches_off_what_is_not_named() -> None:
    phantom = resolve_config("phantom").finetune
    chosen = phantom.with_augmentation(augmentation_kinds(("none",)))
    assert (chosen.affine, chosen.elastic, chosen.intensity) == (None, None, None)
    assert phantom.with_augmentation(augmentation_kinds(("elastic",))).elastic.sigma == 2.0


def test_evaluate_prints_a_table_or_json(invoke, trained: Path, tmp_path: Path) -> None:
    shutil.copytree(trained / "finetune", tmp_path / "runs" / "finetune")
    table = invoke("evaluate")
    assert "005" in table.out and table.out.endswith(
        "report: runs/finetune/evaluation-test/report.html\n"
    )
    answer = json.loads(invoke("evaluate", "--split", "validation", "--json").out)
    assert {row["volume"] for row in answer["rows"]} == {"004"}
    (tmp_path / "s.yaml").write_text('test: ["003"]')
    answer = json.loads(invoke("evaluate", "--splits", "s.yaml", "--json").out)
    assert {row["volume"] for row in answer["rows"]} == {"003"}


def test_evaluate_takes_the_volumes_of_the_run_whatever_the_configuration_says_now(
    invoke, trained: Path, tmp_path: Path
) -> None:
    shutil.copytree(trained / "finetune", tmp_path / "runs" / "finetune")
    changed = replace(Run.open(trained / "finetune").config, {"splits.test": []})
    (tmp_path / "now.yaml").write_text(dump(changed))
    options = ("evaluate", "--config", "now.yaml", "--json")
    assert [row["volume"] for row in json.loads(invoke(*options).out)["rows"]] == ["005"] * 3
    third = ("--set", 'splits.unlabelled=["001"]', "--set", 'splits.test=["003"]')
    other = json.loads(invoke(*options, *third).out)
    assert {row["volume"] for row in other["rows"]} == {"003"}
    invoke("evaluate", "--set", "data.grid=[8, 8]").assert_one_line_error(
        2, "--set: must choose volumes by splits, finetune.ntr, finetune.combination"
    )
    environment = tmp_path / "runs" / "finetune" / "environment.json"
    environment.unlink()
    invoke("evaluate").assert_one_line_error(1, "environment.json: cannot be read: ")


def test_predict_names_the_masks(invoke, runs: Path, store, tmp_path: Path) -> None:
    source = Path(store.volumes["001"].source)
    plain = invoke("predict", source, "--output", "out")
    assert plain.out == f"out/{source.name}\n"
    assert plain.err.splitlines()[0] == "using runs/finetune"
    answer = json.loads(invoke("predict", source, "--output", "other", "--json").out)
    assert (answer["masks"], answer["kept"]) == ([f"other/{source.name}"], 0)
    assert answer["speed"]["volumes"] == 1 and answer["speed"]["volumes_per_second"] > 0
    assert nib.load(tmp_path / plain.out.strip()).shape == nib.load(source).shape


def test_predict_tells_what_it_skips(invoke, runs: Path, store, tmp_path: Path) -> None:
    source = Path(store.volumes["001"].source)
    (tmp_path / "bad.nii.gz").write_bytes(b"bad")
    for name, number in (("t2", "1.1"), ("scout", "1.2")):
        series = {"SeriesInstanceUID": number, "SeriesDescription": name}
        save_series(tmp_path / "study" / name, ramp(), **series)
    predict = ("predict", "bad.nii.gz", source, "study", "--series", "t*", "--output", "out")
    invoke(*predict).assert_one_line_error(1, "bad.nii.gz: cannot be read as NIfTI")
    answer = invoke(*predict, "--skip-bad", "--json")
    assert json.loads(answer.out)["masks"] == [f"out/{source.name}", "out/t2.nii.gz"]
    assert list(json.loads(answer.out)["skipped"]) == ["bad.nii.gz"]
    assert "skipped bad.nii.gz: bad.nii.gz: cannot be read as NIfTI" in answer.err
    invoke("predict", source, "--series", "t*", "--output", "o").assert_one_line_error(
        2, "--series: needs a pattern and a folder of series, got 't*'"
    )


def test_predict_averages_runs_and_views(
    invoke, runs: Path, trained: Path, store, tmp_path: Path
) -> None:
    shutil.copytree(trained / "finetune", runs / "second")
    source = Path(store.volumes["001"].source)
    averaging = ("--flip", "columns", "--rotate", 5, "--rotate", 10, "--uncertainty")
    result = invoke(
        "predict", source, "--run", "finetune", "--run", "second", *averaging, "--output", "out"
    )
    first, second, *_ = result.err.splitlines()
    assert (first, second) == ("using runs/finetune", "using runs/second")
    name = f"{source.name.removesuffix('.nii.gz')}_uncertainty.nii.gz"
    assert result.out == f"out/{source.name}\nout/{name}\n"
    assert nib.load(tmp_path / "out" / name).shape == nib.load(source).shape
    answer = json.loads(invoke("predict", source, "--output", "o", "--uncertainty", "--json").out)
    assert (answer["masks"], answer["uncertainty"]) == ([f"o/{source.name}"], [f"o/{name}"])


def test_evaluate_averages_runs_and_views(invoke, trained: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        shutil.copytree(trained / "finetune", tmp_path / "runs" / name)
    both = ("evaluate", "--run", "one", "--run", "two")
    invoke(*both).assert_one_line_error(2, "--output: is required with several runs, got none")
    invoke("evaluate", "--run", "one", "--run", "runs/one").assert_one_line_error(
        2, "--run: must name different runs, got runs/one twice"
    )
    result = invoke(*both, "--uncertainty", "--output", "both")
    *_, doubt, report = result.out.splitlines()
    assert doubt.startswith("Mean uncertainty (0 to 1) of the voxels that prediction or reference")
    assert report == "report: both/report.html"
    answer = json.loads(invoke("evaluate", "--run", "one", "--rotate", 5, "--json").out)
    assert answer["prediction"] == {"runs": ["runs/one"], "flips": [], "rotations": [5.0]}
    assert [path.name for path in tmp_path.glob("runs/*/evaluation*")] == [
        "evaluation-test-rotate-5"
    ]


def test_export_takes_the_run_of_the_experiment(invoke, runs: Path, tiny_file: Path) -> None:
    result = invoke("export", "--config", tiny_file, "--output", "out/tiny", "--json")
    assert json.loads(result.out) == {"saved_model": "out/tiny/1"}
    other = invoke("export", "--config", "acdc", "--output", "out/acdc")
    other.assert_one_line_error(1, "runs: holds no finished finetune run of experiment acdc")


def test_mixup_keeps_the_alpha_that_was_set() -> None:
    def alpha(*overrides: str) -> float:
        mixup = resolve_config("phantom", overrides, finetune__mixup={}).finetune.mixup
        assert mixup is not None
        return mixup.alpha

    assert (alpha(), alpha("finetune.mixup.alpha=0.4")) == (0.1, 0.4)


def test_options_and_overrides_are_checked_together() -> None:
    settings = resolve_config(
        "phantom", ("pretrain_global.partitions=12",), pretrain_global__batch_size=48
    ).pretrain_global
    assert (settings.partitions, settings.batch_size) == (12, 48)


def test_resume_alone_continues_the_newest_unfinished_run_by_its_own_configuration(
    invoke, trained: Path, trained_config: Experiment, store, tmp_path: Path
) -> None:
    for name in ("older", "newer"):
        with interrupted_at("step 4"):
            run_stage(
                "finetune",
                trained_config,
                store,
                tmp_path / "runs",
                name=name,
                init=Run.open(trained / "finetune").record["init"],
            )
    refused = invoke("finetune", "--resume", "--seed", "2", "--name", "older")
    refused.assert_one_line_error(1, "older: --resume must keep the configuration")
    assert "runtime.seed" in refused.err
    assert invoke("finetune", "--resume").out == "finished runs/newer\n"
    assert invoke("finetune", "--resume", "--name", "older").out.startswith("finished")
    for name in ("older", "newer"):
        assert_equal_runs(trained / "finetune", tmp_path / "runs" / name)
    none = invoke("finetune", "--resume")
    none.assert_one_line_error(1, "runs: holds no unfinished finetune run")


def test_islands_are_removed_unless_no_components_is_given(
    invoke, runs: Path, store, tmp_path: Path
) -> None:
    path = runs / "finetune"
    run = Run.open(path)
    (path / "config.yaml").write_text(dump(replace(run.config, {"finetune.components": {}})))
    run.update(components={"1": "large", "2": "all", "3": "all"})
    line = 'Connected components were removed from the masks: right ventricle (rule "large") '
    assert line in invoke("evaluate", "--run", path).out
    assert line not in invoke("evaluate", "--run", path, "--no-components").out
    source = store.volumes["005"].source
    assert line in invoke("predict", source, "--run", path, "--output", "a").err
    plain = ("predict", source, "--run", path, "--output", "b", "--no-components")
    assert line not in invoke(*plain).err


def test_a_teacher_and_wide_augmentation_are_options() -> None:
    phantom = resolve_config("phantom").finetune
    chosen = phantom.with_augmentation(augmentation_kinds(("wide,elastic",)))
    assert (chosen.affine, chosen.intensity, chosen.wide) == (None, None, Wide())
    assert resolve_config("phantom", finetune__teacher={}).finetune.teacher == MeanTeacher()
