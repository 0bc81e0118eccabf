"""SavedModels for other engines than TensorFlow, run on what they make before they are kept."""

import logging
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter

from dscl_tf.errors import DataError, UsageError
from dscl_tf.export.formats import MODEL_FILES, Format
from dscl_tf.export.to_litert import load_litert, write_litert
from dscl_tf.export.to_openvino import load_openvino, write_openvino
from dscl_tf.streams import standard_error_aside

logger = logging.getLogger(__name__)

TOLERANCE = 1e-5
"""By how much a probability may differ from TensorFlow's.

If the network amplifies rounding so much that TensorFlow differs from itself, four times that.
"""

Answer = Callable[[np.ndarray], dict[str, np.ndarray]]
"""`image` (batch, H, W, channels) to the outputs of `serving_default`, as arrays by name."""


class Engine(NamedTuple):
    """How a format is written and run, and the package that runs it."""

    package: str
    write: Callable[[Path, Path], None]
    load: Callable[[Path], Answer]


ENGINES: dict[Format, Engine] = {
    "openvino": Engine("openvino", write_openvino, load_openvino),
    "litert": Engine("ai_edge_litert", write_litert, load_litert),
}


def check_engine(format: Format) -> None:
    """Check that the package of a format is installed.

    Raises:
        UsageError: it is not, with the command that installs it.
    """
    if format in ENGINES and find_spec(ENGINES[format].package) is None:
        package = ENGINES[format].package.replace("_", "-")
        raise UsageError(
            f"`format`: {format} needs {package}, which is not installed: "
            f'pip install "dscl-tf[{format}]"'
        )


def convert(
    saved_model: Path, folder: Path, format: Format, expected: Answer, shape: tuple[int, int, int]
) -> None:
    """Write a SavedModel's `serving_default` into `folder` for another engine, and run it there.

    Args:
        saved_model: the directory of the SavedModel.
        folder: gets the files.
        format: "openvino" or "litert".
        expected: what TensorFlow answers.
        shape: (H, W, channels) of a slice.

    Raises:
        DataError: the engine answers otherwise than TensorFlow.
    """
    engine = ENGINES[format]
    path = folder / MODEL_FILES[format]
    engine.write(saved_model, path)
    with standard_error_aside(shown_on_error=True):  # LiteRT tells which delegate it made
        difference = compare(engine.load(path), expected, shape)
    tolerance = max(TOLERANCE, 4 * compare(one_by_one(expected), expected, shape))
    if not difference <= tolerance:
        raise DataError(
            f"`format`: {format} must compute the probabilities of TensorFlow to {tolerance:.0e}, "
            f"got a difference of {difference:.1e}; nothing was written"
        )
    logger.info(f"{format} computes TensorFlow's probabilities to {difference:.1e}")


def compare(got: Answer, expected: Answer, shape: tuple[int, int, int]) -> float:
    """Return the largest difference of a probability, over batches of four slices and of one.

    The slices are smooth and from 0 to 1, since networks amplify the rounding of noise, and one is
    not finite. Where shapes differ, or which rows are valid, the difference is infinite.

    >>> def even(image):
    ...     valid = np.isfinite(image).all((1, 2, 3))
    ...     probabilities = np.where(valid[:, None, None, None], np.full(image.shape, 0.5), np.nan)
    ...     return {"valid": valid, "probabilities": probabilities}
    >>> compare(even, even, (2, 2, 2))
    0.0
    """
    slices = smooth_slices(shape)
    slices[-1, 0, 0] = np.nan
    differences = [0.0]
    for image in (slices, slices[:1]):
        answer, wanted = got(image), expected(image)
        one, other, valid = answer["probabilities"], wanted["probabilities"], wanted["valid"]
        if one.shape != other.shape or not np.array_equal(answer["valid"], valid):
            return np.inf
        apart = np.abs(one - other)[valid]
        differences.append(np.max(apart, initial=0.0))
    return float(np.max(differences))


def smooth_slices(shape: tuple[int, int, int]) -> np.ndarray:
    """Return four slices (4, H, W, channels) with values from 0 to 1, blobs about H / 8 wide."""
    noise = np.random.default_rng(0).normal(size=(4, *shape))
    blobs = gaussian_filter(noise, (0, shape[0] / 16, shape[1] / 16, 0))
    return ((blobs - blobs.min()) / np.ptp(blobs)).astype(np.float32)


def one_by_one(answer: Answer) -> Answer:
    """Return a function that asks `answer` for each slice alone."""

    def ask(image: np.ndarray) -> dict[str, np.ndarray]:
        rows = [answer(image[row : row + 1]) for row in range(len(image))]
        return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}

    return ask
