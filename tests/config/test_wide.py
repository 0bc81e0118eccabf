import pytest

from dscl_tf.config import Augmentation, PretrainLocal
from dscl_tf.config.wide import Wide
from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("finetune.augmentation.wide={blur: {sigma: [1, 0.5]}}", "sigma: must be an ascending"),
        ("finetune.augmentation.wide={scale: {factors: [0, 1]}}", "wide.scale.factors"),
        ("finetune.augmentation.wide={turn: {}}", "wide.turn: unknown key"),
        (
            "finetune.augmentation.wide={blur: {sigma: [1, 21]}}",
            "must end at 20 pixels or less, got",
        ),
        (
            "finetune.augmentation.wide={stretch: {amount: 5}}",
            "stretch.amount: .* less than or equal",
        ),
        (
            "finetune.augmentation.wide={shift: {distance: 180}}",
            "shorter side of an image, 179.2 mm",
        ),
        ("pretrain_local.augmentation.wide={}", "augmentation must be intensity or colour alone"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)


def test_the_local_task_takes_those_changes_that_move_no_pixel() -> None:
    still = Wide(scale=None, stretch=None, rotation=None, shift=None)
    assert not still.moves
    assert PretrainLocal(augmentation=Augmentation(wide=still)).augmentation.wide == still
