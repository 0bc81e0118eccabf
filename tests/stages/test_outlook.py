"""What will spoil a stage is told before it works."""

import dataclasses

import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.grid import LabelCount
from dscl_tf.data.store import SliceStore
from dscl_tf.stages.outlook import cut_labels, missing_masks, passes


def changed(store: SliceStore, id: str, **fields) -> SliceStore:
    entry = dataclasses.replace(store.volumes[id], **fields)
    return dataclasses.replace(store, volumes={**store.volumes, id: entry})


@pytest.fixture
def chosen(tiny: Experiment):
    return tiny.splits.select(tiny.finetune.ntr, tiny.finetune.combination)


def test_pre_training_says_which_volumes_of_fine_tuning_have_no_mask(
    tiny: Experiment, store: SliceStore, chosen
) -> None:
    assert missing_masks("pretrain_global", tiny, store) == []
    without = changed(store, chosen.validation[0], labelled=False)
    (line,) = missing_masks("pretrain_global", tiny, without)
    assert line.endswith(f"refuse validation volumes without a mask: {chosen.validation[0]}")
    assert missing_masks("finetune", tiny, without) == []  # which refuses them itself


def test_labels_that_the_grid_cuts_are_told_of_the_volumes_that_matter(
    tiny: Experiment, store: SliceStore, chosen
) -> None:
    assert cut_labels(tiny, store) == []
    count = LabelCount(label=1, native=100, in_window=40, rows=(0, 500), columns=(0, 3))
    (line,) = cut_labels(tiny, changed(store, chosen.train[0], label_counts=(count,)))
    assert line.startswith("cropped: the training grid cuts labels: ") and "(60%)" in line
    assert "data.grid [" in line and "data.spacing [" in line
    others = set(store.volumes) - {*chosen.train, *chosen.validation}
    assert cut_labels(tiny, changed(store, min(others), label_counts=(count,))) == []


def test_steps_that_end_before_each_slice_was_seen_are_told(
    tiny: Experiment, store: SliceStore
) -> None:
    slices = sum(store.volumes[id].depth for id in tiny.splits.unlabelled)
    batch = tiny.pretrain_global.batch_size  # two views of each slice
    enough = -(-2 * slices // batch)

    def told(steps: int) -> str:
        changes = {"pretrain_global.steps": steps, "pretrain_global.health_every": None}
        return passes("pretrain_global", replace(tiny, changes), store)

    assert told(enough) == ""
    assert told(1) == (
        f"pretrain_global.steps: 1 step will see {batch // 2} of the {slices} slices of "
        f"{len(tiny.splits.unlabelled)} volumes; once through all takes {enough}"
    )
