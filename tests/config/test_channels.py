import pytest
from pydantic import ValidationError

from dscl_tf.config import Data, Experiment, dump, load_config
from dscl_tf.errors import UsageError
from tests.config.channel_trees import FOLDER, tree


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["T2", "ADC"], [("T2", 0), ("ADC", 1)]),
        ({"ADC": 1}, [("ADC", 1)]),
        ([1, 0], [("1", 1), ("0", 0)]),
        ([{"name": "ADC", "number": 1}], [("ADC", 1)]),
    ],
)
def test_channels_are_names_and_numbers(given, expected):
    data = Experiment(**tree(channels=given)).data
    assert [(one.name, one.number) for one in data.channels] == expected
    assert data.channel_count == len(expected)
    assert Data.model_validate_json(data.model_dump_json()) == data


def test_the_network_follows_the_channels():
    assert Experiment(**tree(channels=["T2", "ADC"])).model.channels == 2
    assert Experiment(**tree(channels=[1])).model.channels == 1
    with pytest.raises(ValidationError, match=r"model.channels: must be 2 with that many data.ch"):
        Experiment(**tree(channels=["T2", "ADC"]), model={"channels": 1})


def test_channels_can_be_set_and_are_written(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(dump(Experiment(**tree())))
    assert "channels:" not in path.read_text().split("model:")[0]
    config = load_config(path, ["data.channels=[T2, ADC]", "model.channels=2"])
    path.write_text(dump(config))
    assert load_config(path) == config


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"channels": []}, "at least 1"),
        ({"channels": ["T2", "T2"]}, "names of channels must differ, got twice T2"),
        ({"channels": {"T2": 0, "ADC": 0}}, "numbers of channels must differ, got twice 0"),
        ({"channels": "T2"}, "must be a list of names, .* got 'T2'"),
        ({"channels": ["T2", 1]}, r"must be a list of names, .* got \['T2', 1\]"),
        ({"channels": [-1]}, "greater than or equal to 0"),
        ({"channels": ["T2"], "channel": 0}, "channel: must be null where channels are given"),
        ({"channels": ["T2"], "layout": "acdc"}, "channels: must be null with layout acdc"),
        ({"layout": "folder", "folder": FOLDER}, r"must be those of folder.images, \[T2, ADC\]"),
        (
            {"layout": "folder", "folder": FOLDER, "channels": ["ADC", "T2"]},
            r"folder.images, \[T2, ADC\], got \[ADC, T2\]",
        ),
        (
            {"layout": "folder", "folder": {"images": {"T2": "{id}", "ADC": "{id}"}}},
            "images of channels must differ, got twice '{id}'",
        ),
        ({"layout": "folder", "folder": {"images": {"T2": "a"}}}, "must hold {id}"),
    ],
)
def test_a_broken_rule_is_named(changes, message):
    with pytest.raises(ValidationError, match=message):
        Experiment(**tree(**changes))


def test_a_file_names_the_rule(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(dump(Experiment(**tree())))
    with pytest.raises(UsageError, match=r"must differ, got twice T2"):
        load_config(path, ["data.channels=[T2, T2]"])
