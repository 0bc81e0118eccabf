"""Which layout a folder has, and what it holds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dscl_tf.config import load_config
from dscl_tf.data.io.dicom.file import may_be_slice
from dscl_tf.data.layouts.acdc import PATIENT
from dscl_tf.errors import DataError, UsageError
from dscl_tf.planning.complete import by_id, list_volumes
from dscl_tf.planning.dicom import dicom_settings
from dscl_tf.planning.listing import Listing, list_files
from dscl_tf.planning.msd import msd_source
from dscl_tf.planning.plain import plain_source
from dscl_tf.planning.quiet import quiet
from dscl_tf.planning.source import Source


def find_source(
    folder: Path,
    images: str | None = None,
    masks: str | None = None,
    channels: Sequence[str] = (),
) -> Source:
    """Find out what a folder holds.

    Args:
        folder: a Decathlon or nnU-Net data set, ACDC, a tree of Cityscapes, DICOM series, or a
            plain folder of volumes.
        images: the images' pattern in a plain folder; found by their names without it.
        masks: the masks' pattern there, or of DICOM series.
        channels: names of the sequences to use; found without it, see `plain_source` and
            `msd_source`.

    Raises:
        DataError: it holds no images or several kinds, masks lack an image, or a layout's own rules
            are broken.
        UsageError: `images`, `masks` or `channels` fits no file.
    """
    listing = list_files(folder)
    if images is None and masks is None:
        if (folder / "dataset.json").is_file():
            return msd_source(folder, channels)
        if _is_acdc(folder):
            _check_one_channel("ACDC's tree", channels)
            names = load_config("acdc").data.classes
            return _listed(folder, {"layout": "acdc"}, "ACDC's tree", names)
        if (folder / "leftImg8bit").is_dir():
            _check_one_channel("a Cityscapes tree", channels)
            return _cityscapes(folder)
    if images and listing.volumes:
        return plain_source(folder, listing, images, masks, channels)
    dicom = next((path for path in listing.others if may_be_slice(path)), None)
    _check_kinds(folder, listing, dicom)
    if dicom:
        _check_one_channel("DICOM series", channels)
        with quiet():  # the same is said when the cases are listed
            settings, count = dicom_settings(folder, listing.volumes, masks)
        return _listed(folder, settings, f"{count} DICOM series")
    return plain_source(folder, listing, None, masks, channels)


def _listed(
    folder: Path, settings: dict[str, Any], kind: str, names: Mapping[int, str] | None = None
) -> Source:
    found = list_volumes(folder, settings)
    return Source(folder, settings, found.cases, kind, dict(names or {}), bad=by_id(found.bad))


def _check_one_channel(kind: str, channels: Sequence[str]) -> None:
    if channels:
        raise UsageError(
            f"`channels`: must be left out with {kind}, whose volumes have one each, got "
            f"{', '.join(channels)}"
        )


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


def _cityscapes(folder: Path) -> Source:
    shipped = load_config("cityscapes").data
    names = {value: shipped.classes[label] for value, label in (shipped.labels or {}).items()}
    return _listed(folder, {"layout": "cityscapes"}, "a Cityscapes tree", names)
