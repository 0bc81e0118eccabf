"""The results as lines of a CSV file, as JSON values and as a table for the terminal."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dscl_tf.evaluation.metrics import MEASURES, VolumeRows
from dscl_tf.files import atomic_write
from dscl_tf.text import aligned, number

COLUMNS = (
    "volume",
    "label",
    "name",
    *MEASURES,
    "reference_ml",
    "prediction_ml",
    "absent_from",
)
# Where pixels stand for millimetres: a thousand of them make what is counted as a millilitre.
IN_PIXELS = {
    "hd95_mm": "hd95_px",
    "asd_mm": "asd_px",
    "reference_ml": "reference_kpx",
    "prediction_ml": "prediction_kpx",
}


def records(rows: VolumeRows, unit: str = "mm") -> list[dict[str, Any]]:
    """Return one flat dictionary of `COLUMNS` per volume and class; undefined values are None.

    Of pictures, whose `unit` is "px", names end in px in place of mm and in kpx (thousands of
    pixels) in place of ml.
    """
    table = [
        {
            "volume": volume,
            **{key: defined(value) for key, value in asdict(row).items()},
            "absent_from": row.absent_from,
        }
        for volume, metrics in rows
        for row in metrics
    ]
    return _in_unit(table, unit)


def write_csv(path: str | Path, rows: VolumeRows, unit: str = "mm") -> None:
    """Write one line per volume and class (UTF-8); undefined values are empty.

    Raises:
        DataError: the file cannot be written.
    """
    text = io.StringIO()
    columns = [_name_in_unit(column, unit) for column in COLUMNS]
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records(rows, unit))
    with atomic_write(path) as file:
        file.write(text.getvalue().encode())


def as_json(
    rows: VolumeRows,
    summary: Mapping[str, Any],
    unit: str = "mm",
    prediction: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return {"prediction": ..., "summary": ..., "rows": [...]}, values that standard JSON has.

    Undefined values are None. `prediction` says how the masks were made: runs, flips, rotations.
    """
    return {
        "prediction": dict(prediction or {}),
        "summary": _in_unit(defined(dict(summary)), unit),
        "rows": records(rows, unit),
    }


def text_table(rows: VolumeRows, summary: Mapping[str, Any], unit: str = "mm") -> str:
    """Return the table for the terminal: a line per volume and the mean, a column per class.

    Cells are Dice; the last three columns are the foreground means. A class that is absent from
    prediction and reference shows as "-". Of several volumes there is also the standard deviation,
    "-" where only one of them has a value.

    >>> from dscl_tf.evaluation import ClassMetrics, summarise
    >>> rows = [("001", [ClassMetrics(1, "wall", 0.9, 3.0, 1.25, 5.0, 5.0)])]
    >>> print(text_table(rows, summarise(rows)))
    volume   wall   mean  HD95 mm  ASD mm
    -------------------------------------
    001     0.900  0.900     3.00    1.25
    -------------------------------------
    mean    0.900  0.900     3.00    1.25
    """
    classes = summary["classes"]
    names = [entry["name"] for entry in classes]
    header = ["volume", *names, "mean", f"HD95 {unit}", f"ASD {unit}"]
    lines = []
    for volume, metrics in sorted(rows, key=lambda item: item[0]):
        scores = {row.label: row.dice for row in metrics}
        means = summary["per_volume"][volume]
        cells = [*(scores.get(entry["label"], math.nan) for entry in classes), means["dice"]]
        lines.append(_line(volume, cells, means["hd95_mm"], means["asd_mm"]))
    last = ("mean", "std") if len(rows) > 1 else ("mean",)
    for key in last:
        statistics = [entry["dice"] for entry in classes] + [summary["dice"]]
        cells = [_statistic(each, key) for each in statistics]
        hd95, asd = (_statistic(summary[measure], key) for measure in ("hd95_mm", "asd_mm"))
        lines.append(_line(key, cells, hd95, asd))
    table = aligned([header, *lines])
    rule = "-" * max(len(line) for line in table)
    table = [table[0], rule, *table[1 : -len(last)], rule, *table[-len(last) :]]
    if missing := summary["absent_from_one"]:
        table.append(
            f"{missing} class(es) absent from only the prediction or the reference: "
            "Dice 0, no distance"
        )
    return "\n".join(table)


def _statistic(statistics: Mapping[str, float], key: str) -> float:
    """Return the mean or the deviation; one value has no deviation."""
    return math.nan if key == "std" and statistics["count"] == 1 else statistics[key]


def _line(title: str, dice: Sequence[float], hd95: float, asd: float) -> list[str]:
    return [title, *(number(value, 3) for value in dice), number(hd95, 2), number(asd, 2)]


def defined(value: Any) -> Any:
    """Replace NaN by None at any depth."""
    if isinstance(value, dict):
        return {key: defined(item) for key, item in value.items()}
    if isinstance(value, list):
        return [defined(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _in_unit(value: Any, unit: str) -> Any:
    """Name the keys at any depth by their unit."""
    if isinstance(value, dict):
        return {_name_in_unit(key, unit): _in_unit(item, unit) for key, item in value.items()}
    return [_in_unit(item, unit) for item in value] if isinstance(value, list) else value


def _name_in_unit(name: str, unit: str) -> str:
    return IN_PIXELS.get(name, name) if unit == "px" else name
