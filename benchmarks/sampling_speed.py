"""Slices per second through the samplers, from a synthetic store of any size.

    python benchmarks/sampling_speed.py --slices 100000 --grid 64
    python benchmarks/sampling_speed.py --slices 100000 --grid 192 --sampler labelled --cold

Writes a store of noise, 50 slices a volume, under --folder (default: the system's temporary one)
and removes it at the end. With --cold the store is put out of memory before the batches are drawn,
as one that is larger than memory would be. Prints one JSON line: the seconds to open the store and
to make the sampler, and the slices per second over --seconds of batches of 40 images.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dscl_tf.config import Data, Finetune, PretrainGlobal, PretrainLocal
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.samplers import GlobalBatches, LabelledBatches, LocalBatches
from dscl_tf.data.samplers.batches import SliceBatches
from dscl_tf.data.store import SliceStore, VolumeEntry
from dscl_tf.data.store.files import write_files
from dscl_tf.data.store.index import index_of

DEPTH = 50
SAMPLERS = {
    "GR": (GlobalBatches, PretrainGlobal(strategy="GR"), 4),
    "GD": (GlobalBatches, PretrainGlobal(strategy="GD"), 4),
    "LR": (LocalBatches, PretrainLocal(strategy="LR", batch_size=40), 1),
    "LD": (LocalBatches, PretrainLocal(strategy="LD", batch_size=40), 4),
    "labelled": (LabelledBatches, Finetune(batch_size=40), 1),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=100_000)
    parser.add_argument("--grid", type=int, default=64)
    parser.add_argument("--sampler", choices=list(SAMPLERS), default="GD")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        write_synthetic_store(Path(folder), options.slices // DEPTH, options.grid)
        if options.cold:
            forget(Path(folder))
        started = time.perf_counter()
        store = SliceStore.open(folder)
        opened = time.perf_counter()
        kind, settings, partitions = SAMPLERS[options.sampler]
        batches = kind(store, list(store.volumes), settings, 0, partitions)
        made = time.perf_counter()
        rate = slices_per_second(batches, options.seconds)
    result = {
        "sampler": options.sampler,
        "slices": len(store.images),
        "volumes": len(store.volumes),
        "grid": options.grid,
        "gib": store.images.nbytes / 2**30,
        "cold": options.cold,
        "seconds_to_open": opened - started,
        "seconds_to_make_sampler": made - opened,
        "slices_per_second": rate,
        "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
    json.dump(result, sys.stdout)
    print()


def slices_per_second(batches: SliceBatches, seconds: float) -> float:
    batches[0]
    count, started = 0, time.perf_counter()
    for inputs, _ in batches.iterate(1):
        count += len(inputs["image"])
        if (elapsed := time.perf_counter() - started) > seconds:
            return count / elapsed
    raise AssertionError("batches never end")


def write_synthetic_store(folder: Path, volumes: int, side: int) -> None:
    classes = {1: "one", 2: "two"}
    data = Data(classes=classes, spacing=(1.0, 1.0), grid=(side, side))
    shape = (side, side, DEPTH)
    volume = Volume(np.broadcast_to(np.float32(0), shape), np.eye(4), (1.0, 1.0, 1.0), Path("none"))
    geometry = Geometry.of(volume, data)
    entries = [
        VolumeEntry(
            id=f"{number:05d}",
            first_slice=number * DEPTH,
            depth=DEPTH,
            labelled=True,
            geometry=geometry,
            source=f"/synthetic/{number:05d}.nii.gz",
            sha256="0" * 64,
            mask_source=f"/synthetic/{number:05d}_gt.nii.gz",
            mask_sha256="0" * 64,
            intensity_range=(0.0, 1.0),
            oriented=True,
        )
        for number in range(volumes)
    ]
    rng = np.random.default_rng(0)
    noise = rng.random((DEPTH, side, side, 1), np.float32)
    labels = rng.integers(0, 3, (DEPTH, side, side), np.uint8)

    def repeated(array: np.ndarray) -> Iterator[np.ndarray]:
        for number in range(volumes):
            yield np.roll(array, number, axis=0)

    write_files(folder, index_of(entries, {}, data), repeated(noise), repeated(labels))


def forget(folder: Path) -> None:
    """Put the store's arrays out of memory."""
    for path in folder.glob("*.npy"):
        file = os.open(path, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


if __name__ == "__main__":
    main()
