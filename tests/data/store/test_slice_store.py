import unicodedata

import numpy as np
import pytest

from dscl_tf.data.store import OutdatedStoreError, SliceStore
from dscl_tf.data.store.shard_files import array_paths
from dscl_tf.data.store.text_column import TextColumn
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.store.sources import change_columns, change_index, columns


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
            lambda s: change_index(s, lambda index: index.update(format=4)),
            "index.json: the store's format must be 3, got 4$",
        ),
        (
            lambda s: change_index(s, lambda index: index.update(columns="other")),
            "index-other.npz: cannot be read: No such file",
        ),
        (
            lambda s: change_index(s, lambda index: index.update(columns="../other")),
            "index.json: a name must hold no '/', got '../other'$",
        ),
        (
            lambda s: change_index(s, lambda index: index.update(version="../../other")),
            "index.json: a name must hold no '/', got '../../other'$",
        ),
        (
            lambda s: columns(s).unlink(),
            r"index-\w+.npz: cannot be read: No such file",
        ),
        (lambda s: truncate(columns(s)), r"index-\w+.npz: cannot be read as .npz"),
        (
            lambda s: images(s).unlink(),
            r"images-\w+.npy: is missing; it holds volumes [abc], [abc], [abc]; "
            "dscl-tf data prepare makes it again$",
        ),
        (lambda s: truncate(images(s)), r"images-\w+.npy: must have 2432 bytes, got 2332; it h"),
        (lambda s: masks(s).write_bytes(b""), r"masks-\w+.npy: must have 704 bytes, got 0; it h"),
        (
            lambda s: np.save(masks(s), np.zeros((6, 8, 6), np.uint16)),
            r"masks-\w+.npy: must be uint8 \(12, 8, 6\) as the index says, got uint16 \(6, 8, 6\)$",
        ),
    ],
)
def test_a_damaged_store_is_one_line(made, damage, message):
    damage(made)
    with pytest.raises(DataError, match=f"^{made}/{message}") as error:
        SliceStore.open(made)
    assert "\n" not in str(error.value)


NAN = float("nan")


def change(name, place, value):
    """Change one value of a column."""

    def changed(arrays):
        arrays[name] = arrays[name].copy()
        arrays[name][place] = value

    return lambda store: change_columns(store, changed)


def put(name, array):
    return lambda store: change_columns(store, lambda arrays: arrays.update({name: array}))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda s: change_columns(s, lambda arrays: arrays.pop("depth")), "must hold depth"),
        (put("depth", np.zeros(3)), r"depth: must be int64 \(3,\), got float64 \(3,\)"),
        (put("affine", np.zeros((3, 4))), r"affine: must be float64 \(3, 4, 4\), got"),
        (put("label_counts", np.zeros((1, 7), np.int64)), r"label_counts: must be int64 \(4, 7\)"),
        (change("depth", 1, 0), "depth: must be at least 1"),
        (change("depth", 1, 6), "depth: must be that of shape and orientation"),
        (change("intensity_range", (0, 1), NAN), "all values must be finite, intensity_range"),
        (change("spacing", (0, 0), 0), "spacing: must be greater than 0"),
        (change("orientation", (0, 0, 0), 1), "orientation: must be the axes 0, 1, 2, each with"),
        (change("label_counts", (0, 1), -1), "label_counts: must be numbers of voxels"),
        (change("offset", 1, 11), "offset: the volumes of a shard must follow each other"),
        (change("shard", 1, 1), "shard: must be numbers of the shards, each of at least one"),
        (change("id_text", 0, ord("/")), "a name must hold no '/', got '/'"),
        (change("id_text", 0, ord("a")), "volume ids must differ, got twice a"),
        (change("id_text", 0, 0xFF), "id: must be UTF-8"),
        (change("id_ends", 0, 9), "id: must be bytes and where each text ends"),
        (change("shard_name_text", 0, ord("/")), "a name must hold no '/'"),
    ],
)
def test_damaged_columns_are_one_line(made, damage, message):
    damage(made)
    with pytest.raises(DataError, match=rf"^{made}/index-\w+\.npz: .*{message}") as error:
        SliceStore.open(made)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda s: change_index(s, lambda i: i["settings"].update(grid=[8])), "settings: grid"),
        (lambda s: change_index(s, lambda i: i.update(skipped={})), "skipped: .* valid array|tup"),
        (lambda s: change_index(s, lambda i: i.update(version=7)), "version: .* string, got 7"),
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
    put("later", np.ones(3))(made)
    assert SliceStore.open(made).volumes == before


def test_a_store_of_an_earlier_version_must_be_prepared_again(made):
    change_index(made, lambda index: index.update(format=1))
    with pytest.raises(OutdatedStoreError, match=r"must be 3, got 1, .* prepare it again with dsc"):
        SliceStore.open(made)


def test_the_index_names_the_arrays(made):
    (name,) = SliceStore.open(made).images.places.names
    assert (images(made), masks(made)) == array_paths(made, name)


def test_a_missing_store_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent: must be a slice store, got no such directory$"):
        SliceStore.open(tmp_path / "absent")


def test_an_id_of_an_index_has_one_unicode_form(made):
    decomposed, composed = (unicodedata.normalize(form, "M\u00fcller") for form in ("NFD", "NFC"))

    def rename(arrays):
        packed = TextColumn.pack([decomposed, "a", "c"])
        arrays.update({f"id_{part}": array for part, array in packed.items()})

    change_columns(made, rename)
    assert list(SliceStore.open(made).volumes) == [composed, "a", "c"]
