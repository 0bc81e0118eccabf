"""Samplers of a store in memory."""

import numpy as np

from dscl_tf.config import Finetune, PretrainGlobal, PretrainLocal
from dscl_tf.data.samplers import GlobalBatches, LabelledBatches, LocalBatches
from tests.data.samplers.fakes import FakeStore, LabelledFakeStore

DEPTHS = [7, 9, 6, 12]
IDS = ["0", "1", "2", "3"]


def global_batches(depths=DEPTHS, ids=IDS, seed=1, **settings) -> GlobalBatches:
    stage = PretrainGlobal(**settings)
    return GlobalBatches(FakeStore(depths), ids, stage, seed, stage.partitions)


def labelled_batches(ids=IDS, **settings) -> LabelledBatches:
    return LabelledBatches(LabelledFakeStore(DEPTHS), ids, Finetune(**settings), seed=1)


def local_batches(depths=DEPTHS, ids=IDS, original=False, **settings) -> LocalBatches:
    stage = PretrainLocal(**settings)
    return LocalBatches(FakeStore(depths), ids, stage, 1, stage.partitions_sampled, original)


def equal(one, other) -> bool:
    (inputs, target), (other_inputs, other_target) = one, other
    return (
        inputs.keys() == other_inputs.keys()
        and all(np.array_equal(inputs[key], other_inputs[key]) for key in inputs)
        and np.array_equal(target, other_target)
    )
