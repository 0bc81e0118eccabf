import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.site import DOCS

pytestmark = pytest.mark.slow
for name in ("sphinx", "myst_nb", "furo"):
    pytest.importorskip(name)


def build(docs: Path, site: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", docs, site]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_site_is_built_and_a_link_to_nothing_is_an_error(tmp_path: Path) -> None:
    left_out = shutil.ignore_patterns("_generated", "__pycache__")
    docs = shutil.copytree(DOCS, tmp_path / "docs", ignore=left_out)
    for name in ("benchmarks", "examples", "configs"):
        shutil.copytree(DOCS.parent / name, tmp_path / name)
    for name in ("CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copy(DOCS.parent / name, tmp_path)
    built = build(docs, tmp_path / "site")
    assert built.returncode == 0, built.stderr
    page = (tmp_path / "site" / "reference" / "configuration.html").read_text()
    assert "data.slice_axis" in page
    (docs / "how-to" / "new.md").write_text("# New\n\n[a](nowhere.md) [b](../results.md#nothing)\n")
    broken = build(docs, tmp_path / "site")
    assert broken.returncode == 1
    assert "nowhere.md" in broken.stderr and "nothing" in broken.stderr
