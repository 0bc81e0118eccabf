import pytest

from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("finetune.components={near: {1: 1}}", "near: a class must name another one, 1 names it"),
        (
            "finetune.components={near: {1: 9}}",
            "finetune.components.near: classes must be in data.classes .*, got 9",
        ),
        ("finetune.components={large: 2}", "components.large: .* less than or equal to 1"),
        ("finetune.components={distance: 0}", "components.distance: .* greater than 0"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)
