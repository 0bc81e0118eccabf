import pytest

from dscl_tf.data.store import SliceStore, check_volumes, write_store
from dscl_tf.errors import DataError
from dscl_tf.text import named
from tests.data.files import settings
from tests.data.store.sources import cases


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("required")
    write_store(cases(folder), settings(), folder / "store")
    return SliceStore.open(folder / "store")


def test_volumes_that_serve_pass(made):
    check_volumes(["a", "b"], made, role="train", labelled=True, partitions=4)
    check_volumes(["a", "b", "c"], made, role="unlabelled", labelled=False)


@pytest.mark.parametrize(
    ("ids", "needs", "message"),
    [
        ([], {}, "^test volumes: must name at least one volume, got none$"),
        (["a", "b", "a"], {}, "^test volumes: must name each volume once, got twice a$"),
        (["x", "a", "y"], {}, "^test volumes: not in the store .*/store: x, y$"),
        (["a", "c"], {"labelled": True}, "must have masks, the store .* holds none for c$"),
        (["a", "c"], {"partitions": 4}, "^volume c: has 3 slices, fewer than the 4 partitions$"),
    ],
)
def test_volumes_that_do_not_are_named(made, ids, needs, message):
    with pytest.raises(DataError, match=message):
        check_volumes(ids, made, **{"role": "test", "labelled": False, **needs})


def test_a_long_list_is_cut(made):
    with pytest.raises(DataError, match=r"x0, x1, .*, x9 and 15 more$"):
        check_volumes([f"x{i}" for i in range(25)], made, role="test", labelled=False)
    assert named("abc", most=3) == "a, b, c"
