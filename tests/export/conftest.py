from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest


class Exported(NamedTuple):
    """A network that was trained under XLA, its export, and its probabilities of `SLICES`."""

    model: object
    saved: Path
    probabilities: np.ndarray


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """An export of the small network; do not change it."""
    from dscl_tf.evaluation.predict import predict_slices
    from dscl_tf.export.saved_model import export_saved_model
    from tests.export.models import OPTIONS, SLICES, small_model

    model = small_model(jit_compile=True)
    saved = export_saved_model(model, tmp_path_factory.mktemp("export") / "unet", **OPTIONS)
    return Exported(model, saved, predict_slices(model, SLICES, 5))
