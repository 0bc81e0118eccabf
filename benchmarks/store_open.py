"""How long a store of many volumes takes to open, and to make a sampler of.

    python benchmarks/store_open.py --volumes 100000 --depth 10 --grid 192

Writes an index with all columns filled and shards that have their size and no content, under
--folder (default: the system's temporary one), and removes it at the end. The store is opened in
processes of their own, --times over. Prints one JSON line with all seconds, of a clock and of the
processor.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from synthetic_store import write_synthetic_store

OPEN = """
import json, sys, time
from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.data.store import SliceStore
started = time.perf_counter(), time.process_time()
store = SliceStore.open(sys.argv[1])
opened = time.perf_counter(), time.process_time()
table = SliceTable.of(store, list(store.volumes), 4)
made = time.perf_counter()
print(json.dumps({
    "seconds_to_open": opened[0] - started[0],
    "cpu_seconds_to_open": opened[1] - started[1],
    "seconds_to_make_table": made - opened[0],
    "slices": len(table),
    "shards": len(store.images.places.names),
}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volumes", type=int, default=100_000)
    parser.add_argument("--depth", type=int, default=10)
    parser.add_argument("--grid", type=int, default=192)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        write_synthetic_store(
            Path(folder), options.volumes, options.depth, options.grid, sparse=True
        )
        runs = [
            json.loads(subprocess.check_output([sys.executable, "-c", OPEN, folder], text=True))
            for _ in range(options.times)
        ]
        index_bytes = sum(path.stat().st_size for path in Path(folder).glob("index*"))
    result = {
        "volumes": options.volumes,
        "slices": runs[0]["slices"],
        "shards": runs[0]["shards"],
        "index_mib": index_bytes / 2**20,
        **{name: [run[name] for run in runs] for name in runs[0] if "seconds" in name},
    }
    json.dump(result, sys.stdout)
    print()


if __name__ == "__main__":
    main()
