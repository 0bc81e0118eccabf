"""What the speed of this process hangs on: settings made before TensorFlow loads, and its machine.

TensorFlow leaves its oneDNN kernels off on processors without AVX-512 VNNI, AVX-VNNI or AMX, such
as AMD's Zen 3, where a training step then takes up to 1.7 times as long. Importing `dscl_tf` turns
them on; what the user's environment says wins.
"""

import functools
import logging
import os
import sys
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

ONEDNN = "TF_ENABLE_ONEDNN_OPTS"
SETTINGS = {ONEDNN: "1", "TF_CPP_MIN_LOG_LEVEL": "2"}
# Instructions by which oneDNN chooses its kernels, and so the rounding of results.
CHOOSING = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "avx512_fp16", "amx_bf16")

# Whether TensorFlow was loaded before these settings were made.
_came_late = False


def apply_settings() -> None:
    """Make the settings that the environment leaves open; only TensorFlow's import reads them."""
    global _came_late
    _came_late = "tensorflow" in sys.modules and ONEDNN not in os.environ
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)


def uses_onednn() -> bool | None:
    """Whether TensorFlow computes with oneDNN; None where it is not loaded or does not say."""
    if "tensorflow" not in sys.modules:
        return None
    try:
        from tensorflow.python.util import _pywrap_util_port

        return bool(_pywrap_util_port.IsMklEnabled())
    except (ImportError, AttributeError):
        return None


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads() -> int:
    """Return the number of threads that TensorFlow shares an operation among."""
    chosen = 0
    if "tensorflow" in sys.modules:
        chosen = sys.modules["tensorflow"].config.threading.get_intra_op_parallelism_threads()
    wanted = os.environ.get("TF_NUM_INTRAOP_THREADS", "")
    return chosen or (int(wanted) if wanted.isdigit() else 0) or cores()


@functools.cache
def processor() -> dict[str, str]:
    """Return what Linux says of the first core, empty elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines)
    return {key.strip(): value.strip() for key, _, value in pairs}


def instructions() -> set[str]:
    """Return the processor's instruction sets as Linux names them, empty elsewhere."""
    return set(processor().get("flags", "").split())


def settings_of_process() -> dict[str, Any]:
    """Return all that decides how results are rounded here, for the record of a run."""
    return {
        "onednn": uses_onednn(),
        "threads": threads(),
        "processor": processor().get("model name"),
        "instructions": [name for name in CHOOSING if name in instructions()],
    }


@functools.cache
def warn_of_lost_speed() -> None:
    """Say, once in a process, what makes computing slow without need."""
    if _came_late and uses_onednn() is False and _is_x86():
        logger.warning(
            "TensorFlow was imported before dscl_tf, with its oneDNN kernels off, and will take "
            f"up to 1.7 times as long: import dscl_tf first, or set {ONEDNN}=1 before Python starts"
        )
    if cores() == 1:
        logger.warning("one processor core: this process may use no other; see taskset or nproc")
    if hasattr(sys, "gettotalrefcount"):
        logger.warning("a debug build of Python: it takes several times as long as a release")


def _is_x86() -> bool:
    """Whether TensorFlow's build for this machine has oneDNN's kernels to switch on."""
    import platform

    return platform.machine().lower() in ("x86_64", "amd64") and sys.platform != "darwin"
