import math

import numpy as np
import pytest
import surface_distance
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dscl_tf.errors import DataError
from dscl_tf.evaluation.metrics import (
    dice,
    surface_distances,
    volume_metrics,
)

CLASSES = {1: "RV", 2: "LV"}
masks = arrays(bool, (4, 5, 3), elements=st.booleans()).filter(np.any)


def cube(start, shape=(20, 20, 20), side=5):
    mask = np.zeros(shape, bool)
    mask[tuple(slice(first, first + side) for first in start)] = True
    return mask


def test_dice_of_cubes_shifted_by_two_of_five_voxels_is_three_fifths():
    assert dice(cube((4, 4, 4)), cube((6, 4, 4))) == pytest.approx(0.6)


def test_dice_counts_voxels():
    assert dice(np.array([True, True, False]), np.array([True, False, False])) == pytest.approx(
        2 / 3
    )


def test_dice_of_two_empty_masks_is_undefined():
    assert math.isnan(dice(np.zeros(3, bool), np.zeros(3, bool)))


def test_distance_of_two_slabs_is_their_shift_in_mm():
    # Wide one-voxel slabs, 3 voxels of 2 mm apart: nearly all surface is exactly 6 mm away.
    first, second = np.zeros((2, 40, 40, 12), bool)
    first[:, :, 4] = True
    second[:, :, 7] = True
    hd95, asd = surface_distances(first, second, (1.0, 1.0, 2.0))
    assert hd95 == 6.0
    assert asd == pytest.approx(5.0, abs=0.3)  # half the surface faces the other slab: 4 and 6


def test_distance_uses_the_spacing_of_the_shifted_axis():
    reference = cube((4, 4, 4))
    along = [
        surface_distances(np.roll(reference, 3, axis), reference, (1, 2, 4)) for axis in (0, 1)
    ]
    assert along[0][0] == 3.0
    assert along[1][0] == 6.0


def surface_corners(mask, spacing):
    """Literal: the voxel corners whose 2 x 2 x 2 neighbourhood holds both values, with areas."""
    table = surface_distance.lookup_tables.create_table_neighbour_code_to_surface_area(spacing)
    kernel = np.asarray(surface_distance.lookup_tables.ENCODE_NEIGHBOURHOOD_3D_KERNEL)
    padded = np.pad(mask, 1)
    corners, areas = [], []
    for x, y, z in np.ndindex(*(side + 1 for side in mask.shape)):
        block = padded[x : x + 2, y : y + 2, z : z + 2]
        if block.any() and not block.all():
            corners.append((x, y, z))
            areas.append(table[int((block * kernel).sum())])
    return np.array(corners) * spacing, np.array(areas)


@settings(deadline=None, max_examples=20)
@given(masks, masks)
def test_distances_equal_a_brute_force_search_over_all_pairs(first, second):
    spacing = (1.0, 1.5, 4.0)
    surfaces = [surface_corners(mask, spacing) for mask in (first, second)]
    pairwise = np.linalg.norm(surfaces[0][0][:, None] - surfaces[1][0][None], axis=-1)
    averages, percentiles = [], []
    for (_, areas), nearest in zip(surfaces, (pairwise.min(1), pairwise.min(0)), strict=True):
        order = np.lexsort((areas, nearest))
        share = np.cumsum(areas[order]) / areas.sum()
        averages.append((nearest * areas).sum() / areas.sum())
        percentiles.append(nearest[order][min(np.searchsorted(share, 0.95), len(order) - 1)])
    hd95, asd = surface_distances(first, second, spacing)
    assert asd == pytest.approx(np.mean(averages))
    assert hd95 == pytest.approx(max(percentiles))


@settings(deadline=None, max_examples=20)
@given(masks, masks)
def test_metrics_are_symmetric(first, second):
    assert dice(first, second) == dice(second, first)
    assert surface_distances(first, second, (1, 1, 3)) == pytest.approx(
        surface_distances(second, first, (1, 1, 3))
    )


def test_empty_surroundings_do_not_change_distances():
    first, second = cube((4, 4, 4)), cube((6, 5, 4))
    wider = [np.pad(mask, 7) for mask in (first, second)]
    assert surface_distances(*wider, (1, 2, 3)) == surface_distances(first, second, (1, 2, 3))


def test_a_perfect_prediction_of_an_organ_that_fills_the_volume():
    mask = np.ones((3, 3, 3), np.uint8)
    (row,) = volume_metrics(mask, mask, (1, 1, 1), {1: "RV"})
    assert (row.dice, row.hd95_mm, row.asd_mm) == (1.0, 0.0, 0.0)


def test_volumes_are_in_millilitres():
    reference = cube((4, 4, 4)).astype(np.uint8)
    (row,) = volume_metrics(np.zeros_like(reference), reference, (2, 2, 10), {1: "RV"})
    assert (row.reference_ml, row.prediction_ml) == (5.0, 0.0)


def test_absent_from_both_is_not_scored_and_shifts_no_other_class():
    mask = 2 * cube((4, 4, 4)).astype(np.uint8)
    absent, present = volume_metrics(mask, mask, (1, 1, 1), CLASSES)
    assert absent.absent_from == "both"
    assert math.isnan(absent.dice) and math.isnan(absent.hd95_mm)
    assert (present.name, present.dice) == ("LV", 1.0)


@pytest.mark.parametrize("missing", ["prediction", "reference"])
def test_absent_from_one_scores_zero_without_a_distance(missing):
    arrays = {"prediction": cube((4, 4, 4)).astype(int), "reference": cube((4, 4, 4)).astype(int)}
    arrays[missing][:] = 0
    (row,) = volume_metrics(**arrays, spacing_mm=(1, 1, 1), classes={1: "RV"})
    assert row.absent_from == missing
    assert row.dice == 0.0
    assert math.isnan(row.hd95_mm) and math.isnan(row.asd_mm)


def test_shapes_that_differ_are_refused():
    with pytest.raises(DataError, match=r"prediction: .*\(2, 2, 2\), got \(2, 2, 3\)"):
        volume_metrics(np.zeros((2, 2, 3), int), np.zeros((2, 2, 2), int), (1, 1, 1), CLASSES)


def test_labels_without_a_name_are_refused():
    with pytest.raises(DataError, match=r"reference: labels must be 0 or in \[1, 2\], got \[7\]"):
        volume_metrics(np.zeros((1, 1, 1), int), np.full((1, 1, 1), 7), (1, 1, 1), CLASSES)
