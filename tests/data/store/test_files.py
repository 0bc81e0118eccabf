from dscl_tf.data.store.files import array_paths, array_shapes, remove_stale
from dscl_tf.data.store.index import settings_of
from tests.data.files import settings


def test_the_shapes_follow_from_the_settings():
    volumes = settings_of(settings(grid=(8, 6)))
    assert array_shapes(5, volumes) == ((5, 8, 6, 1), (5, 8, 6))
    pictures = settings_of(settings(grid=(8, 6), layout="cityscapes"))
    assert array_shapes(5, pictures) == ((5, 8, 6, 3), (5, 8, 6))


def test_former_arrays_and_unfinished_files_are_stale(tmp_path):
    kept = {path.name for path in array_paths(tmp_path, "new")} | {"index.json", "notes.txt"}
    for name in (*kept, "images-old.npy", "masks-old.npy", "images.npy", ".index.json.77.tmp"):
        (tmp_path / name).touch()
    remove_stale(tmp_path, "new")
    assert {path.name for path in tmp_path.iterdir()} == kept
