"""Facts and splits made up for the tests."""

from dscl_tf.config import Splits
from dscl_tf.data.inspect.facts import VolumeFacts


def facts(id="a", **changes):
    usual = {
        "id": id,
        "slices": 10,
        "first_slice": 0,
        "shape": (9, 7, 10),
        "spacing": (1.5, 1.5, 8.0),
        "plane_spacing": (1.5, 1.5),
        "slice_spacing": 8.0,
        "orientation": "LPS",
        "oriented": True,
        "slice_axis": "axial",
        "intensity_range": (10.0, 1010.0),
        "labelled": True,
        "volumes_ml": {"ring": 100.0, "pool": 50.0},
        "outside": {"ring": 0.0, "pool": 0.0},
        "counted": True,
        "not_finite": 0,
        "sha256": f"hash of {id}",
        "mask_sha256": "hash of a mask",
    }
    made = {**usual, **changes}
    return VolumeFacts(**{"grid_ml": made["volumes_ml"], **made})


def alike(count, **changes):
    """Volumes v0, v1, ... that are all the same but for their files."""
    return [facts(f"v{number}", **changes) for number in range(count)]


def splits(unlabelled="abc", train="d", validation="e", test="fg"):
    """Each letter is a volume's id; a list gives longer ids."""
    combination = {"train": list(train), "validation": list(validation)}
    return Splits.model_validate(
        {"unlabelled": list(unlabelled), "labelled": {1: {"c1": combination}}, "test": list(test)}
    )
