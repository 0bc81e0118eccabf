"""Connected components: removing islands from predicted masks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from scipy import ndimage
from skimage.measure import label as label_components

from dscl_tf.config.components import Components
from dscl_tf.evaluation.metrics import dice

Rule = Literal["all", "large", "near", "large near"]
Spacing = Sequence[float]


def keep_large(mask: np.ndarray, share: float) -> np.ndarray:
    """Return the largest component of a mask, and those with `share` of its voxels or more.

    Args:
        mask: (X, Y, Z) bool; voxels that share a face, an edge or a corner are connected.
        share: in (0, 1]; components as large as the largest are always kept.

    Returns:
        (X, Y, Z) bool.

    Example:
        >>> row = np.array([1, 1, 1, 1, 0, 1, 0, 1, 1], bool).reshape(9, 1, 1)
        >>> keep_large(row, share=0.5).ravel().astype(int)
        array([1, 1, 1, 1, 0, 0, 0, 1, 1])
    """
    components, sizes = _components(mask)
    if len(sizes) < 2:
        return mask
    return _of_kept(components, sizes >= share * sizes.max())


def keep_near(
    mask: np.ndarray, anchor: np.ndarray, spacing: Spacing, distance: float
) -> np.ndarray:
    """Return the components of a mask of which a voxel lies within a distance of the anchor.

    Args:
        mask: (X, Y, Z) bool.
        anchor: (X, Y, Z) bool; where it is empty, all components are kept.
        spacing: voxel size along the axes, mm.
        distance: between the centres of voxels, mm.

    Returns:
        (X, Y, Z) bool.

    Example:
        >>> row = np.array([1, 0, 0, 0, 0, 1, 1], bool).reshape(7, 1, 1)
        >>> anchor = np.array([0, 0, 1, 0, 0, 0, 0], bool).reshape(7, 1, 1)
        >>> keep_near(row, anchor, spacing=(1.5, 1, 1), distance=3).ravel().astype(int)
        array([1, 0, 0, 0, 0, 0, 0])
    """
    components, sizes = _components(mask)
    if not (len(sizes) and anchor.any()):
        return mask
    away = ndimage.distance_transform_edt(~anchor, sampling=spacing)
    nearest = ndimage.minimum(away, components, np.arange(1, len(sizes) + 1))
    return _of_kept(components, np.asarray(nearest) <= distance)


def apply_rule(
    labels: np.ndarray, label: int, rule: Rule, settings: Components, spacing: Spacing
) -> np.ndarray:
    """Return the voxels of class `label` that `rule` keeps, (X, Y, Z) bool.

    Args:
        labels: (X, Y, Z) predicted class numbers.
        label: the class.
        rule: see `Components`.
        settings: the share, the anchors and the distance.
        spacing: voxel size along the axes, mm.
    """
    mask = labels == label
    kept = mask
    if "large" in rule:
        kept = kept & keep_large(mask, settings.large)
    if "near" in rule:
        anchor = labels == settings.near[label]
        kept = kept & keep_near(mask, anchor, spacing, settings.distance)
    return kept


def remove_components(
    labels: np.ndarray, rules: Mapping[int, Rule], settings: Components, spacing: Spacing
) -> tuple[np.ndarray, dict[int, int]]:
    """Make background of the components that the rules do not keep.

    Every rule sees the mask as predicted, so that the order of the classes does not matter.

    Args:
        labels: (X, Y, Z) predicted class numbers.
        rules: by class.
        settings: what the rules use.
        spacing: voxel size along the axes, mm.

    Returns:
        a new mask, and by class the number of voxels that were removed.
    """
    cleaned, removed = labels.copy(), {}
    for label, rule in rules.items():
        dropped = (labels == label) & ~apply_rule(labels, label, rule, settings, spacing)
        cleaned[dropped] = 0
        removed[label] = int(dropped.sum())
    return cleaned, removed


def choose_rules(
    volumes: Iterable[tuple[np.ndarray, np.ndarray, Spacing]],
    classes: Iterable[int],
    settings: Components,
) -> dict[int, Rule]:
    """Choose for each class the rule with the highest mean Dice over volumes.

    Args:
        volumes: per volume predicted and reference class numbers (X, Y, Z), and the voxel size.
        classes: the class numbers.
        settings: what the rules use.

    Returns:
        the rules by class; on a tie the first of `candidates`, so "all" where nothing helps.
    """
    volumes = list(volumes)
    return {label: _best_rule(volumes, label, settings) for label in classes}


def candidates(label: int, settings: Components) -> list[Rule]:
    """Return the rules that a class may have, from the one that does least."""
    return ["all", "large", "near", "large near"] if label in settings.near else ["all", "large"]


def _best_rule(
    volumes: Sequence[tuple[np.ndarray, np.ndarray, Spacing]], label: int, settings: Components
) -> Rule:
    def score(rule: Rule) -> float:
        scores = [
            dice(apply_rule(prediction, label, rule, settings, spacing), reference == label)
            for prediction, reference, spacing in volumes
        ]
        measured = [value for value in scores if not np.isnan(value)]
        return float(np.mean(measured)) if measured else 0.0

    return max(candidates(label, settings), key=score)  # the first of equals


def _components(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the components (X, Y, Z), 0 outside, and their sizes from 1 on."""
    components = label_components(mask, connectivity=mask.ndim)
    return components, np.bincount(components.ravel())[1:]


def _of_kept(components: np.ndarray, kept: np.ndarray) -> np.ndarray:
    return np.concatenate([[False], kept])[components]
