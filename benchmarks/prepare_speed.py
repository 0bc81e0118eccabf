"""Time and peak memory of `data prepare` on the phantom or a data set of your own.

    python benchmarks/prepare_speed.py --patients 200 --jobs 2
    python benchmarks/prepare_speed.py --config acdc_half --source DIR --jobs 2 --n4-shrink 4

Prepares into a temporary folder, a second time without any change, and prints one JSON line.
`cpu_seconds` adds up all processes, their start included; the peak memory is that of the largest.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from joblib import Parallel, delayed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="phantom")
    parser.add_argument("--source", type=Path)
    parser.add_argument("--patients", type=int, default=40)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--n4-shrink", type=int)
    options = parser.parse_args()

    from dscl_tf.config.files import load_config, replace
    from dscl_tf.data.phantom.patients import write_phantom
    from dscl_tf.data.store import update_store
    from dscl_tf.data.store.slice_store import SliceStore

    correction = {"shrink_factor": options.n4_shrink} if options.n4_shrink else None
    config = replace(load_config(options.config), {"data.bias_correction": correction})
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        source = options.source or Path(folder) / "volumes"
        if not options.source:
            write_phantom(source, options.patients)
        for _ in range(2):
            started = time.perf_counter()
            store = Path(folder) / "store"
            update_store(config, source, store, jobs=options.jobs)
            seconds.append(time.perf_counter() - started)
        opened = SliceStore.open(store)
        volumes, slices = len(opened.volumes), len(opened.images)
    calls = [delayed(usage)() for _ in range(20 * options.jobs)]  # reaches every process
    used = dict([usage(), *Parallel(n_jobs=options.jobs)(calls)])
    result = {
        "config": options.config,
        "n4_shrink": options.n4_shrink,
        "jobs": options.jobs,
        "volumes": volumes,
        "slices": slices,
        "seconds": seconds[0],
        "seconds_unchanged": seconds[1],
        "cpu_seconds": sum(cpu for cpu, _ in used.values()),
        "peak_memory_gib": max(peak for _, peak in used.values()) / 2**20,
    }
    json.dump(result, sys.stdout)
    print()


def usage() -> tuple[int, tuple[float, int]]:
    """Return this process's number, CPU seconds and peak memory in KiB."""
    time.sleep(0.02)  # so that no process answers all calls
    used = resource.getrusage(resource.RUSAGE_SELF)
    return os.getpid(), (used.ru_utime + used.ru_stime, used.ru_maxrss)


if __name__ == "__main__":
    main()
