import pytest

from dscl_tf.config import Affine, Augmentation, Elastic, Finetune
from dscl_tf.config.files import load_config
from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            "finetune={batch_size: 5, self_training: {}}",
            "finetune: batch_size must be even with self_training .* got 5",
        ),
        ("finetune.pseudo_contrast={}", "finetune: pseudo_contrast needs self_training"),
        (
            "finetune={self_training: {rounds: 0}, pseudo_contrast: {}}",
            "finetune: pseudo_contrast needs self_training with one round or more",
        ),
        ("finetune.pseudo_contrast={temperature: 0}", "pseudo_contrast.temperature: .* than 0"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)


def test_augmentation_kinds_are_the_configurations_or_the_stages_defaults() -> None:
    mine = Augmentation(crop=(0.8, 1), affine=Affine(rotation=5), elastic=Elastic(sigma=2))
    chosen = Finetune(augmentation=mine).with_augmentation(["affine", "intensity"])
    assert chosen.crop == mine.crop and chosen.affine == mine.affine
    assert chosen.elastic is None
    assert chosen.intensity == Finetune().augmentation.intensity


def test_colour_goes_by_the_name_of_intensity() -> None:
    pictures = load_config("cityscapes").finetune
    assert pictures.augmentation.colour
    assert pictures.with_augmentation([]).colour is None
    chosen = pictures.with_augmentation(["affine", "intensity"])
    assert chosen.colour == pictures.augmentation.colour and chosen.intensity is None
