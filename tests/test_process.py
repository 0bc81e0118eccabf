import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from dscl_tf import process

LATE = """
import logging, sys
logging.basicConfig(format="%(message)s")
{first}
import dscl_tf
from dscl_tf import process
import tensorflow
print(process.uses_onednn())
process._is_x86 = lambda: True
process.warn_of_lost_speed()
process.warn_of_lost_speed()
"""


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    process.warn_of_lost_speed.cache_clear()
    yield
    process.warn_of_lost_speed.cache_clear()


def python(code: str, **environment: str) -> tuple[str, list[str]]:
    """Return what a new process prints, and its lines on standard error about the import."""
    kept = {name: value for name, value in os.environ.items() if name not in process.SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip(), [line for line in done.stderr.splitlines() if "dscl_tf" in line]


def test_importing_the_package_makes_the_settings_and_no_heavy_import() -> None:
    code = "import sys, os, dscl_tf; print({name: os.environ[name] for name in {!r}}, end='')"
    code += "\nprint({'numpy', 'keras', 'tensorflow'} & sys.modules.keys())"
    printed, _ = python(code.replace("{!r}", str(tuple(process.SETTINGS))))
    assert printed == f"{process.SETTINGS}set()"


def test_the_users_environment_wins() -> None:
    code = f"import os, dscl_tf; print(os.environ['{process.ONEDNN}'])"
    assert python(code, **{process.ONEDNN: "0"}) == ("0", [])


def test_tensorflow_computes_with_onednn_after_the_import() -> None:
    printed, warnings = python(LATE.format(first=""))
    assert (printed, warnings) == ("True", [])


def test_the_user_may_switch_onednn_off() -> None:
    assert python(LATE.format(first=""), **{process.ONEDNN: "0"}) == ("False", [])


def test_an_earlier_import_of_tensorflow_is_told_once(monkeypatch, lines) -> None:
    monkeypatch.delenv(process.ONEDNN)
    monkeypatch.setitem(sys.modules, "tensorflow", sys)
    monkeypatch.setattr(process, "_came_late", False)
    process.apply_settings()
    monkeypatch.setattr(process, "uses_onednn", lambda: False)
    monkeypatch.setattr(process, "_is_x86", lambda: True)
    monkeypatch.setattr(process, "cores", lambda: 2)
    process.warn_of_lost_speed()
    process.warn_of_lost_speed()
    (line,) = lines
    assert "import dscl_tf first" in line


def test_an_earlier_import_that_cost_nothing_is_not_told(monkeypatch, lines) -> None:
    monkeypatch.setattr(process, "_came_late", True)
    monkeypatch.setattr(process, "uses_onednn", lambda: True)
    monkeypatch.setattr(process, "cores", lambda: 2)
    process.warn_of_lost_speed()
    assert lines == []


def test_one_core_is_told(monkeypatch, lines) -> None:
    monkeypatch.setattr(process, "cores", lambda: 1)
    process.warn_of_lost_speed()
    assert lines[-1].startswith("one processor core")


def test_the_record_says_what_rounds_results(monkeypatch) -> None:
    monkeypatch.setattr(process, "processor", lambda: {"model name": "Any", "flags": "fpu avx2"})
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "3")
    assert process.settings_of_process() | {"onednn": None} == {
        "onednn": None,
        "threads": 3,
        "processor": "Any",
        "instructions": ["avx2"],
    }


def test_without_linux_nothing_is_known_of_the_processor(monkeypatch) -> None:
    monkeypatch.setattr(process, "processor", lambda: {})
    assert process.instructions() == set()
    assert process.settings_of_process()["processor"] is None
