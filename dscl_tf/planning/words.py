"""Words in names of files and folders that say what a file is."""

import re

MASK_WORDS = frozenset(
    [
        "annotation",
        "annotations",
        "contour",
        "contours",
        "delineation",
        "delineations",
        "ground",
        "gt",
        "groundtruth",
        "label",
        "labels",
        "labelmap",
        "manual",
        "mask",
        "masks",
        "roi",
        "rois",
        "seg",
        "segmentation",
        "segmentations",
        "segs",
        "truth",
    ]
)
IMAGE_WORDS = frozenset(
    [
        "data",
        "dataset",
        "image",
        "images",
        "img",
        "imgs",
        "input",
        "inputs",
        "raw",
        "scan",
        "scans",
        "train",
        "training",
        "test",
        "testing",
        "val",
        "validation",
        "vol",
        "vols",
        "volume",
        "volumes",
        "nii",
        "nifti",
    ]
)


def words(text: str) -> set[str]:
    """Return the words of a name in lower case, those of camel case too.

    >>> sorted(words("labelsTr_001_GT"))
    ['gt', 'labels', 'labelstr', 'tr']
    """
    runs = re.findall(r"[A-Za-z]+", text)
    camel = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)
    return {word.lower() for word in (*runs, *camel)}


def names_masks(text: str) -> bool:
    """Return whether a name says that a mask is meant.

    >>> names_masks("groundTruth"), names_masks("segment-1"), names_masks("p1_seg")
    (True, False, True)
    """
    joined = re.sub(r"[_\- ]", "", text).lower()
    return bool(words(text) & MASK_WORDS) or "groundtruth" in joined


def names_a_role(text: str) -> bool:
    """Return whether a name says what files are for, and nothing else.

    >>> names_a_role("imagesTr"), names_a_role("image_2"), names_a_role("anna")
    (True, False, False)
    """
    camel = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", text)
    known = MASK_WORDS | IMAGE_WORDS | {"tr", "ts"}
    return bool(camel) and {word.lower() for word in camel} <= known
