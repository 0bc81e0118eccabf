"""The files below a folder, by what their names say they are."""

from dataclasses import dataclass
from pathlib import Path

from dscl_tf.data.io.endings import PICTURES, VOLUMES, has_ending
from dscl_tf.data.layouts.linked_folders import folders_below
from dscl_tf.errors import DataError


@dataclass(frozen=True)
class Listing:
    """The files below a folder.

    Attributes:
        volumes: files whose names end as those of volumes do; of a header and its voxels the
            header.
        pictures: files whose names end as those of pictures do.
        others: all else; DICOM slices are among them.
    """

    volumes: tuple[Path, ...]
    pictures: tuple[Path, ...]
    others: tuple[Path, ...]


def list_files(source: Path) -> Listing:
    """List the files below a folder, links among its folders followed.

    Files and folders whose names begin with a dot are passed over, and so are run directories.

    Raises:
        DataError: the folder is missing, or one in it cannot be listed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("a.nii.gz", "notes.txt", ".hidden.nii"):
    ...         Path(folder, name).touch()
    ...     listing = list_files(Path(folder))
    >>> [path.name for path in listing.volumes], [path.name for path in listing.others]
    (['a.nii.gz'], ['notes.txt'])
    """
    if not source.is_dir():
        found = "a file" if source.exists() else "no such folder"
        raise DataError(f"{source}: must be a folder of images, got {found}")

    def fail(folder: Path, error: OSError) -> None:
        raise DataError(f"{folder}: cannot be read: {error.strerror or error}") from error

    passed_over: list[Path] = []
    files: list[Path] = []
    for folder in folders_below(source, fail, passed_over):
        inside = folder.relative_to(source).parts
        above = [folder, *folder.parents][: len(inside)]
        if any(part.startswith(".") for part in inside) or any(map(_is_run, above)):
            continue
        files += [path for path in sorted(folder.iterdir()) if not path.is_dir()]
    files = [path for path in files if not path.name.startswith(".")]
    volumes = [path for path in files if has_ending(path, VOLUMES) and not _has_header(path)]
    pictures = [path for path in files if has_ending(path, PICTURES)]
    known = {*volumes, *pictures}
    others = [path for path in files if path not in known and not has_ending(path, VOLUMES)]
    return Listing(tuple(volumes), tuple(pictures), tuple(others))


def _is_run(folder: Path) -> bool:
    return (folder / "run.json").is_file()


def _has_header(path: Path) -> bool:
    """Whether a file holds the voxels of a header beside it."""
    return path.suffix.lower() == ".img" and any(
        path.with_suffix(ending).exists() for ending in (".hdr", ".HDR")
    )
