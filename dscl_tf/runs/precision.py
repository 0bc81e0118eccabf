"""The precision of a run: the fastest that the machine computes natively, and a word on slow ones.

`runtime.precision=auto` is settled when a run is made: its config.yaml states the precision that it
began with, and resuming keeps that. `reproduce` settles it when it lays out its runs, because their
names follow from it.
"""

import logging
from typing import NamedTuple

from dscl_tf.config import Experiment
from dscl_tf.process import instructions, uses_onednn

logger = logging.getLogger(__name__)

# What a processor must have for a policy to pay, and the least compute capability of a GPU.
INSTRUCTIONS = {"mixed_bfloat16": ("amx_bf16", "avx512_bf16"), "mixed_float16": ("avx512_fp16",)}
CAPABILITIES = {"mixed_bfloat16": (8, 0), "mixed_float16": (7, 0)}


class Accelerator(NamedTuple):
    """A GPU or TPU; of a TPU the capability is that of every policy."""

    name: str
    capability: tuple[int, ...]


def settled(config: Experiment) -> Experiment:
    """Return the configuration with the machine's fastest precision in place of `auto`."""
    if config.runtime.precision != "auto":
        return config
    precision, reason = fastest_precision()
    logger.info(f"precision {precision}: {reason}")
    runtime = config.runtime.model_copy(update={"precision": precision})
    return config.model_copy(update={"runtime": runtime})


def fastest_precision() -> tuple[str, str]:
    """Return the Keras policy in which this machine computes fastest, and why.

    A mixed one on a GPU whose tensor cores take it, and on a processor with AMX or AVX512-BF16 with
    TensorFlow's oneDNN kernels; else float32.
    """
    if device := accelerator():
        capability = ".".join(map(str, device.capability))
        for policy, least in CAPABILITIES.items():
            if device.capability >= least:
                return policy, f"tensor cores of {device.name}, compute capability {capability}"
        return "float32", f"{device.name} has no tensor cores, compute capability {capability}"
    needed = INSTRUCTIONS["mixed_bfloat16"]
    if not (found := [name for name in needed if name in instructions()]):
        return "float32", f"the processor has neither {' nor '.join(needed)}"
    if not uses_onednn():
        return (
            "float32",
            f"the processor has {found[0]}, but oneDNN is off in TensorFlow",
        )
    return "mixed_bfloat16", f"the processor has {found[0]}"


def warn_of_slow_precision(precision: str) -> None:
    """Say so where the processor computes a 16-bit precision slower than float32."""
    if precision == "float32" or not instructions() or accelerator():
        return
    needed = INSTRUCTIONS[precision]
    if uses_onednn() is False or not set(needed) & instructions():
        logger.warning(
            f"runtime.precision={precision} takes up to ten times as long as float32 here: it "
            f"needs a processor with {' or '.join(needed)}, and TensorFlow's oneDNN kernels"
        )


def accelerator() -> Accelerator | None:
    """Return what trains in place of the processor, None if the processor does."""
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        for gpu in tf.config.list_physical_devices("GPU"):
            details = tf.config.experimental.get_device_details(gpu)
            capability = details.get("compute_capability", (0, 0))
            return Accelerator(details.get("device_name", gpu.name), capability)
    elif keras.backend.backend() == "jax":
        import jax

        device = jax.devices()[0]
        if device.platform == "tpu":
            return Accelerator(device.device_kind, CAPABILITIES["mixed_bfloat16"])
        if device.platform != "cpu":
            version = str(getattr(device, "compute_capability", "0.0"))
            return Accelerator(device.device_kind, tuple(map(int, version.split("."))))
    return None
