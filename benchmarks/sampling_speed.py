"""Slices per second through the samplers, from a synthetic store of any size.

    python benchmarks/sampling_speed.py --slices 100000 --grid 64
    python benchmarks/sampling_speed.py --slices 100000 --grid 192 --sampler labelled --cold

Writes a store of noise, 50 slices a volume, under --folder (default: the system's temporary one)
and removes it at the end; with --store it is made there, kept, and used again by the next call.
With --cold the store is put out of memory before the batches are drawn. Prints one JSON line: the
seconds to open the store and to make the sampler, the slices per second over --seconds of batches
of 40 images, the processor time that these took, and the machine's load.

How a store larger than memory is sampled needs a limit of memory, which counts the pages of files
too. With control groups of version 1:

    mkdir /sys/fs/cgroup/memory/small
    echo 2G > /sys/fs/cgroup/memory/small/memory.limit_in_bytes
    sh -c 'echo $$ > /sys/fs/cgroup/memory/small/cgroup.procs; exec python ... --cold --store DIR'
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from synthetic_store import write_synthetic_store

from dscl_tf.config import Finetune, PretrainGlobal, PretrainLocal
from dscl_tf.data.samplers import GlobalBatches, LabelledBatches, LocalBatches
from dscl_tf.data.samplers.batches import SliceBatches
from dscl_tf.data.store import SliceStore

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
    parser.add_argument("--dtype", choices=["float32", "float16"], default="float32")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as temporary:
        folder = options.store or Path(temporary)
        if not (folder / "index.json").exists():
            volumes = options.slices // DEPTH
            write_synthetic_store(folder, volumes, DEPTH, options.grid, options.dtype)
        if options.cold:
            forget(folder)
        started = time.perf_counter()
        store = SliceStore.open(folder)
        opened = time.perf_counter()
        kind, settings, partitions = SAMPLERS[options.sampler]
        batches = kind(store, list(store.volumes), settings, 0, partitions)
        made = time.perf_counter()
        before, used = bytes_read(), time.process_time()
        rate = slices_per_second(batches, options.seconds)
        read, used = bytes_read() - before, time.process_time() - used
    result = {
        "sampler": options.sampler,
        "slices": len(store.images),
        "volumes": len(store.volumes),
        "grid": options.grid,
        "dtype": options.dtype,
        "gib": store.images.nbytes / 2**30,
        "cold": options.cold,
        "seconds_to_open": opened - started,
        "seconds_to_make_sampler": made - opened,
        "slices_per_second": rate,
        "cpu_seconds": used,
        "load_average": os.getloadavg()[0],
        "mib_read_from_disk": read / 2**20,
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


def bytes_read() -> int:
    """Return how many bytes this process had the disk read so far."""
    facts = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(facts["read_bytes"])


def forget(folder: Path) -> None:
    """Put the store's arrays out of memory."""
    for path in folder.glob("*.npy"):
        file = os.open(path, os.O_RDONLY)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(file)


if __name__ == "__main__":
    main()
