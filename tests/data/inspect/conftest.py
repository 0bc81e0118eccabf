import pytest

from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.write import write_store
from tests.data.files import settings
from tests.data.store.test_slice_store import cases


@pytest.fixture(scope="package")
def made(tmp_path_factory):
    """A store of volumes b, a and c, of which c has no mask."""
    folder = tmp_path_factory.mktemp("inspect")
    write_store(cases(folder), settings(), folder / "store")
    return SliceStore.open(folder / "store")
