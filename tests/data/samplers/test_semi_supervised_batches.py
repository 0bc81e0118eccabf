import numpy as np

from dscl_tf.config import Finetune, Mixup
from dscl_tf.data.samplers import LabelledBatches, SemiSupervisedBatches
from tests.data.samplers.fakes import FakeStore, LabelledFakeStore

DEPTHS = [7, 9, 6, 12]
SETTINGS = Finetune(batch_size=6, mixup=Mixup())


def sampler(store: FakeStore, *ids: str) -> LabelledBatches:
    return LabelledBatches(store, ids, SETTINGS, seed=1)


def batches() -> SemiSupervisedBatches:
    store = LabelledFakeStore(DEPTHS)
    return SemiSupervisedBatches(
        sampler(store, "0"), sampler(store, "1", "2"), sampler(FakeStore(DEPTHS), "3")
    )


def test_each_part_has_its_volumes_draws_and_mixup() -> None:
    inputs, targets = batches()[2]
    for name, (low, high) in {
        "labelled": (0, 7),
        "pseudo": (7, 22),
        "unlabelled": (22, 34),
    }.items():
        slices = inputs[name]["image"][:, 0, 0, 0]
        assert len(slices) == 6 and (low <= slices).all() and (slices < high).all()
        assert inputs[name]["mixup_partners"].max() < 6
    assert set(targets) == {"labelled", "pseudo", "adversarial", "discriminator"}
    assert np.array_equal(targets["pseudo"], inputs["pseudo"]["image"][..., 0])
    assert targets["adversarial"].tolist() == [[1.0]] * 6
    assert targets["discriminator"].tolist() == [[1.0]] * 6 + [[0.0]] * 6


def test_labelled_images_are_those_of_plain_fine_tuning() -> None:
    inputs, target = sampler(LabelledFakeStore(DEPTHS), "0")[5]
    part, targets = batches()[5]
    assert all(np.array_equal(part["labelled"][key], inputs[key]) for key in inputs)
    assert np.array_equal(targets["labelled"], target)


def test_a_batch_is_a_pure_function_of_seed_and_step() -> None:
    one, again, other = (batches()[step][0]["unlabelled"] for step in (3, 3, 4))
    assert all(np.array_equal(one[key], again[key]) for key in one)
    assert not np.array_equal(one["matrix"], other["matrix"])
