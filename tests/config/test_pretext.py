import pytest

from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("pretrain_pretext.task=jigsaw", "pretrain_pretext.task: .* got 'jigsaw'"),
        ("pretrain_pretext.box=[0.5, 0.2]", "box must be an ascending range up to 1, got [0.5, 0."),
        ("pretrain_pretext.patch=[0.1, 0.4]", "patch must be an ascending range up to 0.333, got"),
        ("pretrain_pretext.augmentation={affine: {}}", "affine must be null with task rotation"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)
