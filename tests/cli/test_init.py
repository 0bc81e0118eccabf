"""`dscl-tf init`, and that what it writes is taken by the other commands as it stands."""

import json
import re
from pathlib import Path

import pytest
import yaml

from dscl_tf.config import load_config
from tests.cli.command import Command, tree
from tests.data.files import save
from tests.planning.scans import scan, write_folder


@pytest.fixture
def init(invoke: Command, tmp_path: Path):
    """Call it on a folder of six scans, three with a mask."""
    write_folder(tmp_path / "study", values=(7, 14))
    return lambda *options: invoke("init", "study", "--no-timing", *options)


def test_the_files_say_all_that_other_commands_need(init, invoke: Command) -> None:
    result = init("--output", "plans")
    assert "next: dscl-tf run --config plans/study.yaml" in result.out
    config = load_config("plans/study.yaml")
    assert config.data.source == Path("plans/../study")
    assert len(config.splits.select(config.finetune.ntr, config.finetune.combination).train) == 1
    prepared = invoke("data", "prepare", "--config", "plans/study.yaml", "--jobs", 1)
    assert "6 volumes (3 labelled)" in prepared.out and "cut off" not in prepared.out
    inspected = invoke("data", "inspect", "--config", "plans/study.yaml")
    assert inspected.status == 0 and "in no split" not in inspected.out


def test_every_decision_has_its_reason_in_the_file(init) -> None:
    init()
    lines = Path("study.yaml").read_text().splitlines()
    assert max(map(len, lines)) <= 100
    for number, line in enumerate(lines):
        if re.match(r"  \w+:", line):
            assert "#" in line or lines[number - 1].strip().startswith("#"), line


def test_ids_are_written_whole(invoke: Command, tmp_path: Path) -> None:
    ids = [f"a  b-{number:03d}" for number in range(40)]
    image, _ = scan(1)
    for id in ids:
        save(tmp_path / f"study/{id}.nii", image)
    invoke("init", "study", "--no-timing")
    assert list(load_config("study.yaml").splits.unlabelled) == ids


def test_what_is_planned_twice_is_the_same(init) -> None:
    init("--output", "one")
    init("--output", "two")
    for name in ("study.yaml", "study-splits.yaml"):
        one, two = (yaml.safe_load(Path(place, name).read_text()) for place in ("one", "two"))
        assert one == two


def test_nothing_is_overwritten_without_force(init) -> None:
    init()
    Path("study.yaml").write_text("mine")
    init().assert_one_line_error(1, "study.yaml: exists already; another --name or --force")
    assert Path("study.yaml").read_text() == "mine"
    assert init("--force").status == 0
    assert load_config("study.yaml").name == "study"


def test_a_name_and_classes_may_be_given(init) -> None:
    result = json.loads(init("--name", "mine", "--labels", "7=wall", "--json").out)
    assert result["written"] == ["mine.yaml", "mine-splits.yaml"]
    assert load_config("mine.yaml").data.classes == {1: "wall"}


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--labels", "wall"], 2, "--labels: must read VALUE=NAME, such as 7=wall, got wall"),
        (["--labels", "7=a", "--labels", "07=b"], 2, "--labels: must name each value once, got 7"),
        (["--labels", "7=Background"], 2, "--labels: must leave out values that are background, g"),
        (["--labels", "9=wall"], 2, "--labels: must name values of the masks, 7, 14, got 9"),
        (["--grid", "33", "32"], 2, "--grid: both sides must be multiples of 32"),
        (["--spacing", "0", "1"], 2, "--spacing: must be above 0"),
        (["--name", "a/b"], 2, "--name: must be letters, digits"),
        (["--images", "scans/*.nii.gz"], 2, "must hold {id}"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(
    init, tmp_path: Path, options, status, message
) -> None:
    before = tree(tmp_path)
    init(*options).assert_one_line_error(status, message)
    assert tree(tmp_path) == before


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_read(
    init, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    init("--output", "file/inside").assert_one_line_error(1, "file/inside: cannot be written")


@pytest.mark.slow
def test_expected_minutes_are_told(invoke: Command, tmp_path: Path) -> None:
    write_folder(tmp_path / "study")
    result = invoke("init", "study")
    assert "expected: pretrain_global" in result.out
    assert "Time:" in Path("study.yaml").read_text()


def test_a_patient_that_lacks_a_channel_is_left_out_by_the_command_it_prints(
    invoke: Command, tmp_path: Path
) -> None:
    for number in range(1, 6):
        image, _ = scan(number)
        for name in ("T2", "ADC"):
            save(tmp_path / f"study/p{number}_{name}.nii", image)
    (tmp_path / "study/p3_ADC.nii").unlink()
    result = invoke("init", "study", "--no-timing", "--channels", "T2,ADC")
    assert result.out.splitlines()[-2:] == [
        "next: dscl-tf run --config study.yaml --skip-bad",
        "--skip-bad leaves out, and lists, p3",
    ]
    inspect = ("run", "--config", "study.yaml", "--jobs", 1, "--until", "inspect")
    invoke(*inspect).assert_one_line_error(1, "volume p3 must have a file of channel ADC (1)")
    assert invoke(*inspect, "--skip-bad").status == 0
    stated = load_config("study.yaml")
    assert stated.model.channels == 2 and "p3" not in stated.splits.unlabelled


@pytest.mark.parametrize("text", ["T2,T2", "T2,,ADC", "t2,T2", ","])
def test_channels_that_are_no_names_are_one_line(invoke: Command, tmp_path: Path, text) -> None:
    (tmp_path / "study").mkdir()
    result = invoke("init", "study", "--channels", text)
    result.assert_one_line_error(2, "--channels: must be names that differ, such as T2,ADC, got")
