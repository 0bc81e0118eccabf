from pathlib import Path

import pytest
import yaml

from dscl_tf.config import BiasCorrection
from dscl_tf.config.files import dump, load_config, read_splits, replace, shipped_configs
from dscl_tf.errors import UsageError


@pytest.mark.parametrize("name", shipped_configs())
def test_a_shipped_config_survives_dump_and_load(name: str, tmp_path: Path) -> None:
    config = load_config(name)
    path = tmp_path / "saved.yaml"
    path.write_text(dump(config))
    assert load_config(path) == config


@pytest.mark.parametrize(
    ("name", "spacing", "grid", "unlabelled", "test"),
    [
        ("acdc", 1.36719, 192, 52, 20),
        ("prostate", 0.625, 192, 17, 15),  # 17 of the 22 were published
        ("mmwhs", 1.5, 160, 10, 10),
    ],
)
def test_a_config_of_the_paper_states_its_settings(
    name: str, spacing: float, grid: int, unlabelled: int, test: int
) -> None:
    config = load_config(name)
    assert (config.data.spacing, config.data.grid) == ((spacing, spacing), (grid, grid))
    assert config.data.bias_correction == BiasCorrection()
    for stage in (config.pretrain_global, config.pretrain_local, config.finetune):
        assert (stage.steps, stage.batch_size, stage.learning_rate) == (10_000, 40, 1e-3)
    assert config.pretrain_global.temperature == config.pretrain_local.temperature == 0.1
    local = config.pretrain_local
    assert (local.regions, local.region_size, local.decoder_blocks) == (13, 3, 3)
    assert (len(config.splits.unlabelled), len(config.splits.test)) == (unlabelled, test)
    for ntr in (1, 2, 8):
        for combination in config.splits.labelled[ntr].values():
            assert (len(combination.train), len(combination.validation)) == (ntr, 2)


@pytest.mark.parametrize(("name", "count"), [("acdc", 78), ("prostate", 15)])
def test_a_benchmark_of_the_paper_has_its_volumes(name: str, count: int) -> None:
    assert len(load_config(name).splits.select("all", "c1").train) == count


def test_the_stray_label_of_mmwhs_is_read_where_the_configuration_lists_it() -> None:
    labels = load_config("mmwhs").data.labels
    assert labels == {205: 1, 420: 2, 500: 3, 550: 4, 600: 5, 820: 6, 850: 7}
    assert load_config("mmwhs", ["data.labels.421=2"]).data.labels == labels | {421: 2}


def test_overrides_change_nested_values_and_accept_yaml() -> None:
    config = load_config("phantom", ["finetune.mixup={alpha: 0.4}", "runtime.seed=7"])
    assert config.finetune.mixup is not None
    assert (config.finetune.mixup.alpha, config.runtime.seed) == (0.4, 7)


@pytest.mark.parametrize("override", ["steps", "=3"])
def test_an_override_must_be_an_assignment(override: str) -> None:
    with pytest.raises(UsageError, match=r"`overrides`: must read key\.path=value"):
        load_config("phantom", [override])


def test_replace_validates() -> None:
    config = load_config("phantom")
    assert replace(config, {"finetune.steps": 5}).finetune.steps == 5
    with pytest.raises(UsageError, match=r"phantom: finetune\.steps"):
        replace(config, {"finetune.steps": -5})


@pytest.mark.parametrize(
    ("text", "message"),
    [("a: [", "not valid YAML"), ("- 1", "must hold a mapping of keys, got list")],
)
def test_a_damaged_file_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=message) as error:
        load_config(path)
    assert "\n" not in str(error.value)


def test_a_missing_file_names_the_shipped_ones() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.yaml: no such configuration; .*acdc, "):
        load_config("nowhere.yaml")


def test_a_split_file_replaces_the_splits_and_selects_its_labelled_volumes(tmp_path: Path) -> None:
    path = tmp_path / "splits.yaml"
    path.write_text('{unlabelled: ["1"], train: ["2", "3"], validation: ["4"], test: ["5"]}')
    config = replace(load_config("phantom"), read_splits(path))
    volumes = config.splits.select(config.finetune.ntr, config.finetune.combination)
    assert volumes.train == ("2", "3")
    assert config.splits.test == ("5",)


@pytest.mark.parametrize(
    ("text", "message"),
    [("{tset: []}", "tset: unknown key"), ("{test: [7]}", "test: must be a list of volume ids")],
)
def test_a_wrong_split_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "splits.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_splits(path)


def test_an_override_inside_a_section_that_the_file_lacks_keeps_its_other_defaults() -> None:
    chosen = load_config("acdc", ["finetune.augmentation.elastic=null"]).finetune.augmentation
    default = load_config("acdc").finetune.augmentation
    assert chosen.elastic is None
    assert (chosen.affine, chosen.intensity) == (default.affine, default.intensity)
    assert default.elastic is not None


def test_a_part_of_named_splits_can_be_overridden() -> None:
    named = load_config("acdc")
    changed = load_config("acdc", ["splits.test=[]"])
    assert named.splits.test and changed.splits.test == ()
    assert changed.splits.unlabelled == named.splits.unlabelled
    both = load_config("acdc", ["splits=acdc_development", "splits.test=[]"])
    assert both.splits.test == ()
    development = load_config("acdc", ["splits=acdc_development"])
    assert both.splits.labelled == development.splits.labelled


LISTS = '{unlabelled: ["1"], train: ["2", "3"], validation: ["4"], test: ["5"]}'


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A configuration in a folder of its own, with the scans and the splits beside it."""
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "lists.yaml").write_text(LISTS)
    tree = yaml.safe_load(dump(load_config("phantom")))
    tree["data"]["source"] = "scans"
    tree["splits"] = "lists.yaml"
    del tree["finetune"]["ntr"], tree["finetune"]["combination"]
    (folder / "mine.yaml").write_text(yaml.safe_dump(tree))
    return folder / "mine.yaml"


def test_the_source_and_the_splits_lie_beside_the_file(mine: Path) -> None:
    config = load_config(mine)
    assert config.data.source == mine.parent / "scans"
    assert config.splits.select(config.finetune.ntr, config.finetune.combination).train == (
        "2",
        "3",
    )
    assert replace(config, {"runtime.seed": 7}).data.source == config.data.source


def test_what_an_override_names_lies_where_the_command_runs(mine: Path) -> None:
    other = mine.parent / "other.yaml"
    other.write_text('{train: ["7"], validation: ["8"]}')
    config = load_config(mine, ["data.source=here", f"splits={other}", "finetune.steps=5"])
    assert config.data.source == Path("here")
    assert config.splits.select(config.finetune.ntr, config.finetune.combination).train == ("7",)


def test_volumes_that_the_configuration_chooses_are_not_those_of_the_lists(mine: Path) -> None:
    assert load_config(mine, ["finetune.ntr=1"]).finetune.ntr == 1
    tree = yaml.safe_load(mine.read_text())
    tree["finetune"]["combination"] = "c2"
    mine.write_text(yaml.safe_dump(tree))
    finetune = load_config(mine).finetune
    assert (finetune.ntr, finetune.combination) == (2, "c2")


def test_a_file_of_splits_may_hold_several_choices(mine: Path) -> None:
    choice = {"train": ["2"], "validation": ["3"]}
    whole = {"unlabelled": ["1"], "labelled": {1: {"c1": choice, "c2": choice}}, "test": []}
    (mine.parent / "lists.yaml").write_text(yaml.safe_dump(whole))
    assert list(load_config(mine).splits.labelled[1]) == ["c1", "c2"]


def test_a_missing_file_of_splits_is_named(mine: Path) -> None:
    (mine.parent / "lists.yaml").unlink()
    with pytest.raises(UsageError, match=r"study/lists\.yaml: no such file of splits"):
        load_config(mine)


def test_a_run_does_not_keep_the_source(mine: Path) -> None:
    assert "source" not in yaml.safe_load(dump(load_config(mine)))["data"]
