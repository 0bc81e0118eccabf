"""Keras's backend, asked without loading it where nothing has done so yet."""

import os
import sys

INSTALL = "install JAX (dscl-tf[jax], for GPUs jax[cuda12]) and set KERAS_BACKEND=jax"


def backend() -> str:
    """Return the name of Keras's backend.

    >>> backend() in ("tensorflow", "jax", "torch")
    True
    """
    if "keras" in sys.modules or "KERAS_BACKEND" not in os.environ:
        import keras

        return keras.backend.backend()
    return os.environ["KERAS_BACKEND"]
