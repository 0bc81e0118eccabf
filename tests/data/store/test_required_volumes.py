import dataclasses

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


def test_a_mask_with_another_class_is_named(made):
    masks = made.masks.copy()
    masks[made.volumes["a"].first_slice, 0, 0] = 200
    store = dataclasses.replace(made, masks=masks)
    check_volumes(["a"], store, role="unlabelled", labelled=False)
    check_volumes(["b"], store, role="train", labelled=True)
    with pytest.raises(DataError, match="mask of volume a must hold classes up to 2, got 200; pre"):
        check_volumes(["a", "b"], store, role="train", labelled=True)


@pytest.mark.parametrize(("id", "meant"), [("A", "a for A"), ("00b", "b for 00b")])
def test_an_id_that_is_not_there_is_laid_to_one_like_it(made, id, meant):
    with pytest.raises(DataError, match=rf"not in the store .*: {id}; did you mean {meant}\?$"):
        check_volumes([id], made, role="test", labelled=False)
