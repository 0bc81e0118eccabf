import pytest

from dscl_tf.config.files import load_config, replace
from dscl_tf.errors import UsageError
from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("pretrain_pretext.health_every=7", "pretrain_pretext.health_every: must be a multiple"),
        ("compat=mine", "compat: .* got 'mine'"),
        ("pretrain_local.decoder_blocks=5", "pretrain_local.decoder_blocks: must be at most 4"),
        ("data.layout=cityscapes", "model.channels: must be 3 with data.layout cityscapes, got 1"),
        ("model.channels=3", "model.channels: must be 1 with data.layout phantom, got 3"),
        (
            "pretrain_pretext.augmentation={intensity: null, colour: {}}",
            "pretrain_pretext.augmentation.colour: must be null with data.layout phantom, not RGB",
        ),
        (
            "pretrain_global.augmentation={colour: {}}",
            "pretrain_global.augmentation.colour: must be null with data.layout phantom, not RGB",
        ),
        (
            "pretrain_augmentation.augmentation.colour={}",
            "pretrain_augmentation.augmentation.colour: must be null with data.layout phantom",
        ),
        ("finetune.validate_every=30", "finetune.validate_every: must be a multiple"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)


@pytest.mark.parametrize("stages", ["[finetune, pretrain_global]", "[]", "[evaluate]"])
def test_stages_come_in_their_order(stages: str) -> None:
    with pytest.raises(UsageError, match="stages"):
        load_config("phantom", [f"stages={stages}"])


def test_stages_are_kept_where_keys_are_replaced() -> None:
    config = load_config("phantom", ["stages=[pretrain_global]"])
    assert replace(config, {"runtime.seed": 7}).stages == ("pretrain_global",)
