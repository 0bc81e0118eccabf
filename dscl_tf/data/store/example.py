"""A store of the phantom in one call, for examples and trials."""

from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config
from dscl_tf.data.phantom import write_phantom
from dscl_tf.data.store.experiment_store import prepare
from dscl_tf.data.store.slice_store import SliceStore


def phantom_store(
    directory: str | Path, patients: int = 2, config: Experiment | None = None
) -> SliceStore:
    """Return a store of the first patients of the phantom, made in `directory`.

    Args:
        directory: gets the volumes' files, in "phantom", and the store, in "store". What is there
            already is brought up to date; further patients of an earlier call stay.
        patients: how many, of the ids 001, 002, ...
        config: whose section `data` says how volumes are prepared; None is the configuration
            "phantom".

    Raises:
        DataError: `directory` cannot be written, or files in it are damaged.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = phantom_store(folder, patients=2)
    ...     list(store.volumes), store.images.shape
    (['001', '002'], (25, 64, 64, 1))
    """
    source = Path(directory, "phantom")
    write_phantom(source, patients)
    return prepare(config or load_config("phantom"), source, Path(directory, "store"))
