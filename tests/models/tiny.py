"""The arguments of small networks."""

import numpy as np

SHAPE = (32, 32, 1)
FILTERS = (4, 4, 8)
CORNERS = np.array([[0, 0], [0, 4], [4, 0]])  # of 3 x 3 regions
IMAGES = np.random.default_rng(0).random((4, *SHAPE)).astype("float32")
