from pathlib import Path

from dscl_tf.data.layouts import Case
from dscl_tf.data.store.digests import Digests
from dscl_tf.data.store.partial_store import PartialStore
from dscl_tf.errors import DataError
from tests.data.files import settings

FINISHED, UNFINISHED = "0123456789abcdef" * 2, f".{'0123456789abcdef' * 2}.x7_k.tmp"


def test_all_but_what_is_kept_and_what_others_put_there_is_removed(tmp_path: Path) -> None:
    partial = PartialStore.of(tmp_path / "store")
    kept = "f" * 32
    for name in (FINISHED, UNFINISHED, kept, "store", "mine"):
        (partial.root / name).mkdir(parents=True)
    assert partial.count() == 2
    partial.clear(keep=[partial.root / kept])
    left = {path.name for path in partial.root.iterdir()}
    assert left == {kept, "store", "mine"}, "shards of what is kept stay"
    partial.clear()
    assert {path.name for path in partial.root.iterdir()} == {"mine"}


def test_an_empty_folder_goes_too(tmp_path: Path) -> None:
    partial = PartialStore.of(tmp_path / "store")
    partial.whole.mkdir(parents=True)
    (partial.root / f"shard-{FINISHED}.json").touch()
    partial.clear()
    assert not list(tmp_path.iterdir())


def test_a_store_that_is_a_link_is_prepared_on_its_own_disk(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "store")
    assert PartialStore.of(tmp_path / "link").root == tmp_path / "disk" / "store.partial"


def test_other_files_settings_or_ids_have_another_folder(tmp_path: Path) -> None:
    partial, one = PartialStore(tmp_path), Case("1", Path("a"), None)
    places = [
        partial.folder(one, Digests("x", None), settings()),
        partial.folder(one, Digests("y", None), settings()),
        partial.folder(one, DataError("no file"), settings()),
        partial.folder(one, Digests("x", None), settings(grid=(8, 8))),
        partial.folder(Case("2", Path("a"), None), Digests("x", None), settings()),
    ]
    assert len(set(places)) == 5
    assert partial.folder(one, Digests("x", None), settings()) == places[0]
