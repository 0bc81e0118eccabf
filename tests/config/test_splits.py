import unicodedata

import pytest

from dscl_tf.config import Splits
from dscl_tf.config.files import load_config
from dscl_tf.errors import UsageError
from tests.config.refused import assert_refused

SPLITS = ("acdc", "acdc_development")


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("splits.test=['001']", "splits: unlabelled and test must not share volumes, .*'001'"),
        ("splits=nowhere", "splits: must be lists of volume ids or one of acdc"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)


def test_splits_overlap_between_train_and_validation_is_an_error() -> None:
    combination = {"train": ["1"], "validation": ["1"]}
    with pytest.raises(ValueError, match=r"labelled.1.c1.train and labelled.1.c1.validation"):
        Splits(unlabelled=("2",), labelled={1: {"c1": combination}}, test=())


def test_select_names_the_combinations_that_exist() -> None:
    splits = load_config("phantom").splits
    assert splits.select(1, "c2").train == ("002",)
    with pytest.raises(UsageError, match=r"splits\.labelled: must list labelled volumes, got none"):
        Splits(unlabelled=("1",), labelled={}, test=()).select(1, "c1")
    with pytest.raises(UsageError, match=r"finetune\.ntr: must be one of 1, 2, 8, all, got 3"):
        splits.select(3, "c1")
    with pytest.raises(UsageError, match=r"with ntr 1 must be one of c1, c2, got c9"):
        splits.select(1, "c9")


@pytest.mark.parametrize(
    ("name", "count"), [("acdc", 78), ("acdc_half", 78), ("hippocampus", 130), ("phantom", 12)]
)
def test_the_benchmark_trains_on_all_labelled_volumes(name: str, count: int) -> None:
    volumes = load_config(name, ["finetune.ntr=all"]).splits.select("all", "c1")
    assert (len(set(volumes.train)), len(volumes.validation)) == (count, 2)


def test_the_development_benchmark_keeps_the_paper_test_patients_out() -> None:
    paper, development = (load_config("acdc", [f"splits={name}"]).splits for name in SPLITS)
    train = set(development.select("all", "c1").train)
    assert train == set(paper.select("all", "c1").train) - set(development.test)
    assert not train & set(paper.test)


def test_ids_have_one_unicode_form() -> None:
    decomposed, composed = (unicodedata.normalize(form, "M\u00fcller") for form in ("NFD", "NFC"))
    assert Splits(unlabelled=(decomposed,), labelled={}, test=()).unlabelled == (composed,)
