"""The regions and neighbours of the authors' code, listed there by hand."""

import numpy as np

from dscl_tf.errors import UsageError

Cell = tuple[int, int]

# Anchors and their five neighbours as cells (row, column) of a 5 x 5 lattice over the map, in the
# order of the authors' lists. Their loss across volumes takes the first four.
_ONE_PIXEL: dict[Cell, tuple[Cell, ...]] = {
    (0, 0): ((0, 2), (2, 0), (2, 2), (1, 1), (1, 3)),
    (0, 2): ((0, 0), (0, 4), (2, 2), (1, 1), (1, 3)),
    (0, 4): ((0, 2), (2, 2), (2, 4), (3, 1), (1, 3)),
    (2, 0): ((0, 0), (2, 2), (4, 0), (1, 1), (3, 1)),
    (2, 2): ((1, 1), (1, 3), (3, 1), (3, 3), (2, 0)),
    (2, 4): ((0, 4), (2, 2), (4, 4), (1, 3), (3, 3)),
    (4, 0): ((2, 0), (2, 2), (4, 2), (3, 1), (1, 1)),
    (4, 2): ((2, 2), (4, 0), (4, 4), (3, 1), (3, 3)),
    (4, 4): ((2, 2), (2, 4), (4, 2), (3, 3), (3, 1)),
    (1, 1): ((0, 0), (0, 2), (2, 0), (2, 2), (1, 3)),
    (1, 3): ((0, 2), (0, 4), (2, 2), (2, 4), (3, 3)),
    (3, 1): ((2, 0), (2, 2), (4, 0), (0, 2), (1, 1)),
    (3, 3): ((2, 2), (2, 4), (4, 2), (4, 4), (1, 3)),
}
_THREE_PIXELS: dict[Cell, tuple[Cell, ...]] = {
    (0, 0): ((0, 2), (1, 1), (1, 2), (2, 0), (2, 1)),
    (0, 2): ((0, 0), (0, 4), (1, 1), (1, 3), (2, 2)),
    (0, 4): ((0, 2), (1, 2), (1, 3), (2, 3), (2, 4)),
    (2, 0): ((0, 0), (1, 1), (2, 2), (4, 0), (3, 1)),
    (2, 2): ((1, 1), (1, 3), (3, 1), (3, 3), (2, 0)),
    (2, 4): ((0, 4), (2, 2), (4, 4), (1, 3), (3, 3)),
    (4, 0): ((2, 0), (2, 1), (4, 2), (3, 1), (3, 2)),
    (4, 2): ((2, 2), (4, 0), (4, 4), (3, 1), (3, 3)),
    (4, 4): ((2, 3), (2, 4), (4, 2), (3, 3), (3, 2)),
    (1, 1): ((0, 0), (0, 2), (2, 0), (2, 2), (1, 3)),
    (1, 3): ((0, 2), (0, 4), (1, 1), (2, 2), (2, 4)),
    (3, 1): ((2, 0), (2, 2), (4, 0), (4, 2), (3, 3)),
    (3, 3): ((2, 2), (2, 4), (4, 2), (4, 4), (3, 1)),
}
_NEIGHBOURS = {1: _ONE_PIXEL, 3: _THREE_PIXELS}


def original_regions(
    regions: int, size: int, height: int, width: int, block: int | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the regions of the authors' local loss, its anchors and their five neighbours.

    Cell i of the lattice lies at floor(i F / 4), i = 0 to 4, with F = H - 1 for 1 x 1 regions and
    F = H - 4 for 3 x 3 ones, and likewise for columns. Some neighbours are no anchors, and on a
    small map 3 x 3 regions overlap, as they do in that code.

    Args:
        regions: number of anchors, 13.
        size: side of a region, 1 or 3.
        height: rows H of the feature map.
        width: columns W of the feature map.
        block: number l of the decoder block that gives the map, for the error message.

    Returns:
        corners (R, 2) int, the top-left (row, column) of all regions, the 13 anchors first;
        anchors (13,) and negatives (13, 5) int, indices of regions.

    Raises:
        UsageError: the authors list no such regions, or the map is too small to tell them apart.

    Example:
        >>> corners, anchors, negatives = original_regions(13, 1, 5, 5)
        >>> corners[anchors[0]].tolist(), corners[negatives[0]].tolist()
        ([0, 0], [[0, 2], [2, 0], [2, 2], [1, 1], [1, 3]])
    """
    if regions != 13 or size not in _NEIGHBOURS:
        raise UsageError(
            "compat: original lists neighbours of 13 regions of 1 x 1 or 3 x 3, got "
            f"{regions} regions of {size} x {size}"
        )
    last = np.array([height, width]) - (1 if size == 1 else 4)
    if last.min() < 4:
        of_block = "" if block is None else f" of decoder block {block}"
        raise UsageError(
            f"compat: original regions of {size} x {size} need a feature map of at least "
            f"{8 if size == 3 else 5} pixels a side, the map{of_block} is {height} x {width}"
        )
    listed = _NEIGHBOURS[size]
    cells = list(dict.fromkeys([*listed, *(cell for row in listed.values() for cell in row)]))
    index = {cell: number for number, cell in enumerate(cells)}
    negatives = np.array([[index[cell] for cell in row] for row in listed.values()])
    return np.array(cells) * last // 4, np.arange(len(listed)), negatives
