"""Stores as version 0.1 wrote them: one array of images, one of masks, volumes in the JSON."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from dscl_tf.data.store.slice_store import SliceStore


def write_former(store: SliceStore, folder: Path) -> None:
    """Write an open store in the former format."""
    folder.mkdir(exist_ok=True)
    np.save(folder / f"images-{store.version}.npy", np.asarray(store.images))
    np.save(folder / f"masks-{store.version}.npy", np.asarray(store.masks))
    volumes = [asdict(entry) for entry in store.volumes.values()]
    for fields in volumes:
        del fields["checksum"]
    index = {
        "format": 2,
        "version": store.version,
        "settings": store.settings,
        "skipped": [{"id": id, "message": text} for id, text in store.skipped.items()],
        "volumes": volumes,
    }
    (folder / "index.json").write_text(json.dumps(index, indent=1))
