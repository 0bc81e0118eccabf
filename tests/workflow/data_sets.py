"""The phantom's volumes as a plain folder, some with masks, and configurations for it."""

import shutil
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.store.slice_store import SliceStore


def as_folder(store: SliceStore, folder: Path, labelled: tuple[str, ...]) -> Path:
    """Copy the volumes of a store into `folder`: ID.nii.gz, and ID_seg.nii.gz of those labelled."""
    folder.mkdir(parents=True)
    for id, entry in store.volumes.items():
        shutil.copy(entry.source, folder / f"{id}.nii.gz")
        if id in labelled:
            shutil.copy(entry.mask_source or "", folder / f"{id}_seg.nii.gz")
    return folder


def of_folder(config: Experiment, **splits: object) -> Experiment:
    """Return the configuration for such a folder, some of its splits replaced."""
    patterns = {"images": "{id}.nii.gz", "masks": "{id}_seg.nii.gz"}
    changes = {"data.layout": "folder", "data.folder": patterns}
    return replace(config, {**changes, **{f"splits.{key}": ids for key, ids in splits.items()}})
