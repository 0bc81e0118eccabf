"""Whatever is put into a configuration, it is one that can be used or one line."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import strategies as st
from pydantic import BaseModel

from dscl_tf.config import Experiment
from dscl_tf.config.files import dump, load_config, read_splits, replace
from dscl_tf.errors import UsageError
from dscl_tf.text import one_form
from tests.data.effort import effort, holds
from tests.readers.mutations import VALUES


def keys_of(section: type[BaseModel], prefix: str = "") -> list[str]:
    """Return the dotted keys of a section, those of optional sections included."""
    found = []
    for name, field in section.model_fields.items():
        inside = [
            kind
            for kind in (field.annotation, *getattr(field.annotation, "__args__", ()))
            if isinstance(kind, type) and issubclass(kind, BaseModel)
        ]
        found.append(f"{prefix}{name}")
        found += [key for kind in inside for key in keys_of(kind, f"{prefix}{name}.")]
    return found


KEYS = keys_of(Experiment)
NUMBERS = st.sampled_from([0, 1, -1, 2, 64, 1e308, 2**63, 0.5, True, [], {}, [1, 2], [64, 64], ""])


def one_line(error: UsageError) -> bool:
    return "\n" not in str(error) and len(str(error)) < 3000


@effort(40, 3000)
def test_any_value_of_any_key(tmp_path: Path, examples: int) -> None:
    assert len(KEYS) > 100 and "finetune.mixup.alpha" in KEYS

    def check(changes: dict[str, Any]) -> None:
        settings = [f"{key}={json.dumps(value)}" for key, value in changes.items()]
        try:
            config = load_config("phantom", settings)
        except UsageError as error:
            assert one_line(error)
            return
        (tmp_path / "a.yaml").write_text(dump(config))
        assert load_config(tmp_path / "a.yaml") == config

    changes = st.dictionaries(st.sampled_from(KEYS), NUMBERS | VALUES, min_size=1, max_size=3)
    holds(examples, check, changes=changes)


@effort(60, 5000)
def test_any_assignment(examples: int) -> None:
    def check(text: str) -> None:
        try:
            load_config("phantom", [text])
        except UsageError as error:
            assert one_line(error)

    signs = st.text(alphabet="=.,:{}[]&*!'\"\0 \nabfinetusps01", max_size=30)
    keys = st.sampled_from(KEYS)
    holds(examples, check, text=signs | st.builds("{}={}".format, keys, signs))


@effort(40, 3000)
def test_any_lists_of_volumes(tmp_path: Path, examples: int) -> None:
    file = tmp_path / "splits.yaml"
    phantom = load_config("phantom")

    def check(lists: dict[str, list[str]]) -> None:
        file.write_text(yaml.safe_dump(lists))
        try:
            splits = replace(phantom, read_splits(file)).splits
        except UsageError as error:
            assert one_line(error)
            return
        assert list(splits.unlabelled) == [*map(one_form, lists.get("unlabelled", []))]
        assert list(splits.test) == [*map(one_form, lists.get("test", []))]
        (tmp_path / "a.yaml").write_text(dump(replace(phantom, read_splits(file))))
        assert load_config(tmp_path / "a.yaml").splits == splits

    ids = st.lists(st.sampled_from(["1", "01", "a", "a b", "null", "ü", "~"]) | st.text(max_size=4))
    parts = st.sampled_from(["unlabelled", "train", "validation", "test"])
    holds(examples, check, lists=st.dictionaries(parts, ids))


@pytest.mark.parametrize("key", ["data.spacing", "finetune.learning_rate"])
def test_keys_are_found(key: str) -> None:
    assert key in KEYS
