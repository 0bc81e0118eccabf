from dscl_tf.config.differences import differences


def test_all_that_differs_is_listed_with_both_values() -> None:
    one = {"b": {"x": 1, "y": [1, 2]}, "a": 1, "same": {"z": 0}}
    other = {"b": {"x": 1, "y": [1, 3]}, "c": {"d": 2}, "same": {"z": 0}}
    assert differences(one, other, "p.") == [
        ("p.a", 1, None),
        ("p.b.y", [1, 2], [1, 3]),
        ("p.c", None, {"d": 2}),
    ]
    assert differences(one, one) == []
