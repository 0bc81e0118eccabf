"""The faces of the packages: every public name can be imported and is documented."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

import dscl_tf.config
import dscl_tf.data

NAMES = [
    "dscl_tf.config",
    *(
        module.name
        for module in pkgutil.walk_packages(dscl_tf.data.__path__, "dscl_tf.data.")
        if module.ispkg
    ),
]


@pytest.fixture(params=NAMES)
def face(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(request.param)


def test_every_name_that_is_listed_is_there_and_documented(face: ModuleType) -> None:
    assert face.__doc__ and len(face.__all__) == len(set(face.__all__))
    for name in face.__all__:
        value = getattr(face, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert value.__doc__, name


def test_no_public_name_hides_a_module(face: ModuleType) -> None:
    modules = {module.name for module in pkgutil.iter_modules(face.__path__)}
    assert not modules & set(face.__all__)


def test_a_face_holds_imports_alone(face: ModuleType) -> None:
    assert face.__file__ is not None
    body = ast.parse(Path(face.__file__).read_text()).body
    assert all(isinstance(part, ast.Expr | ast.ImportFrom | ast.Assign) for part in body)
