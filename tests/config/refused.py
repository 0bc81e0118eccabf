import pytest

from dscl_tf.config.files import load_config
from dscl_tf.errors import UsageError


def assert_refused(override: str, message: str) -> None:
    """Assert that the phantom's configuration with `override` is refused in one line.

    `message` is a pattern in which brackets and parentheses stand for themselves.
    """
    pattern = message.replace("[", r"\[").replace("]", r"\]").replace("(", r"\(")
    with pytest.raises(UsageError, match=pattern) as error:
        load_config("phantom", [override])
    assert "\n" not in str(error.value)
