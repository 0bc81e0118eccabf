from dscl_tf.config import Combination, Splits
from dscl_tf.data.inspect.leakage import mask_findings


def test_volumes_without_a_mask_that_the_splits_need_are_told_by_part() -> None:
    choice = Combination(train=("a", "b"), validation=("c",))
    splits = Splits(unlabelled=("e",), labelled={2: {"c1": choice}}, test=("d",))
    found = mask_findings(["b", "c", "e"], splits)
    assert [finding.message for finding in found] == [
        "splits: no-mask: train names 1 of 2 volumes without a mask: b",
        "splits: no-mask: validation names 1 of 1 volume without a mask: c",
    ]
    assert mask_findings([], splits) == []
