"""TensorFlow's start-up without its notices on standard error."""

import contextlib
import os
import sys

from dscl_tf.streams import standard_error_aside


def import_tensorflow() -> None:
    """Import TensorFlow and look for devices while standard error is put aside.

    Its notices about CPU features and absent GPU drivers come before any setting takes hold. If the
    import fails they are printed after all; `TF_CPP_MIN_LOG_LEVEL=0` shows them always.
    """
    other_backend = os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow"
    wanted = os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "0"
    if "tensorflow" in sys.modules or other_backend or wanted:
        return
    with standard_error_aside(shown_on_error=True):
        import tensorflow as tf

        tf.config.list_physical_devices()


def import_beside_jax() -> None:
    """Where JAX trains, import TensorFlow, which TensorBoard would, without notices and GPUs.

    Its first operation would take the GPU's memory away from JAX.
    """
    if os.environ.get("KERAS_BACKEND") != "jax" or os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "0":
        return
    with standard_error_aside(shown_on_error=True), contextlib.suppress(ImportError):
        import tensorflow as tf

        tf.config.set_visible_devices([], "GPU")
