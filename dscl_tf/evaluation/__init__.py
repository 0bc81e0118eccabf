"""Prediction of whole volumes on their own grids, metrics, tables and the report.

`evaluate` scores a fine-tuned run on a split; `predict_files` segments new files. Both are built
from parts that work alone: `predict_volume` averages networks over `Views` and resamples the result
to the file's grid, `measure_volumes` compares it with the reference, `volume_metrics` and
`summarise` score masks from anywhere.

What loads networks is imported when first used, so that scoring masks does not import Keras.

>>> import numpy as np
>>> mask = np.zeros((8, 8, 4), int)
>>> mask[2:6, 2:6, 1:3] = 1
>>> rows = [("001", volume_metrics(mask, mask, (1.5, 1.5, 8.0), {1: "ventricle"}))]
>>> summarise(rows)["dice"]
{'mean': 1.0, 'std': 0.0, 'count': 1}
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dscl_tf.evaluation.evaluation import Evaluation
from dscl_tf.evaluation.measure import MeasuredVolume, measure_volumes
from dscl_tf.evaluation.metrics import (
    ClassMetrics,
    dice,
    surface_distances,
    volume_metrics,
)
from dscl_tf.evaluation.predict import predict_slices, predict_volume
from dscl_tf.evaluation.summary import best_median_worst, summarise
from dscl_tf.evaluation.tables import text_table
from dscl_tf.evaluation.uncertainty import normalised_entropy
from dscl_tf.evaluation.views import View, Views

if TYPE_CHECKING:
    from dscl_tf.evaluation.file_prediction import PredictedFile, predict_file, predict_files
    from dscl_tf.evaluation.split import evaluate, split_ids

__all__ = [
    "ClassMetrics",
    "Evaluation",
    "MeasuredVolume",
    "PredictedFile",
    "View",
    "Views",
    "best_median_worst",
    "dice",
    "evaluate",
    "measure_volumes",
    "normalised_entropy",
    "predict_file",
    "predict_files",
    "predict_slices",
    "predict_volume",
    "split_ids",
    "summarise",
    "surface_distances",
    "text_table",
    "volume_metrics",
]

_LOADS_NETWORKS = {
    "PredictedFile": "file_prediction",
    "evaluate": "split",
    "predict_file": "file_prediction",
    "predict_files": "file_prediction",
    "split_ids": "split",
}


def __getattr__(name: str) -> Any:
    if name not in _LOADS_NETWORKS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LOADS_NETWORKS[name]}"), name)
