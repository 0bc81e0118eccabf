"""A small network to export. Modules that import this are skipped with another Keras backend."""

import keras
import numpy as np
import pytest

if keras.backend.backend() != "tensorflow":
    pytest.skip("export is TensorFlow only", allow_module_level=True)

CLASSES = {1: "RV", 2: "LV"}
OPTIONS = {"classes": CLASSES, "spacing": (1.5, 1.25)}
SLICES = np.random.default_rng(0).normal(size=(5, 16, 24, 1)).astype(np.float32)


def small_model(dtype="float32", jit_compile=False):
    """A network of slices like `SLICES`, after one step of training."""
    keras.utils.set_random_seed(0)
    image = keras.Input((16, 24, 1), name="image")
    features = keras.layers.Conv2D(4, 3, padding="same", dtype=dtype)(image)
    features = keras.layers.BatchNormalization(dtype=dtype)(features)
    features = keras.layers.UpSampling2D(dtype=dtype)(keras.layers.MaxPooling2D()(features))
    model = keras.Model(image, keras.layers.Conv2D(3, 1, dtype=dtype)(features))
    model.compile("adam", "mse", jit_compile=jit_compile)
    # Training first: what it traces and the optimiser's state must not reach the export.
    model.train_on_batch(SLICES, np.zeros((5, 16, 24, 3), np.float32))
    return model


def picture_model():
    """A network of colour pictures, 16 x 24 pixels."""
    return keras.Sequential([keras.Input((16, 24, 3)), keras.layers.Conv2D(3, 1)])
