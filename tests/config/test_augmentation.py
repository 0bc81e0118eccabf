import pytest

from tests.config.refused import assert_refused


def test_one_change_of_brightness_is_enough() -> None:
    message = "intensity and colour both change the brightness"
    assert_refused("finetune.augmentation.colour={}", message)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("affine.choices", "[]", "at least 1 item"),
        ("affine.scale", "[1.05, 0.95]", "must be an ascending range, got [1.05, 0.95]"),
        ("intensity.contrast", "[1.3, 0.7]", "must be an ascending range, got [1.3, 0.7]"),
        ("intensity.clip", "[1.5, 0]", "must be two ascending values, got [1.5, 0.0]"),
        ("crop", "[1, 0.5]", "must be an ascending range, got [1.0, 0.5]"),
    ],
)
def test_ranges_that_cannot_be_drawn_from_are_refused(key: str, value: str, message: str) -> None:
    where = f"finetune.augmentation.{key}"
    assert_refused(f"{where}={value}", f"{where}: .*{message}")
