"""Commands of `dscl-tf` on JAX, in processes of their own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


def jax_environment(devices: int = 1) -> dict[str, str]:
    flags = f"--xla_force_host_platform_device_count={devices}"
    return {
        **os.environ,
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": flags,
        "PYTHONPATH": str(REPO),
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def start_pair(folder: Path, *options: object, different: tuple[object, ...] = ()) -> list:
    """Start a command in two processes that train together; the second gets more options."""
    address = f"127.0.0.1:{free_port()}"
    processes = []
    for number in range(2):
        more = [*options, *(different if number else ())]
        more += ["--coordinator", address, "--processes", 2, "--process-id", number]
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "dscl_tf.cli", *map(str, more)],
                cwd=folder,
                env=jax_environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    return processes
