from tests.config.refused import assert_refused


def test_one_change_of_brightness_is_enough() -> None:
    message = "intensity and colour both change the brightness"
    assert_refused("finetune.augmentation.colour={}", message)
