"""Messages name what set a key (the file, an override, an option), and the key that is meant."""

from pathlib import Path

import pytest
import yaml

from dscl_tf.config.files import dump, load_config, read_splits
from dscl_tf.errors import UsageError


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("data.gird=[64, 64]", r"^`overrides`: data\.gird: unknown key; did you mean grid\?$"),
        ("spacing=1", r"^`overrides`: spacing: unknown key; did you mean data\.spacing\?$"),
        ("finetune.mixup.alhpa=1", r"mixup\.alhpa: unknown key; did you mean alpha\?$"),
        ("pretrain_joint.lambdal=1", r"lambdal: unknown key; did you mean lambda_l\?$"),
        ("qqqqqqq=1", "^`overrides`: qqqqqqq: unknown key$"),
        ("\n=1", r"^`overrides`: \?: unknown key$"),
        ("finetune.steps=0", r"^`overrides`: finetune\.steps: Input should be .*, got 0$"),
        ("pretrain_global.batch_size=9", "^`overrides`: pretrain_global: batch_size must be even"),
        ("data.grid=[60, 60]", r"^`overrides`: data\.grid: both sides must be multiples"),
        ("splits=acdc_developmnt", r"^`overrides`: splits: .*; did you mean acdc_development\?$"),
        ("splits.test=['001']", "^`overrides`: splits: unlabelled and test must not share"),
        ("finetune.components.near.1=1", "^`overrides`: finetune.components: near: a class must "),
        ("data.spacing=[]", r"^`overrides`: data\.spacing: must hold 2 values, got \[\]$"),
        ("data.percentiles=[7]", r"data\.percentiles: must hold 2 values, got \[7\]$"),
        ("finetune.components={near: {a: 2}}", r"components\.near\.a: the key: .*, got 'a'$"),
        ("splits.labelled={a: {}}", r"^`overrides`: splits\.labelled\.a: the key: .*, got 'a'$"),
        ("data.classes.9=x", r"^`overrides`: data\.classes: labels must be 1, 2, "),
        ("finetune.tecaher.decay=1", r"^`overrides`: finetune\.tecaher: unknown key"),
    ],
)
def test_of_an_override(override: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load_config("phantom", [override])


def test_of_the_file_even_where_something_else_is_overridden(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\ndata: {spacing: [1, 1]}\n")
    with pytest.raises(UsageError, match=rf"^{file}: data\.classes: is missing$"):
        load_config(file, ["finetune.steps=10"])


def test_of_the_file_even_where_a_key_beside_is_overridden(tmp_path: Path) -> None:
    tree = yaml.safe_load(dump(load_config("phantom")))
    tree["finetune"]["pseudo_contrast"] = {}
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(tree))
    with pytest.raises(UsageError, match=rf"^{file}: finetune: pseudo_contrast needs"):
        load_config(file, ["finetune.steps=50"])


def test_of_what_else_assigns(tmp_path: Path) -> None:
    origins = {"finetune.steps": "`steps`"}
    with pytest.raises(UsageError, match=r"^`steps`: finetune\.steps: "):
        load_config("phantom", ["finetune={steps: 9}", "finetune.steps=0"], origins=origins)


def test_of_a_file_of_splits(tmp_path: Path) -> None:
    file = tmp_path / "splits.yaml"
    file.write_text("{trian: []}")
    with pytest.raises(UsageError, match=rf"^{file}: trian: .* test; did you mean train\?$"):
        read_splits(file)


def test_of_a_name_of_a_configuration() -> None:
    with pytest.raises(UsageError, match=r"^acdcc: no such .*; did you mean acdc\?$"):
        load_config("acdcc")


def test_of_a_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").touch()
    message = rf"^{tmp_path}/mien\.yaml: no such .*; did you mean {tmp_path}/mine\.yaml\?$"
    with pytest.raises(UsageError, match=message):
        load_config(tmp_path / "mien.yaml")
