"""What the values in masks mean, for the programs that show masks: ITK-SNAP and 3D Slicer.

Formats: "Label description file" of ITK-SNAP's manual, and "Color table file format" of 3D Slicer's
(developer guide, Colors).
"""

from collections.abc import Mapping
from pathlib import Path

from dscl_tf.figures import PALETTE
from dscl_tf.files import atomic_write
from dscl_tf.text import printable

ITK_SNAP, SLICER = "labels.txt", "labels.ctbl"


def write_label_tables(folder: Path, names: Mapping[int, str]) -> None:
    """Write `labels.txt` for ITK-SNAP and `labels.ctbl` for 3D Slicer.

    The colours are those of the report's overlays.

    Args:
        folder: holds the masks.
        names: value in the masks to the name of its class, without the background 0.

    Raises:
        DataError: the disk is full or read-only.
    """
    for name, text in ((ITK_SNAP, itk_snap_table(names)), (SLICER, slicer_table(names))):
        with atomic_write(folder / name, "w") as file:
            file.write(text)


def itk_snap_table(names: Mapping[int, str]) -> str:
    """Return ITK-SNAP's table: value, red, green, blue, opacity, shown, shown in 3D, name.

    >>> print(itk_snap_table({7: "wall"}).splitlines()[-1])
        7   230  159    0        1  1  1    "wall"
    """
    lines = ["# ITK-SnAP Label Description File", "# IDX   -R-  -G-  -B-  -A--  VIS MSH  LABEL"]
    lines.append('    0     0    0    0        0  0  0    "Clear Label"')
    for value, name, (red, green, blue) in _rows(names):
        quoted = printable(name, 200).replace('"', "'")
        lines.append(f'{value:5d} {red:5d}{green:5d}{blue:5d}        1  1  1    "{quoted}"')
    return "\n".join(lines) + "\n"


def slicer_table(names: Mapping[int, str]) -> str:
    """Return 3D Slicer's table: value, name without spaces, red, green, blue, opacity.

    >>> print(slicer_table({7: "left wall"}).splitlines()[-1])
    7 left_wall 230 159 0 255
    """
    lines = ["# Color table file", f"# {len(names) + 1} values", "0 background 0 0 0 0"]
    for value, name, (red, green, blue) in _rows(names):
        joined = "_".join(printable(name, 200).split()) or f"class_{value}"
        lines.append(f"{value} {joined} {red} {green} {blue} 255")
    return "\n".join(lines) + "\n"


def _rows(names: Mapping[int, str]) -> list[tuple[int, str, tuple[int, ...]]]:
    colours = [tuple(bytes.fromhex(colour[1:])) for colour in PALETTE]
    return sorted(
        (value, name, colours[index % len(colours)])
        for index, (value, name) in enumerate(names.items())
    )
