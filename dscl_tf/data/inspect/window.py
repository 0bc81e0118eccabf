"""Labels beyond the edge of the training grid, which training and predictions never see."""

from collections.abc import Sequence
from dataclasses import dataclass

from dscl_tf.data.grid import LabelCount, smallest_grid
from dscl_tf.data.inspect.finding import Finding
from dscl_tf.data.store import SliceStore, VolumeEntry
from dscl_tf.text import counted


@dataclass(frozen=True)
class WindowLoss:
    """A class of one volume, of which a part lies outside the window.

    Attributes:
        volume: its id.
        name: of the class.
        share: of the labelled voxels in the mask's file that lies outside, in (0, 1].
        grid: the smallest grid (rows, columns), not below the present one, that would hold all.
    """

    volume: str
    name: str
    share: float
    grid: tuple[int, int]


def window_losses(store: SliceStore, multiple: int) -> list[WindowLoss]:
    """Return every class of every volume that the window cuts.

    Volumes whose voxels were not counted (see `VolumeEntry.label_counts`) are left out.

    Args:
        store: the slice store.
        multiple: of which both sides of a grid must be multiples, as the network pools.
    """
    names = {int(label): name for label, name in store.settings["classes"].items()}
    return [
        WindowLoss(
            entry.id,
            names[count.label],
            count.lost,
            _grid(entry, count, multiple),
        )
        for entry in store.volumes.values()
        for count in entry.label_counts or ()
        if count.in_window < count.native
    ]


def _grid(entry: VolumeEntry, count: LabelCount, multiple: int) -> tuple[int, int]:
    needed, present = smallest_grid(entry.geometry, [count], multiple), entry.geometry.grid
    return max(needed[0], present[0]), max(needed[1], present[1])


def loss_summary(
    losses: Sequence[WindowLoss],
    spacing: Sequence[float] | None = None,
    grid: Sequence[int] | None = None,
) -> str:
    """Return in words what the window cuts in a whole store, and the grid that would hold it.

    Args:
        losses: at least one.
        spacing: the training spacing in mm; with `grid`, a spacing is named too.
        grid: the training grid.

    >>> losses = [WindowLoss("a", "wall", 0.42, (96, 64))]
    >>> loss_summary(losses, (1.5, 1.5), (64, 64)).rpartition("; ")[2]
    'data.grid [96, 64] or data.spacing [2.273, 2.273] would hold all labels'
    >>> losses = [WindowLoss("a", "wall", 0.42, (96, 64)), WindowLoss("b", "wall", 0.1, (80, 80))]
    >>> loss_summary(losses)
    'wall in 2 volumes (up to 42%); data.grid [96, 80] would hold all labels'
    """
    parts = []
    for name in dict.fromkeys(loss.name for loss in losses):
        shares = [loss.share for loss in losses if loss.name == name]
        volumes = counted(len(shares), "volume")
        most = f"up to {per_cent(max(shares))}" if len(shares) > 1 else per_cent(shares[0])
        parts.append(f"{name} in {volumes} ({most})")
    rows, columns = (max(loss.grid[axis] for loss in losses) for axis in (0, 1))
    wanted = f"data.grid [{rows}, {columns}]"
    if spacing and grid:
        # A pixel more, since a grid of the file's own spacing may lie half a pixel off the centre.
        factor = max((rows + 1) / grid[0], (columns + 1) / grid[1])
        wanted += " or data.spacing [" + ", ".join(f"{mm * factor:.4g}" for mm in spacing) + "]"
    return f"{', '.join(parts)}; {wanted} would hold all labels"


def window_findings(
    losses: Sequence[WindowLoss],
    spacing: Sequence[float] | None = None,
    grid: Sequence[int] | None = None,
) -> list[Finding]:
    """Warn about the labels that the window cuts: a line for the set, and one for each loss."""
    if not losses:
        return []
    most = max(loss.share for loss in losses)
    summary = loss_summary(losses, spacing, grid)
    message = f"set: outside-window: the training grid cuts labels: {summary}"
    return [
        Finding(None, "outside-window", most, message),
        *(
            Finding(
                loss.volume,
                "outside-window",
                loss.share,
                f"volume {loss.volume}: outside-window: {per_cent(loss.share)} of the voxels of "
                f"{loss.name} lie outside the training grid, which must be "
                f"{loss.grid[0]}x{loss.grid[1]} pixels to hold them",
            )
            for loss in losses
        ),
    ]


def per_cent(share: float) -> str:
    """Return a share above 0 so that it never reads as 0%, nor as 100% unless it is all.

    >>> per_cent(0.42), per_cent(0.00012), per_cent(0.9999), per_cent(1.0)
    ('42%', '0.012%', '99.99%', '100%')
    """
    if share < 0.01:
        return f"{100 * share:.2g}%"
    return f"{share:.0%}" if share == 1 or share < 0.99 else f"{min(100 * share, 99.99):.2f}%"
