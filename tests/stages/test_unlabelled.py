import pytest

from dscl_tf.config import Combination, Finetune, Splits
from dscl_tf.errors import UsageError
from dscl_tf.stages.unlabelled import extensions_of, unlabelled_volumes

LABELLED = Combination(train=("1",), validation=("2",))


def test_extensions_are_those_that_are_switched_on() -> None:
    assert extensions_of(Finetune(mixup={})) == []
    both = Finetune(adversarial={}, self_training={"rounds": 1})
    assert extensions_of(both) == ["self_training", "adversarial"]


def test_volumes_that_train_validate_or_test_get_no_pseudo_labels() -> None:
    splits = Splits(unlabelled=("1", "2", "3", "4"), labelled={1: {"c1": LABELLED}}, test=("5",))
    assert unlabelled_volumes(splits, LABELLED, "self_training") == ("3", "4")


def test_volumes_must_be_left() -> None:
    splits = Splits(unlabelled=("1", "2"), labelled={1: {"c1": LABELLED}}, test=("5",))
    message = r"finetune\.adversarial: needs volumes in splits\.unlabelled besides .* all 2 do"
    with pytest.raises(UsageError, match=message):
        unlabelled_volumes(splits, LABELLED, "adversarial")
