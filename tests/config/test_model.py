from tests.config.refused import assert_refused


def test_a_unet_has_two_levels_or_more() -> None:
    message = "model.filters: must name the filters of two or more levels"
    assert_refused("model.filters=[8]", message)
