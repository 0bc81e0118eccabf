"""The endings of the names of files that hold a volume, in upper or lower case."""

from pathlib import Path

NIFTI = (".nii", ".nii.gz")
OTHERS = (".nrrd", ".mha", ".mhd", ".hdr", ".img")  # read by SimpleITK
VOLUMES = (*NIFTI, *OTHERS)
PICTURES = (".png",)


def has_ending(path: str | Path, endings: tuple[str, ...] = VOLUMES) -> bool:
    """Return whether a file's name has one of these endings, and more than it.

    >>> has_ending("CASE.NII.GZ"), has_ending("notes.txt"), has_ending(".nii")
    (True, False, False)
    """
    name = Path(path).name.lower()
    return any(name.endswith(ending) and name != ending for ending in endings)


def stem(path: str | Path) -> str:
    """Return a file's name without the ending that says that it holds an image.

    >>> stem("scans/CASE.NII.GZ"), stem("t2.v1.nrrd"), stem("notes.txt")
    ('CASE', 't2.v1', 'notes.txt')
    """
    name = Path(path).name
    for ending in sorted((*VOLUMES, *PICTURES), key=len, reverse=True):
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name
