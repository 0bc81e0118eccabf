import pytest
import yaml

from dscl_tf.readers import parse_yaml

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{former}'] * 10)}]\n"
    for former, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text", ["", "a", "{a: 1, b: [1, 2.5, null, x]}", "a: &x {b: 1}\nc: *x", "{1: a, '1': b}"]
)
def test_yaml_is_read_as_before(text: str) -> None:
    assert parse_yaml(text) == yaml.safe_load(text)


def test_what_is_merged_in_may_be_named_again() -> None:
    text = "a: &a {x: 1, y: 2}\nb: &b {<<: *a, x: 3}\nc: {<<: *b, y: 4}"
    assert parse_yaml(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "must name each key once, got twice 'a' in line 3"),
        ("{1: a, 1: b}", "must name each key once, got twice 1 in line 1"),
        ("{1: a, 0x1: b}", "got twice 1"),
        ("a: {b: [{c: 1, c: 2}]}", "got twice 'c'"),
        ("? {a: 1, a: 2}\n: b", "got twice 'a'"),
        ("a: &a [*a]", "an alias must not hold itself"),
        (BOMB, "must hold at most 1000000 values, aliases written out"),
        ("[" * 5000, "too many nested brackets"),
        ("a: 2026-02-31", "a value cannot be read: day "),
        ("a: !!python/object:os.system {}", "could not determine a constructor"),
        ("a: [", "expected the node content"),
        ("{[1]: 2}", "unhashable key"),
    ],
)
def test_what_is_no_yaml_or_too_much_is_an_error(text: str, message: str) -> None:
    with pytest.raises(yaml.YAMLError) as error:
        parse_yaml(text)
    assert message in str(error.value)
