"""What a Decathlon or nnU-Net data set holds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dscl_tf.data.layouts.msd_index import MsdIndex, read_msd_index
from dscl_tf.errors import DataError, UsageError
from dscl_tf.planning.complete import by_id, list_volumes
from dscl_tf.planning.source import Source


def msd_source(folder: Path, channels: Sequence[str] = ()) -> Source:
    """Find out what a folder with a `dataset.json` holds.

    Args:
        folder: the folder.
        channels: names or numbers of its channels, in the order wanted; without it all that
            `dataset.json` names, where nearly all volumes have them.

    Raises:
        DataError: the data set breaks a rule, or fewer than two volumes have the `channels`.
        UsageError: it has no such channel, or one is named twice.
    """
    index = read_msd_index(folder)
    tree = "an nnU-Net tree" if index.of_nnunet else "a Decathlon tree"
    names = _names(index.tree)
    known = _channels(index)
    if not channels and len(known) < 2:
        found = list_volumes(folder, {"layout": "msd"})
        return Source(folder, {"layout": "msd"}, found.cases, tree, names, bad=by_id(found.bad))
    wanted = _wanted(channels, known, index.path) if channels else known
    settings = {"layout": "msd", "channels": _value(wanted)}
    found = list_volumes(folder, settings)
    told = ", ".join(wanted.values())
    if found.enough or (channels and len(found.cases) > 1):
        kind = f"{tree} of the channels {told}"
        left_out, bad = by_id(found.left_out), by_id(found.bad)
        return Source(folder, settings, found.cases, kind, names, left_out=left_out, bad=bad)
    if channels:
        raise DataError(
            f"{folder}: two volumes or more must have all `channels` {told}, got "
            f"{len(found.cases)}: {found.example}"
        )
    note = f"{index.path.name} names the channels {told}; the first alone is used: {found.example}."
    settings = {"layout": "msd", "channel": 0}
    kind = f"{tree} of {len(known)} channels, of which the first is used"
    found = list_volumes(folder, settings)
    return Source(folder, settings, found.cases, kind, names, bad=by_id(found.bad), notes=(note,))


def _channels(index: MsdIndex) -> dict[int, str]:
    """Return the names of the data set's channels by number.

    Numbers stand for the names where one is blank or no line of text, or two are equal.
    """
    given = index.tree.get("channel_names", index.tree.get("modality"))
    if not isinstance(given, Mapping):
        return {}
    known = {int(key): str(value) for key, value in given.items() if str(key).isdecimal()}
    usable = {name.casefold() for name in known.values() if name.strip() and name.isprintable()}
    if len(usable) < len(known):
        return {number: str(number) for number in sorted(known)}
    return dict(sorted(known.items()))


def _wanted(channels: Sequence[str], known: Mapping[int, str], path: Path) -> dict[int, str]:
    """Return the channels that the user names, by their numbers."""
    if not known:
        return dict(enumerate(channels))
    numbers = {name.casefold(): number for number, name in known.items()}
    numbers |= {str(number): number for number in known}
    wanted: dict[int, str] = {}
    for name in channels:
        number = numbers.get(name.casefold())
        if number is None:
            listed = ", ".join(f"{one} ({key})" for key, one in known.items())
            raise UsageError(f"`channels`: must be among those of {path}, {listed}, got {name}")
        if number in wanted:
            raise UsageError(
                f"`channels`: must be channels that differ, got {known[number]} ({number}) twice"
            )
        wanted[number] = known[number]
    return wanted


def _value(wanted: Mapping[int, str]) -> Any:
    """Return channels as `data.channels` takes them.

    >>> _value({0: "T2", 1: "ADC"}), _value({1: "ADC", 0: "T2"}), _value({0: "0", 1: "1"})
    (['T2', 'ADC'], {'ADC': 1, 'T2': 0}, [0, 1])
    """
    if all(str(number) == name for number, name in wanted.items()):
        return list(wanted)
    if list(wanted) == list(range(len(wanted))):
        return list(wanted.values())
    return {name: number for number, name in wanted.items()}


def _names(tree: Mapping[str, Any]) -> dict[int, str]:
    """Return the names of labels in a `dataset.json`, of either form."""
    labels = tree.get("labels")
    names = {}
    for key, value in labels.items() if isinstance(labels, dict) else ():
        number, name = (key, value) if str(key).isdigit() else (value, key)
        if str(number).isdigit() and int(number) > 0:
            names[int(number)] = str(name)
    return names
