import subprocess
import sys

import pytest

import dscl_tf


def test_importing_the_package_imports_neither_numpy_nor_keras() -> None:
    program = "import sys, dscl_tf; assert not {'numpy', 'keras', 'tensorflow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_public_name_is_there() -> None:
    assert all(hasattr(dscl_tf, name) for name in dscl_tf.__all__)
    assert dscl_tf.load.__name__ == "load_network"


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="module 'dscl_tf' has no attribute 'save'"):
        _ = dscl_tf.save


@pytest.mark.parametrize("name", ["losses", "models", "augment", "augment.draw", "augment.apply"])
def test_what_a_package_lists_can_be_imported_and_is_documented(name: str) -> None:
    package = __import__(f"dscl_tf.{name}", fromlist=["__all__"])
    assert package.__doc__
    for public in package.__all__:
        assert getattr(package, public).__doc__, public
