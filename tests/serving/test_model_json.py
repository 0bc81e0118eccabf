import json
from pathlib import Path

import pytest

from dscl_tf.config import BiasCorrection, Data
from dscl_tf.config.components import Components
from dscl_tf.errors import DataError
from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.export.description import describe
from dscl_tf.export.preparation import Preparation
from dscl_tf.serving.model_json import read_model_json, read_rules
from tests.data.files import settings

PICTURES = {"layout": "cityscapes", "intensity_range": (0.0, 255.0)}
CORRECTED = {"bias_correction": BiasCorrection(threshold=0.01, iterations=(9, 8), shrink_factor=4)}


def written(path: Path, data: Data, **changes) -> Path:
    """What an export of a network of `data` describes."""
    preparation = Preparation(
        data.spacing,
        data.percentiles,
        data.intensity_range,
        data.unit,
        data.bias_correction,
        data.slice_axis,
        data.channels,
    )
    facts = describe("heart", data.grid, data.channel_count, data.classes, preparation, {})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**facts, **changes}))
    return path


@pytest.mark.parametrize(
    "changes",
    [
        {},
        PICTURES,
        CORRECTED,
        {"slice_axis": "coronal", "percentiles": (0.5, 99.5)},
        {"intensity_range": (-200.0, 300.0)},
        {"layout": "msd", "channels": ["T2", "ADC"]},
        {"layout": "msd", "channels": {"ADC": 1}},
    ],
)
def test_it_says_all_that_prepares_a_volume(tmp_path: Path, changes: dict) -> None:
    data = settings(**changes)
    assert read_model_json(written(tmp_path / "model.json", data)) == ("heart", data)


def test_rules_that_remove_components_come_back(tmp_path: Path) -> None:
    cleaning = Cleaning({1: "large near", 3: "large"}, Components(near={1: 3}, distance=4))
    path = written(tmp_path / "model.json", settings(), components=cleaning.rule_book())
    assert read_rules(path) == cleaning
    assert read_rules(written(path, settings())) is None
    rules = {**cleaning.rule_book(), "large": 2}
    with pytest.raises(DataError, match=r"model.json: components: .* less than or equal to 1"):
        read_rules(written(path, settings(), components=rules))


def test_the_newest_version_of_an_export_is_taken(tmp_path: Path) -> None:
    for version in (2, 10):
        data = settings(grid=(8, version))
        written(tmp_path / f"heart/{version}/assets.extra/model.json", data)
    assert read_model_json(tmp_path / "heart")[1].grid == (8, 10)
    assert read_model_json(tmp_path / "heart/2")[1].grid == (8, 2)
    with pytest.raises(DataError, match=r"must be the directory of an export, got one without mod"):
        read_model_json(tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": 2}, r"schema: Input should be 1, got 2"),
        ({"resample": {}}, r"resample: must hold grid, spacing, unit"),
        ({"classes": {"0": "background", "2": "pool"}}, "labels must be 1, 2, ... without gaps"),
    ],
)
def test_what_this_package_did_not_write_is_named(
    tmp_path: Path, changes: dict, message: str
) -> None:
    path = written(tmp_path / "model.json", settings(), **changes)
    with pytest.raises(DataError, match=message):
        read_model_json(path)
