"""Prepares volumes by the structured keys of `model.json`, and by nothing else of the package.

Stands for a client in another language; `dscl_tf.export.description` is what it was written from.
"""

import itertools
from typing import Any

import numpy as np
from scipy import ndimage


class PlainClient:
    """Brings one volume to the slices of a network, and class probabilities back.

    Args:
        facts: of `model.json`.
        array: (X, Y, Z), or (rows, columns, 1, channels) of a picture.
        affine: (4, 4), voxel index to mm.
        oriented: whether the header says how the axes lie.
    """

    def __init__(
        self, facts: dict[str, Any], array: np.ndarray, affine: np.ndarray, oriented: bool = True
    ) -> None:
        self.normalise, self.resample = facts["normalise"], facts["resample"]
        self.array = array
        spacing = np.linalg.norm(affine[:3, :3], axis=0)
        if facts["slices"]["kind"] == "picture":
            self.axes, self.signs, spacing = (0, 1, 2), (1, 1, 1), np.ones(3)
        elif not oriented:
            axes = facts["slices"]["without_orientation"]
            self.axes = tuple(axes[name] for name in ("rows", "columns", "slices"))
            self.signs = (1, 1, 1)
        else:
            self.axes, self.signs = lay(facts["slices"], affine[:3, :3] / spacing, spacing)
        native = [array.shape[axis] for axis in self.axes[:2]]
        self.native, self.side = native, self.resample["grid"]
        plane = spacing[list(self.axes[:2])]
        self.factor = [float(factor) for factor in np.array(self.resample["spacing"]) / plane]
        self.first = [self._first(axis) for axis in range(2)]

    def _first(self, axis: int) -> float:
        factor = self.factor[axis]
        names = {"native": self.native[axis], "factor": factor, "side": self.side[axis]}
        first = eval(self.resample["first"], {}, names)
        near = abs(factor - 1) < self.resample["same_spacing"]
        return float(np.floor(first + 0.5)) if near else first

    def ends(self) -> tuple[float, float]:
        low, high = self.normalise["low"], self.normalise["high"]
        if self.normalise["kind"] == "range":
            return low, high
        return tuple(np.percentile(self.array, (low, high), method="linear"))

    def slices(self) -> np.ndarray:
        """(slices, rows, columns, channels), normalised."""
        assert self.normalise["bias_correction"] is None and not self.normalise["clip"]
        low, high = self.ends()
        values = (self.array.astype(np.float64) - low) / (high - low)
        values = values if values.ndim == 4 else values[..., None]
        order = (self.axes[2], self.axes[0], self.axes[1], 3)
        values = values.transpose(order)[:: self.signs[2], :: self.signs[0], :: self.signs[1]]
        sigma = [
            eval(self.resample["blur_sigma"], {}, {"factor": factor}) if factor > 1 else 0.0
            for factor in self.factor
        ]
        blurred = ndimage.gaussian_filter(
            values, (0, *sigma, 0), mode="nearest", truncate=self.resample["blur_truncate"]
        )
        at = [
            first + factor * np.arange(side)
            for first, factor, side in zip(self.first, self.factor, self.side, strict=True)
        ]
        return interpolate(blurred, at, self.resample["order"], [self.resample["outside"]] * 9)

    def back(self, probabilities: np.ndarray) -> np.ndarray:
        """(X, Y, Z, classes) of (slices, rows, columns, classes)."""
        at = [
            (np.arange(native) - first) / factor
            for native, first, factor in zip(self.native, self.first, self.factor, strict=True)
        ]
        rules = self.resample["back"]
        native = interpolate(probabilities, at, rules["order"], rules["outside"])
        native = native[:: self.signs[2], :: self.signs[0], :: self.signs[1]]
        where = (self.axes[2], self.axes[0], self.axes[1])
        return native.transpose(*(where.index(axis) for axis in range(3)), 3)


def lay(
    slices: dict[str, Any], directions: np.ndarray, spacing: np.ndarray
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The file's axes that are rows, columns and slices, and 1 or -1 for each."""
    rule = {
        name: np.array(value) for name, value in slices["rule"].items() if isinstance(value, list)
    }
    axis = slices["axis"]
    if axis == "auto":
        second, largest = np.sort(spacing)[1:]
        axis = "axial"
        if round(largest / second, 3) >= slices["coarser"]:
            axis = int(np.argmax(spacing))
    if axis == "third":
        axis = 2
    if isinstance(axis, str):
        axis = int(np.argmax(np.abs(slices["rule"]["normal"][axis] @ directions)))
    n = directions[:, axis]
    sign = 1 if n @ rule["counting"] > 0 else -1
    n = sign * n
    r, c = (
        rule[name] - (n @ rule[name]) / (1 + rule["back"] @ n) * (rule["back"] + n)
        for name in ("rows", "columns")
    )
    lean = slices["rule"]["lean"]
    r, c = r + lean * c, c - lean * r
    ways = []
    for row, column in itertools.permutations({0, 1, 2} - {axis}):
        for along, across in itertools.product((1, -1), repeat=2):
            u, w = along * directions[:, row], across * directions[:, column]
            if np.cross(u, w) @ n > 0:
                ways.append((u @ r + w @ c, (row, column, axis), (along, across, sign)))
    assert len(ways) == 4
    _, axes, signs = max(ways)
    return axes, signs


def interpolate(
    stack: np.ndarray, at: list[np.ndarray], order: int, outside: list[float]
) -> np.ndarray:
    """Sample (slices, rows, columns, channels) at rows `at[0]` and columns `at[1]`."""
    rows, columns = np.meshgrid(*at, indexing="ij")
    sampled = [
        [
            ndimage.map_coordinates(
                plane[..., channel],
                [rows, columns],
                order=order,
                mode="grid-constant",
                cval=outside[channel],
            )
            for channel in range(plane.shape[-1])
        ]
        for plane in stack
    ]
    return np.moveaxis(np.array(sampled), 1, -1)
