"""Stand-ins for a network and for the geometry of a volume."""

import numpy as np


class FakeNetwork:
    """Logits that depend on the pixel alone; remembers the shapes it was called with."""

    def __init__(self, jit_compile=True):
        self.shapes = []
        self.jit_compile = jit_compile

    def predict_on_batch(self, x):
        self.shapes.append(x.shape)
        return np.concatenate([np.zeros_like(x), x, -x], axis=-1)


class FakeGeometry:
    def to_native(self, values):
        return np.moveaxis(values, 0, 2)  # (rows, columns, slices, classes)


class Certain:
    """Always predicts one class."""

    def __init__(self, label):
        self.label = label

    def predict_on_batch(self, x):
        return np.where(np.arange(3) == self.label, 50.0, 0.0) + np.zeros_like(x)


class Slope:
    """Not equivariant: its logits grow along the rows."""

    def predict_on_batch(self, x):
        rows = np.arange(x.shape[1], dtype=np.float32)[:, None, None]
        return np.concatenate([np.zeros_like(x), np.zeros_like(x) + rows, x], axis=-1)
