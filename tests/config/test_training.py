import pytest

from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("finetune.steps=0", "finetune.steps: .* greater than or equal to 1, got 0"),
        ("finetune.steps=many", "finetune.steps: .* valid integer.* got 'many'"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)
