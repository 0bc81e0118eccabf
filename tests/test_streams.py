import os

import pytest

from dscl_tf.streams import standard_error_aside


def test_what_a_library_prints_is_put_aside_and_standard_error_comes_back(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with standard_error_aside():
        os.write(2, b"a notice")
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


@pytest.mark.parametrize(("shown", "err"), [(True, "a notice"), (False, "")])
def test_after_an_error_it_is_shown_on_request(
    capfd: pytest.CaptureFixture[str], shown: bool, err: str
) -> None:
    with pytest.raises(RuntimeError), standard_error_aside(shown_on_error=shown):
        os.write(2, b"a notice")
        raise RuntimeError
    assert capfd.readouterr().err == err


def test_it_may_be_nested(capfd: pytest.CaptureFixture[str]) -> None:
    with standard_error_aside():
        with standard_error_aside():
            os.write(2, b"inner")
        os.write(2, b"outer")
    assert capfd.readouterr().err == ""
