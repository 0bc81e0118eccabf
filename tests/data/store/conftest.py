from pathlib import Path

import pytest

from dscl_tf.data.layouts import Case
from dscl_tf.data.store import write_store
from tests.data.files import settings
from tests.data.store.sources import cases


@pytest.fixture
def listed(tmp_path: Path) -> list[Case]:
    """Volumes b and a with masks, c without, in a folder of their own."""
    return cases(tmp_path / "source")


@pytest.fixture
def made(tmp_path: Path, listed: list[Case]) -> Path:
    """A store of these."""
    write_store(listed, settings(), tmp_path / "store")
    return tmp_path / "store"
