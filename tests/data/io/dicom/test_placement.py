from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.io.dicom.file import Header
from dscl_tf.data.io.dicom.placement import place
from dscl_tf.errors import DataError
from tests.data.io.dicom.files import AXIAL, oblique


def header(name="a", position=(0, 0, 0), directions=AXIAL, **changes):
    values = {
        "ImagePositionPatient": position,
        "ImageOrientationPatient": directions,
        "PixelSpacing": (1.5, 2),
        "Rows": (4,),
        "Columns": (5,),
    }
    text = {key: "\\".join(map(str, value)) for key, value in values.items()}
    return Header(Path("scan", name), {**text, **changes})


def stack(*heights, **settings):
    names = "abcdefgh"
    return [
        header(names[index], (1, 2, height), **settings) for index, height in enumerate(heights)
    ]


def test_slices_are_ordered_by_position_and_placed_in_ras():
    placement = place(stack(10, 4, 7), "scan")
    assert [one.path.name for one in placement.slices] == ["b", "c", "a"]
    assert placement.spacing == (2, 1.5, 3) and placement.shape == (5, 4, 3)
    expected = [[-2, 0, 0, -1], [0, -1.5, 0, -2], [0, 0, 3, 4], [0, 0, 0, 1]]
    np.testing.assert_allclose(placement.affine, expected)


def test_slices_whose_directions_face_down_are_ordered_downwards():
    placement = place(stack(4, 7, directions=(1, 0, 0, 0, -1, 0)), "scan")
    assert [one.path.name for one in placement.slices] == ["b", "a"]
    assert placement.affine[2, 2] == -3


def test_distances_may_differ_by_one_percent():
    assert place(stack(0, 3, 6.02, 9), "scan").spacing[2] == pytest.approx(3)


def written(step, digits, count=8):
    """Heights as a scanner writes them."""
    return [round(10 + step * index, digits) for index in range(count)]


@pytest.mark.parametrize(("step", "digits"), [(0.625, 1), (0.625, 2), (1.25, 1), (0.7, 2)])
@pytest.mark.parametrize("count", [2, 8, 12, 99])
def test_positions_may_be_rounded(step, digits, count):
    files = [
        header(str(k), (1, 2, height)) for k, height in enumerate(written(step, digits, count))
    ]
    placement = place(files, "scan")
    assert placement.spacing[2] == pytest.approx(step, abs=10**-digits / (count - 1))


def test_positions_of_oblique_slices_may_be_rounded():
    directions = oblique()
    normal = np.cross(directions[:3], directions[3:])
    places = [np.round((3, 4, 5) + 0.625 * k * normal, 2) for k in range(8)]
    files = [header(str(k), tuple(one), directions) for k, one in enumerate(places)]
    placement = place(files, "scan")
    axes = placement.affine[:3, :3] / np.linalg.norm(placement.affine[:3, :3], axis=0)
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-3)
    ends = placement.affine @ [[0, 0], [0, 0], [0, 7], [1, 1]]
    np.testing.assert_allclose(ends[:3, 1] * (-1, -1, 1), places[-1], atol=0.02)


def test_distances_that_were_even_within_one_percent_may_add_up():
    heights = [*range(0, 200), *(199 + 1.009 * k for k in range(1, 200))]
    files = [header(str(k), (1, 2, height)) for k, height in enumerate(heights)]
    assert place(files, "scan").shape[2] == 399


def test_one_slice_is_as_thick_as_it_says():
    assert place(stack(5, SliceThickness="8"), "scan").spacing == (2, 1.5, 8)
    with pytest.raises(DataError, match=r"^scan/a: SliceThickness must be a number, got none$"):
        place(stack(5), "scan")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            stack(0, 3, 9, 12),
            r"scan: no slice may be missing, got 1 missing between b and c, at \(1, 2, 6\) mm",
        ),
        (
            stack(*(5 * k if k < 4 else 20 + 8 * (k - 4) for k in range(8))),
            "slices must be equally far apart within a tenth, got .* 5 mm elsewhere|missing",
        ),
        (stack(0, 3, 9), r"got 1 missing between b and c, at \(1, 2, 6\) mm"),
        (stack(0, 9, 12, 15), r"got 2 missing between a and b, the first at \(1, 2, 3\) mm"),
        (
            stack(0, 3, 6.4, 9),
            "scan: slices must be equally far apart within a tenth, got 3.4 mm between b and c and",
        ),
        (
            stack(0, 3, 3, 6),
            r"scan: slices must lie at different positions, got b and c both at \(1, 2, 3\) mm",
        ),
        (stack(0, 0, 0, 5), r"different positions, got a and b both at \(1, 2, 0\) mm"),
        (stack(2, 2), r"different positions, got a and b both at \(1, 2, 2\) mm"),
        (
            [header("a"), header("b", (0, 0, 3), Rows="6")],
            "scan: Rows must be the same in every slice, got 4 in a and 6 in b",
        ),
        (
            [header("a"), header("b", (0, 0, 3), PixelSpacing="1.5\\2.1")],
            r"PixelSpacing must be the same in every slice, got 1.5\\2 in a and 1.5\\2.1 in b",
        ),
        (
            [header("a"), header("b", (0, 0, 3), (0, 1, 0, 1, 0, 0))],
            "ImageOrientationPatient must be the same in every slice",
        ),
        ([header(ImageOrientationPatient="")], "scan/a: ImageOrientationPatient must be 6 numbers"),
        (
            stack(0, 1, directions=(1, 0, 0, 0.1, 1, 0)),
            "scan/a: ImageOrientationPatient must be two unit vectors at right angles",
        ),
        (
            [header("a"), header("b", (0, 0.3, 3)), header("c", (0, 0.6, 6))],
            "scan: slices must lie straight above one another .* got 0.0995, as of a tilted gantry",
        ),
        (
            [header("a"), header("b", (0, 0.3, 3)), header("c", (0, 0, 6))],
            "scan: slices must lie straight above one another, got b shifted by 0.3 mm",
        ),
        (stack(0, 3, PixelSpacing="0\\1"), r"scan: voxels must have a size, got \(1.0, 0.0, 3.0\)"),
        (stack(0, 3, NumberOfFrames="12"), "scan/a: must hold one slice: .*NumberOfFrames 12"),
        (stack(0, 3, SamplesPerPixel="3"), "scan/a: must hold one value .*SamplesPerPixel 3"),
    ],
)
def test_slices_that_are_no_volume_are_named(files, message):
    with pytest.raises(DataError, match=message):
        place(files, "scan")
