"""The tests on every Python that is installed, and once with the oldest packages allowed.

pip install nox
nox                      # all sessions; a Python that is not installed is passed over
nox -s tests-3.12 -- tests/losses
nox -s lower_bounds
"""

import re
from pathlib import Path

import nox

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
OLDEST = PYTHONS[0]

nox.options.error_on_missing_interpreters = False
nox.options.sessions = ["lint", "tests", "lower_bounds"]


@nox.session(python="3.11")
def lint(session: nox.Session) -> None:
    """Run the checks of style and types, as CI does."""
    session.install("-e", ".[test]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; arguments after -- go to pytest."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(python=OLDEST)
def lower_bounds(session: nox.Session) -> None:
    """Run the tests with the oldest release of each package that setup.py allows."""
    session.install("-e", ".[test]", "-c", str(_oldest(session)))
    session.run("pytest", *session.posargs)


def _oldest(session: nox.Session) -> Path:
    """Write a constraints file with `package==bound` for every lower bound in setup.py."""
    bounds = re.findall(r'"([A-Za-z0-9_.-]+)>=([0-9.]+)', Path("setup.py").read_text())
    path = Path(session.create_tmp()).resolve() / "oldest.txt"
    path.write_text("".join(f"{name}=={bound}\n" for name, bound in bounds if name != "setuptools"))
    return path
