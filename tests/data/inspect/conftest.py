import pytest

from dscl_tf.data.store import SliceStore, write_store
from tests.data.files import settings
from tests.data.store.sources import cases


@pytest.fixture(scope="package")
def made(tmp_path_factory):
    """A store of volumes b, a and c, of which c has no mask."""
    folder = tmp_path_factory.mktemp("inspect")
    write_store(cases(folder), settings(), folder / "store")
    return SliceStore.open(folder / "store")
