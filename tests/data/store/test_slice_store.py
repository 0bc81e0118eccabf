import unicodedata

import numpy as np
import pytest

from dscl_tf.data.store import OutdatedStoreError, SliceStore
from dscl_tf.data.store.files import array_paths
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.store.sources import change_index


def test_an_open_store_is_read_only(made):
    with pytest.raises(ValueError, match="read-only"):
        SliceStore.open(made).images[0] = 0


def test_settings_that_differ_are_listed(made):
    store = SliceStore.open(made)
    store.check_settings(settings())
    with pytest.raises(DataError) as error:
        store.check_settings(settings(grid=(8, 8), bias_correction={"threshold": 0.01}))
    message = str(error.value)
    assert message.startswith(f"{made}: prepared otherwise: data.grid is [8, 6] in the store")
    assert "[8, 8] in the configuration" in message and "data.bias_correction is None" in message
    assert "spacing" not in message and "\n" not in message


def truncate(path):
    path.write_bytes(path.read_bytes()[:-100])


def images(store):
    return next(store.glob("images-*.npy"))


def masks(store):
    return next(store.glob("masks-*.npy"))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda s: (s / "index.json").unlink(), "index.json: is missing, so this is no slice st"),
        (lambda s: truncate(s / "index.json"), "index.json: cannot be read as the index"),
        (lambda s: (s / "index.json").write_text("[]"), "index.json: cannot be read as the index"),
        (
            lambda s: change_index(s, lambda index: index.update(format=3)),
            "index.json: the store's format must be 2, got 3$",
        ),
        (
            lambda s: change_index(s, lambda index: index.update(version="other")),
            "images-other.npy: cannot be read: No such file",
        ),
        (
            lambda s: change_index(s, lambda index: index["volumes"][1].update(id="/tmp/EVIL")),
            "index.json: a name must hold no '/', got '/tmp/EVIL'$",
        ),
        (
            lambda s: change_index(s, lambda index: index.update(version="../../other")),
            "index.json: a name must hold no '/', got '../../other'$",
        ),
        (
            lambda s: change_index(s, lambda index: index["volumes"][1].pop("depth")),
            "index.json: cannot be read as the index",
        ),
        (
            lambda s: change_index(s, lambda index: index["volumes"][1].update(first_slice=5)),
            "index.json: the slices of volume a must start at 4",
        ),
        (
            lambda s: change_index(s, lambda index: index["volumes"].pop()),
            r"images-\w+.npy: must be float32 \(9, 8, 6, 1\) as the index says, "
            r"got float32 \(12, 8, 6, 1\)$",
        ),
        (lambda s: images(s).unlink(), r"images-\w+.npy: cannot be read: No such file"),
        (lambda s: truncate(images(s)), r"images-\w+.npy: cannot be read as a NumPy array"),
        (lambda s: masks(s).write_bytes(b""), r"masks-\w+.npy: cannot be read as a Num"),
        (
            lambda s: np.save(masks(s), np.zeros((12, 8, 6), np.int64)),
            r"masks-\w+.npy: must be uint8 \(12, 8, 6\) as the index says, got int64 \(12, 8, 6\)$",
        ),
    ],
)
def test_a_damaged_store_is_one_line(made, damage, message):
    damage(made)
    with pytest.raises(DataError, match=f"^{made}/{message}") as error:
        SliceStore.open(made)
    assert "\n" not in str(error.value)


def change_volume(**fields):
    return lambda store: change_index(store, lambda index: index["volumes"][0].update(fields))


def change_geometry(**fields):
    return lambda store: change_index(
        store, lambda index: index["volumes"][0]["geometry"].update(fields)
    )


NAN = float("nan")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (change_volume(id=7), r"volumes\.0\.id: .* string, got 7"),
        (change_volume(id="a"), "volume ids must differ, got twice a"),
        (change_volume(depth="4"), r"volumes\.0\.depth: .* integer"),
        (change_volume(labelled=1), r"volumes\.0\.labelled: .* boolean"),
        (change_volume(intensity_range=[0, NAN]), r"intensity_range\.1: .* finite"),
        (change_geometry(spacing=[0, 1, 1]), r"geometry\.spacing\.0: .* greater than 0, got 0"),
        (change_geometry(affine=[[NAN] * 4] * 4), r"geometry\.affine\.0\.0: .* finite number"),
        (change_geometry(affine=[[1.0] * 4] * 3), r"geometry\.affine: .* at least 4 items"),
        (change_geometry(orientation=[[0, 1]] * 3), r"geometry\.orientation: must be the axes 0"),
        (lambda s: change_index(s, lambda i: i["settings"].update(grid=[8])), "settings: grid"),
        (lambda s: change_index(s, lambda i: i.update(volumes={})), "volumes: .* valid array|tup"),
    ],
)
def test_an_index_of_other_types_is_one_line(made, damage, message):
    damage(made)
    rule = "cannot be read as the index of a slice store"
    with pytest.raises(DataError, match=rf"^{made}/index\.json: {rule}: .*{message}") as error:
        SliceStore.open(made)
    assert "\n" not in str(error.value)


def test_keys_of_later_versions_are_no_error(made):
    before = SliceStore.open(made).volumes
    change_index(made, lambda index: index.update(later=[1]))
    change_volume(later={"1": 2})(made)
    assert SliceStore.open(made).volumes == before


def test_a_store_of_an_earlier_version_must_be_prepared_again(made):
    change_index(made, lambda index: index.update(format=1))
    with pytest.raises(OutdatedStoreError, match=r"must be 2, got 1, .* prepare it again with dsc"):
        SliceStore.open(made)


def test_the_index_names_the_arrays(made):
    assert (images(made), masks(made)) == array_paths(made, SliceStore.open(made).version)


def test_a_missing_store_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent: must be a slice store, got no such directory$"):
        SliceStore.open(tmp_path / "absent")


def test_an_id_of_an_index_has_one_unicode_form(made):
    decomposed, composed = (unicodedata.normalize(form, "M\u00fcller") for form in ("NFD", "NFC"))
    change_index(made, lambda index: index["volumes"][0].update(id=decomposed))
    assert composed in SliceStore.open(made).volumes
