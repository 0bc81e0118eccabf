"""Which layout a folder has, and what it holds."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dscl_tf.config import Data, load_config
from dscl_tf.data.io.dicom.file import may_be_slice
from dscl_tf.data.io.headers import channel_count
from dscl_tf.data.layouts import Case, find_cases
from dscl_tf.data.layouts.acdc import PATIENT
from dscl_tf.data.layouts.msd_index import read_msd_index
from dscl_tf.errors import DataError
from dscl_tf.planning.dicom import dicom_settings
from dscl_tf.planning.listing import Listing, list_files
from dscl_tf.planning.patterns import find_patterns
from dscl_tf.planning.quiet import quiet
from dscl_tf.text import named

# What a `Data` needs beside what says where the files are; nothing of it is used.
UNDECIDED: dict[str, Any] = {"classes": {1: "any"}, "spacing": (1.0, 1.0), "grid": (32, 32)}


@dataclass(frozen=True)
class Source:
    """A folder and what it holds.

    Attributes:
        folder: the folder.
        settings: the keys of `data` that say which files are images and masks.
        cases: its volumes, sorted by id.
        names: names of values in masks, as far as the data set has them.
        kind: in words, such as "a plain folder".
        unused: files of the names that images have which belong to no volume.
    """

    folder: Path
    settings: dict[str, Any]
    cases: list[Case]
    kind: str
    names: dict[int, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    @property
    def data(self) -> Data:
        """Settings that suffice to read the files."""
        return Data(**(UNDECIDED | self.settings))

    @property
    def masks(self) -> int:
        """Number of volumes with a mask."""
        return sum(case.mask is not None for case in self.cases)


def find_source(folder: Path, images: str | None = None, masks: str | None = None) -> Source:
    """Find out what a folder holds.

    Args:
        folder: a Decathlon or nnU-Net data set, ACDC, a tree of Cityscapes, DICOM series, or a
            plain folder of volumes.
        images: the images' pattern in a plain folder; found by their names without it.
        masks: the masks' pattern there, or of DICOM series.

    Raises:
        DataError: it holds no images or several kinds, masks lack an image, or a layout's own rules
            are broken.
    """
    listing = list_files(folder)
    if images is None and masks is None:
        if (folder / "dataset.json").is_file():
            return _msd(folder)
        if _is_acdc(folder):
            names = load_config("acdc").data.classes
            cases = _cases(folder, {"layout": "acdc"})
            return Source(folder, {"layout": "acdc"}, cases, "ACDC's tree", names)
        if (folder / "leftImg8bit").is_dir():
            return _cityscapes(folder)
    if images and listing.volumes:
        return _plain(folder, listing, images, masks)
    dicom = next((path for path in listing.others if may_be_slice(path)), None)
    _check_kinds(folder, listing, dicom)
    if dicom:
        with quiet():  # the same is said when the cases are listed
            settings, count = dicom_settings(folder, listing.volumes, masks)
        cases = _cases(folder, settings)
        return Source(folder, settings, cases, f"{count} DICOM series")
    return _plain(folder, listing, images, masks)


def _cases(folder: Path, settings: dict[str, Any]) -> list[Case]:
    """Return the volumes of a folder.

    Raises:
        DataError: one has a problem.
    """
    cases = find_cases(Data(**(UNDECIDED | settings)), folder)
    if problems := [case.problem for case in cases if case.problem]:
        more = f" (and {len(problems) - 1} more like it)" if len(problems) > 1 else ""
        raise DataError(f"{problems[0]}{more}")
    return cases


def _is_acdc(folder: Path) -> bool:
    places = (folder, folder / "training", folder / "testing")
    return any(
        PATIENT.fullmatch(one.name) and (one / "Info.cfg").is_file()
        for place in places
        if place.is_dir()
        for one in place.iterdir()
    )


def _check_kinds(folder: Path, listing: Listing, dicom: Path | None) -> None:
    """Check that there are images, and of one kind."""
    found = []
    if listing.volumes:
        found.append(f"{len(listing.volumes)} volumes, such as {listing.volumes[0]}")
    if listing.pictures:
        found.append(f"{len(listing.pictures)} pictures, such as {listing.pictures[0]}")
    if dicom:
        found.append(f"DICOM series, such as that of {dicom}")
    if not found:
        others = f"{len(listing.others)} other files" if listing.others else "an empty folder"
        raise DataError(
            f"{folder}: must hold volumes (NIfTI, NRRD, MetaImage), DICOM series or pictures, got "
            f"{others}"
        )
    if len(found) > 1 and (listing.pictures or not dicom):
        raise DataError(
            f"{folder}: must hold images of one kind, got {' and '.join(found)}; move the others "
            "elsewhere, or name the volumes to use by `images`"
        )
    if listing.pictures:
        raise DataError(
            f"{folder}: pictures must lie in a tree like that of Cityscapes "
            "(leftImg8bit/train/CITY/NAME_leftImg8bit.png and "
            f"gtFine/train/CITY/NAME_gtFine_labelIds.png), got {found[0]}"
        )


def _msd(folder: Path) -> Source:
    index = read_msd_index(folder)
    settings: dict[str, Any] = {"layout": "msd"}
    given = index.tree.get("channel_names", index.tree.get("modality"))
    if isinstance(given, dict) and len(given) > 1:
        settings["channel"] = 0
    kind = "nnU-Net's tree" if index.of_nnunet else "a Decathlon tree"
    if "channel" in settings:
        kind += f" of {len(given)} channels, of which the first is used"
    return Source(folder, settings, _cases(folder, settings), kind, _names(index.tree))


def _names(tree: Any) -> dict[int, str]:
    """Return the names of labels in a `dataset.json`, of either form."""
    labels = tree.get("labels")
    names = {}
    for key, value in labels.items() if isinstance(labels, dict) else ():
        number, name = (key, value) if str(key).isdigit() else (value, key)
        if str(number).isdigit() and int(number) > 0:
            names[int(number)] = str(name)
    return names


def _cityscapes(folder: Path) -> Source:
    shipped = load_config("cityscapes").data
    names = {value: shipped.classes[label] for value, label in (shipped.labels or {}).items()}
    settings = {"layout": "cityscapes"}
    return Source(folder, settings, _cases(folder, settings), "a Cityscapes tree", names)


def _plain(folder: Path, listing: Listing, images: str | None, masks: str | None) -> Source:
    endings = {re.sub(r"^\.(nii)(\.gz)?$", r".\1", _ending(path)) for path in listing.volumes}
    if len(endings) > 1 and images is None:
        kinds = named(sorted(endings))
        raise DataError(
            f"{folder}: must hold images of one kind, got volumes that end in {kinds}; name the "
            "patterns by `images` and `masks`, or move the others elsewhere"
        )
    found = find_patterns(folder, listing.volumes, images, masks, Data(**UNDECIDED))
    patterns = found.model_dump(mode="json", exclude_none=True)
    settings: dict[str, Any] = {"layout": "folder", "folder": patterns}
    cases = _cases(folder, settings)
    kind = "a plain folder"
    if cases and (channels := channel_count(cases[0].image)) > 1:
        settings["channel"] = 0
        kind += f" of {channels} channels, of which the first is used"
    used = {path for case in cases for path in (case.image, case.mask)}
    unused = tuple(str(path.relative_to(folder)) for path in listing.volumes if path not in used)
    return Source(folder, settings, cases, kind, unused=unused)


def _ending(path: Path) -> str:
    name = path.name.lower()
    return ".nii.gz" if name.endswith(".nii.gz") else path.suffix.lower()
