"""What predicts files in tests: a network that knows pixels alone."""

from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.evaluation.predictor import Predictor
from tests.data.files import save, settings
from tests.evaluation.networks import FakeNetwork


class CountingNetwork(FakeNetwork):
    """Parts bright from dark pixels, and remembers how many slices it saw."""

    def predict_on_batch(self, x):
        return super().predict_on_batch(x - 0.5)

    @property
    def slices(self) -> int:
        return sum(shape[0] for shape in self.shapes)


def predictor(data: Data | None = None, weights: str = "abc", **changes) -> Predictor:
    """A predictor of `ring` and `pool`; its `network` is the one that it loads."""
    network = changes.pop("network", None) or CountingNetwork(jit_compile=False)
    return Predictor(data or settings(), "fake", lambda: [network], {"weights": [weights]})


def scans(folder: Path, count: int, depth: int = 3) -> list[Path]:
    """So many volumes with intensities of their own."""
    paths = []
    for number in range(count):
        array = np.random.default_rng(number).normal(100, 20, (9, 7, depth)).astype(np.float32)
        paths.append(save(folder / f"{number:03d}.nii.gz", array))
    return paths
