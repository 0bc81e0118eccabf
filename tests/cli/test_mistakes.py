"""A user's mistake is one line on standard error, and leaves nothing behind."""

import errno
import os
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import dscl_tf.data.store as dscl_tf_store
from tests.cli.command import tree
from tests.data.files import affine, ramp, save

GLOBAL = ("pretrain", "global")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("fintune",), "No such command 'fintune'; must be one of demo, init, run, data, "),
        (("fintune",), "; did you mean finetune?"),
        (("data", "inspct"), "must be one of inspect, prepare; did you mean inspect?"),
        (("finetune", "--nonsense"), "No such option"),
        ((*GLOBAL, "--strategy", "GX"), "'GX' is not one of 'GR', 'GD-', 'GD'"),
        (("pretrain", "local", "--strategy", "LX"), "'LX' is not one of 'LR', 'LD'"),
        (("pretrain", "joint", "--lambda", "x"), "'--lambda': 'x' is not a valid float"),
        (("pretrain", "joint", "--lambda", "-1"), "--lambda: pretrain_joint.lambda_l: "),
        (("pretrain", "joint", "--init", "none"), "No such option"),
        (
            ("pretrain", "pretext", "--task", "x"),
            "'x' is not one of 'rotation', 'inpainting', 'con",
        ),
        ((*GLOBAL, "--steps", "many"), "'--steps': 'many' is not a valid integer"),
        ((*GLOBAL, "--steps", "0"), "--steps: pretrain_global.steps: "),
        ((*GLOBAL, "--batch-size", "9"), "--batch-size: pretrain_global: batch_size must be even"),
        ((*GLOBAL, "--config", "nowhere.yaml"), "nowhere.yaml: no such configuration"),
        ((*GLOBAL, "--config", "/"), "/: must be a regular file, got a directory"),
        ((*GLOBAL, "--set", "data.gird=[64, 64]"), "--set: data.gird: unknown key; did you mean g"),
        ((*GLOBAL, "--set", "steps"), "--set: must read key.path=value, got 'steps'"),
        ((*GLOBAL, "--splits", "overlap.yaml"), "overlap.yaml: splits: labelled.1.file.train and "),
        ((*GLOBAL, "--splits", "nowhere.yaml"), "nowhere.yaml: no such"),
        (("finetune", "--ntr", "few"), "finetune.ntr"),
        (("data", "prepare", "mnist"), "'mnist' is not one of"),
        (("data", "prepare", "msd", "--source", "."), "--config: is required for msd, a layout of"),
        (("data", "prepare", "folder", "--source", "."), "--config: is required for folder"),
        (("finetune", "--augment", "blur"), "--augment: must be none or of affine, elastic, inten"),
        (
            ("finetune", "--augment", "none,affine"),
            "--augment: none must stand alone, got none,aff",
        ),
        (("finetune", "--self-train", "--batch-size", "5"), "--batch-size: finetune: batch_size "),
        (("finetune", "--self-train", "--steps", "50"), "--self-train: finetune.self_training: 3 "),
        (("finetune", "--teacher", "--batch-size", "5"), "--batch-size: finetune: batch_size must"),
        (("finetune", "--teacher", "--mixup"), "--teacher: finetune: teacher: cannot be combined"),
        (("finetune", "--pseudo-contrast"), "--pseudo-contrast: finetune: pseudo_contrast needs "),
        (("finetune", "--teacher", "--steps", "50"), "--teacher: finetune: teacher.supervised: "),
        (("finetune", "--mixup", "--set", "finetune.teacher.decay=0.9"), "--mixup: finetune: tea"),
        (("finetune", "--set", "finetune.batch_size=5", "--teacher"), "--set: finetune: batch_siz"),
        (("finetune", "--set", "finetune.teacher=3"), "--set: finetune.teacher: Input should be"),
        (("finetune", "--set", "finetune.ntr=0"), "--set: finetune.ntr: Input should be"),
        (("finetune", "--set", "finetune.steps=0", "--seed", "1"), "--set: finetune.steps: Input"),
        (("finetune", "--set", "runtime.seed=-1"), "--set: runtime.seed: Input should be"),
        (("data", "prepare", "acdc"), "--source: is required for acdc"),
        (("data", "prepare", "acdc", "--config", "phantom"), "must be the configuration's"),
        (("predict", "--output", "out"), "Missing argument 'INPUTS...'"),
        (("predict", "--channel", "T2", "--output", "o"), "--channel: must be NAME=PATH, got 'T2'"),
        (
            ("predict", "x.nii", "--channel", "T2=y.nii", "--output", "o"),
            "--channel: takes the place of inputs, got x.nii too",
        ),
        (
            ("predict", "--channel", "T2=x.nii", "--channel", "T2=y.nii", "--output", "o"),
            "--channel: must name each channel once, got T2 twice",
        ),
        (("predict", "x.nii"), "Missing option '--output'"),
        (("export",), "Missing option '--output'"),
        (("evaluate", "--split", "train"), "'train' is not one of 'validation', 'test'"),
        (("evaluate", "--flip", "up"), "'up' is not one of 'rows', 'columns', 'both'"),
        (("evaluate", "--rotate", "90"), "--rotate: must be above 0 and at most 45 degrees, got"),
        (("predict", "x.nii", "--output", "o", "--rotate", "0"), "--rotate: must be above 0 and"),
    ],
)
def test_usage(invoke, tmp_path: Path, arguments: tuple, message: str) -> None:
    (tmp_path / "overlap.yaml").write_text('{train: ["001"], validation: ["001"]}')
    invoke(*arguments).assert_one_line_error(2, message)
    assert tree(tmp_path) == ["overlap.yaml"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("finetune", "--config", ""), "--config: must not be empty, got ''"),
        (("finetune", "--init", " "), "--init: must not be empty, got ''"),
        (("finetune", "--init="), "--init: must not be empty, got ''"),
        (("predict", "", "--output", "o"), "an argument: must not be empty, got ''"),
        (("data", "prepare", "acdc", "--store", ""), "--store: must not be empty, got ''"),
        (("pretrain", "joint", "--lambda", "inf"), "lambda_l: Input should be a finite number"),
        (("finetune", "--set", "data.spacing=[.nan, 1]"), "spacing.0: Input should be a finite n"),
        (("finetune", "--set", "data.classes={}"), "data.classes: Dictionary should have at least"),
        (("finetune", "--set", "data.classes={1: a, 1: b}"), "name each key once, got twice 1"),
        (("finetune", "--config", "x" * 300), "cannot be read: File name too long"),
        (("reproduce", "x" * 300), "cannot be read: File name too long"),
    ],
)
def test_what_once_meant_something_else(invoke, tmp_path: Path, arguments, message: str) -> None:
    result = invoke(*arguments)
    result.assert_one_line_error(result.status, message)
    assert result.status in (1, 2) and tree(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("finetune", "--store", "x" * 300), "cannot be read: File name too long"),
        (("finetune", "--runs", "x" * 300), "cannot be read: File name too long"),
        (("finetune", "--init", "x" * 300), "cannot be read: File name too long"),
        (("evaluate", "--run", "x" * 300), "cannot be read: File name too long"),
        (("data", "prepare", "phantom", "--store", "/"), "/: a store must be a folder inside anot"),
        (("data", "inspect", "--figure", "/"), "/: cannot be written: Is a directory"),
        (("data", "inspect", "--figure", "folder"), "folder: cannot be written: Is a directory"),
        (("data", "inspect", "--figure", "file/x.png"), "file/x.png: cannot be written: "),
        (("finetune", "--runs", "file"), "cannot be written: "),
    ],
)
def test_places_that_cannot_be(
    invoke, tiny_file: Path, store, tmp_path: Path, arguments: tuple, message: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    of_store = () if "--store" in arguments else ("--store", store.directory)
    common = () if arguments[0] == "evaluate" else ("--config", tiny_file, *of_store)
    invoke(*arguments, *common).assert_one_line_error(1, message)
    assert [name for name in tree(tmp_path) if name != "runs"] == ["file", "folder"]


def test_what_the_system_refuses_is_one_line(
    invoke, tiny_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(dscl_tf_store, "open_store", fail)
    result = invoke(*GLOBAL, "--config", tiny_file)
    result.assert_one_line_error(
        1, "Too many open files: raise the limit of open files (ulimit -n)"
    )


def no_info(patient: Path) -> None:
    (patient / "Info.cfg").unlink()


def truncated(patient: Path) -> None:
    image = patient / "patient002_frame01.nii.gz"
    image.write_bytes(image.read_bytes()[:-40])


def not_nifti(patient: Path) -> None:
    (patient / "patient002_frame01.nii.gz").write_bytes(b"no image at all")


def with_image(array: np.ndarray) -> Callable[[Path], None]:
    def write(patient: Path) -> None:
        save(patient / "patient002_frame01.nii.gz", array)

    return write


def with_mask(array: np.ndarray) -> Callable[[Path], None]:
    def write(patient: Path) -> None:
        save(patient / "patient002_frame01_gt.nii.gz", array)

    return write


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two good patients."""
    for name in ("patient001", "patient002"):
        patient = tmp_path / "source" / "training" / name
        save(patient / f"{name}_frame01.nii.gz", ramp(), affine())
        save(patient / f"{name}_frame01_gt.nii.gz", (ramp() % 4).astype("uint8"), affine())
        (patient / "Info.cfg").write_text("ED: 1\n")
    return tmp_path / "source"


def prepare(invoke, tiny_file: Path, source: Path, *options: object):
    common = ("--config", tiny_file, "--source", source, "--store", "s/store", "--jobs", "1")
    return invoke("data", "prepare", "phantom", *common, *options)


NAN = np.where(ramp() == 5, np.nan, ramp()).astype("float32")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (no_info, "patient002/Info.cfg: cannot be read: No such file"),
        (truncated, "patient002_frame01.nii.gz: cannot be read as NIfTI"),
        (not_nifti, "patient002_frame01.nii.gz: cannot be read as NIfTI"),
        (with_image(NAN), "patient002_frame01.nii.gz: intensities must be finite, got 1 NaN"),
        (with_image(ramp() * 0 + 7), "patient002_frame01.nii.gz: intensities must vary, got 7"),
        (with_image(np.stack([ramp()] * 2, -1)), "must be 3-D, or data.channel must name one"),
        (with_image(ramp()[:8]), "_gt.nii.gz: must have the shape of patient002_frame01.nii.gz"),
        (with_mask(ramp() % 6), "_gt.nii.gz: labels must be among 0, 1, 2, 3, got 4, 5"),
        (with_mask(NAN), "_gt.nii.gz: labels must be among 0, 1, 2, 3, got "),
    ],
)
def test_a_bad_volume(
    invoke, tiny_file: Path, source: Path, tmp_path: Path, damage: Callable, message: str
) -> None:
    assert prepare(invoke, tiny_file, source, "--store", "good").status == 0
    damage(source / "training" / "patient002")
    before = tree(tmp_path)
    prepare(invoke, tiny_file, source).assert_one_line_error(1, message)
    assert [name for name in tree(tmp_path) if name.split("/")[0] != "s"] == before
    assert tree(Path("s"))[:1] in ([], ["store.partial"])


def test_a_bad_source_or_store(invoke, tiny_file: Path, source: Path, tmp_path: Path) -> None:
    def fails(place: Path, message: str, *options: object) -> None:
        before = tree(tmp_path)
        prepare(invoke, tiny_file, place, *options).assert_one_line_error(1, message)
        assert tree(tmp_path) == before

    fails(tmp_path / "nowhere", "nowhere: must be a folder in the ACDC layout")
    (tmp_path / "empty").mkdir()
    fails(tmp_path / "empty", "empty: must hold folders training/patientNNN, got none")
    (tmp_path / "taken").mkdir()
    fails(source, "taken/index.json: is missing, so this is no slice store", "--store", "taken")


def test_a_full_disk_leaves_no_store(invoke, tiny_file: Path, source: Path, tmp_path: Path) -> None:
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, former[1]))
    try:
        result = prepare(invoke, tiny_file, source)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    result.assert_one_line_error(1, "s/store: cannot be written: File too large")
    assert tree(Path("s"))[0] == "store.partial"


def test_a_full_disk_leaves_no_run(
    invoke, tiny_file: Path, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = invoke(*GLOBAL, "--config", tiny_file, "--store", store.directory)
    result.assert_one_line_error(1, "cannot be written: No space left on device")
    assert tree(tmp_path) == ["runs"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--config", "acdc_half"), "make it with dscl-tf data prepare acdc --config acdc_half"),
        (("--set", "data.percentiles=[2, 98]"), "data.percentiles is [1.0, 99.0] in the store"),
        (("--splits", "absent.yaml"), "splits.unlabelled volumes: not in the store"),
        (("--splits", "one.yaml"), "splits.unlabelled: must name two volumes or more, got 1"),
        (
            ("--set", "pretrain_global.partitions=12", "--batch-size", "48"),
            "volume 002: has 11 slices, fewer than the 12 partitions",
        ),
        (("--strategy", "GR", "--batch-size", "200"), "needs 100 different slices"),
        (("--resume",), "runs: holds no unfinished pretrain_global run of experiment tiny"),
    ],
)
def test_a_run_that_cannot_start(
    invoke, tiny_file: Path, store, tmp_path: Path, arguments: tuple, message: str
) -> None:
    (tmp_path / "absent.yaml").write_text('{unlabelled: ["001", "099"], test: ["005"]}')
    (tmp_path / "one.yaml").write_text('{unlabelled: ["001"], test: ["005"]}')
    before = tree(tmp_path)
    common = () if "--config" in arguments else ("--config", tiny_file, "--store", store.directory)
    invoke(*GLOBAL, *common, *arguments).assert_one_line_error(1, message)
    assert [name for name in tree(tmp_path) if name != "runs"] == before


def test_phantom_volumes_are_numbered(invoke, tiny_file: Path, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text('{unlabelled: ["heart"]}')
    result = invoke(*GLOBAL, "--config", tiny_file, "--splits", "s.yaml")
    result.assert_one_line_error(1, "the phantom's volume ids are numbers such as 001, got heart")


@pytest.mark.parametrize("command", ["evaluate", "predict", "export"])
def test_a_run_that_cannot_be_used(invoke, trained: Path, tmp_path: Path, command: str) -> None:
    arguments: tuple = {
        "evaluate": ("evaluate",),
        "predict": ("predict", "x.nii", "--output", "out"),
        "export": ("export", "--output", "out"),
    }[command]
    invoke(*arguments).assert_one_line_error(1, "runs: holds no finished finetune run")
    invoke(*arguments, "--run", "nowhere").assert_one_line_error(1, "nowhere: no such run in runs")
    shutil.copytree(trained / "finetune", tmp_path / "runs" / "damaged")
    weights = tmp_path / "runs" / "damaged" / "weights.npz"
    weights.write_bytes(weights.read_bytes()[:500])
    if command != "predict":
        result = invoke(*arguments)
        result.assert_one_line_error(1, "runs/damaged/weights.npz: cannot be read")
    pretrained = invoke(*arguments, "--run", trained / "pretrain_local")
    if command != "predict":
        pretrained.assert_one_line_error(1, "must be a finished finetune run")
    (tmp_path / "runs" / "damaged" / "run.json").write_text("{")
    passed_over = invoke(*arguments)
    passed_over.assert_one_line_error(1, "runs: holds no finished finetune run")
    assert "passed over: runs/damaged/run.json: must be JSON" in passed_over.err
    named = invoke(*arguments, "--run", "damaged")
    named.assert_one_line_error(1, "runs/damaged/run.json: must be JSON")
    assert not (tmp_path / "out").exists()
    assert not list((tmp_path / "runs" / "damaged").glob("*evaluation*"))


@pytest.mark.parametrize("command", ["predict", "export"])
def test_an_existing_output_is_kept(
    invoke, trained: Path, store, tmp_path: Path, command: str
) -> None:
    (tmp_path / "out" / "1").mkdir(parents=True)
    inputs = [store.volumes["001"].source] if command == "predict" else []
    run = ("--run", trained / "finetune", "--output", "out")
    place = "out/1" if command == "export" else "out"
    invoke(command, *inputs, *run).assert_one_line_error(
        1, f"{place}: the output directory must not"
    )
    assert tree(tmp_path) == ["out", "out/1"]


@pytest.mark.parametrize("error", [MemoryError("no more"), OSError("a defect"), KeyError("defect")])
def test_what_is_no_users_mistake_is_not_hidden(
    invoke, tiny_file: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(dscl_tf_store, "open_store", fail)
    with pytest.raises(type(error)):
        invoke(*GLOBAL, "--config", tiny_file)


def test_an_interrupt_says_how_to_go_on(
    invoke, tiny_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dscl_tf_store, "open_store", fail)
    result = invoke(*GLOBAL, "--config", tiny_file)
    message = "interrupted; the same command goes on, a training run with --resume"
    result.assert_one_line_error(130, message)


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (("--rows", 2), 2, "--rows, --volume: say what --figure shows, got no --figure"),
        (("--figure", "f.png", "--rows", 2, "--volume", "001"), 2, "together with --volume"),
        (("--figure", "f.png", "--rows", 6), 1, "needs from 1 to 5 volumes"),
        (("--figure", "f.png", "--volume", "9"), 1, "holds no volume 9"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_before_anything_is_printed(
    invoke, tiny_file: Path, store, tmp_path: Path, options, status, message
) -> None:
    common = ("--config", tiny_file, "--store", store.directory)
    invoke("data", "inspect", *common, *options).assert_one_line_error(status, message)
    assert tree(tmp_path) == []
