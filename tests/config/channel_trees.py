"""Configurations of images with channels, as trees."""

from typing import Any

FOLDER = {"images": {"T2": "t2/{id}.nii.gz", "ADC": "adc/{id}.nii.gz"}}


def tree(**data: Any) -> dict[str, Any]:
    """Return a small experiment with these data settings."""
    common = {"layout": "msd", "classes": {1: "organ"}, "spacing": [1, 1], "grid": [32, 32]}
    choice = {"train": ["p_0"], "validation": ["p_1"]}
    lists = {"unlabelled": ["p_0"], "labelled": {1: {"c1": choice}}, "test": ["p_2"]}
    return {"name": "mine", "data": {**common, **data}, "splits": lists}
