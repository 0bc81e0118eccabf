import pytest

from dscl_tf.config import PretrainLocal
from dscl_tf.data.samplers import LocalBatches
from dscl_tf.devices.division import check_batch_size, check_divisible
from dscl_tf.errors import UsageError
from tests.data.samplers.fakes import FakeStore

SETTINGS = PretrainLocal(strategy="LD", partitions=2, batch_size=20)


def test_a_list_of_pairs_that_devices_do_not_divide_is_named() -> None:
    batches = LocalBatches(FakeStore([6, 7]), ["0", "1"], SETTINGS, 1, 2, original=True)
    plan = batches.plan_step(0)
    check_divisible(plan, 2, "pretrain_local")
    message = r"pretrain_local\.batch_size: 4 devices must divide .* has 30 rows \(target\)"
    with pytest.raises(UsageError, match=message):
        check_divisible(plan, 4, "pretrain_local")


def test_images_that_devices_do_not_divide_are_named() -> None:
    plan = LocalBatches(FakeStore([6, 7]), ["0", "1"], SETTINGS, 1, 2).plan_step(0)
    with pytest.raises(UsageError, match=r"one has 20 rows \(inputs image\)"):
        check_divisible(plan, 3, "pretrain_local")


@pytest.mark.parametrize(
    ("devices", "halved", "message"),
    [
        (3, False, r"finetune\.batch_size: must be a multiple of 3 on 3 devices, got 20"),
        (4, True, "must be a multiple of 8 on 4 devices, which share each half of it, got 20"),
    ],
)
def test_a_batch_size_that_devices_do_not_divide_is_an_error(devices, halved, message) -> None:
    check_batch_size(20, 2, "finetune", halved=True)
    with pytest.raises(UsageError, match=message):
        check_batch_size(20, devices, "finetune", halved=halved)
