"""The whole plan: all decisions in their order."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dscl_tf.config import Experiment
from dscl_tf.config.files import validate
from dscl_tf.errors import DataError
from dscl_tf.planning.axis import decide_axis
from dscl_tf.planning.choices import Choice, choose
from dscl_tf.planning.classes import decide_classes
from dscl_tf.planning.complete import told
from dscl_tf.planning.decision import Decision
from dscl_tf.planning.fingerprint import Fingerprint, read_fingerprint
from dscl_tf.planning.intensities import decide_intensities
from dscl_tf.planning.machine import Machine, this_machine
from dscl_tf.planning.samples import Sample, read_samples
from dscl_tf.planning.schedule import decide_schedule
from dscl_tf.planning.sources import find_source
from dscl_tf.planning.strategy import LEAST, decide_strategy
from dscl_tf.planning.window import decide_window
from dscl_tf.text import named

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wishes:
    """What the user has decided already.

    Attributes:
        spacing: mm per pixel, (rows, columns).
        grid: pixels, (rows, columns).
        labels: names of values in the masks; all others become background.
        images: pattern of the images in a plain folder.
        masks: pattern of the masks.
        seed: of everything that is random.
        channels: the sequences to use, see `find_source`; found without it.
        skip_bad: leave out volumes that break a rule.
    """

    spacing: tuple[float, float] | None = None
    grid: tuple[int, int] | None = None
    labels: Mapping[int, str] = field(default_factory=dict)
    images: str | None = None
    masks: str | None = None
    seed: int = 1
    channels: tuple[str, ...] = ()
    skip_bad: bool = False


@dataclass(frozen=True, eq=False)
class Plan:
    """What to do with a folder.

    Attributes:
        name: the experiment's name.
        fingerprint: what is in the folder.
        read: number of volumes whose voxels were read.
        machine: what will train.
        decisions: keys of the configuration with their reasons, in its order.
        choice: which volumes are for what.
    """

    name: str
    fingerprint: Fingerprint
    read: int
    machine: Machine
    decisions: tuple[Decision, ...]
    choice: Choice

    @property
    def config(self) -> Experiment:
        """The configuration, with the splits in it."""
        tree: dict[str, Any] = {"name": self.name, "splits": {}}
        for decision in self.decisions:
            section, _, key = decision.key.partition(".")
            if key:
                tree.setdefault(section, {})[key] = decision.value
            else:
                tree[section] = decision.value
        lists = self.choice.lists
        tree["splits"] = {name: lists[name] for name in ("unlabelled", "test")}
        tree["splits"]["labelled"] = {}
        if lists["train"]:
            choice = {name: lists[name] for name in ("train", "validation")}
            tree["splits"]["labelled"] = {len(lists["train"]): {"file": choice}}
            chosen = {"ntr": len(lists["train"]), "combination": "file"}
            tree["finetune"] = tree.get("finetune", {}) | chosen
        return validate(tree, self.name)

    def record(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return {
            "name": self.name,
            "volumes": len(self.fingerprint.scans),
            "labelled": len(self.fingerprint.labelled),
            "label_values": self.fingerprint.values,
            "left_out": self.fingerprint.source.left_out,
            "notes": list(self.fingerprint.source.notes),
            "decisions": [asdict(decision) for decision in self.decisions],
            "splits": self.choice.lists,
        }

    def value(self, key: str) -> Any:
        """Return what was decided on a key; None where nothing was."""
        return next((one.value for one in self.decisions if one.key == key), None)


def plan_folder(
    folder: Path, name: str, wishes: Wishes = Wishes(), machine: Machine | None = None
) -> Plan:
    """Look at a folder and plan an experiment with it; nothing is written.

    The headers of all volumes and all masks are read, and the voxels of at most 32 volumes.

    Args:
        folder: where the images are; see `find_source`.
        name: the experiment's name.
        wishes: what the user has decided already.
        machine: what will train; by default this machine.

    Raises:
        DataError: the folder holds no images or several kinds, or fewer than two volumes that can
            be used; masks lack images or hold too many labels; a file breaks a rule, unless bad
            volumes are skipped.
        UsageError: a wish cannot be met.

    A plan for a folder of your own::

        plan = plan_folder(Path("scans"), "mine")
        plan.value("data.grid")
        write_plan(plan, Path("."))
    """
    source = find_source(folder, wishes.images, wishes.masks, wishes.channels)
    _check_bad(source.bad, wishes)
    fingerprint, bad = read_fingerprint(source.without(source.bad))
    _check_bad(bad, wishes)
    fingerprint = fingerprint.without(bad)
    samples, bad = read_samples(fingerprint)
    _check_bad(bad, wishes)
    fingerprint = fingerprint.without(bad)
    if len(fingerprint.scans) < 2:
        got = f"one, {fingerprint.scans[0].id}" if fingerprint.scans else "none"
        raise DataError(f"{folder}: must hold two volumes or more that can be used, got {got}")
    return _plan(name, fingerprint, samples, wishes, machine or this_machine())


def _check_bad(bad: Mapping[str, str], wishes: Wishes) -> None:
    """Check that no volume breaks a rule, unless bad ones are skipped."""
    if bad and not wishes.skip_bad:
        raise DataError(f"{told(bad.values())}; `skip_bad` leaves out such volumes")


def _plan(
    name: str,
    fingerprint: Fingerprint,
    samples: list[Sample],
    wishes: Wishes,
    machine: Machine,
) -> Plan:
    pictures = fingerprint.source.data.pictures
    decisions = [*_settings(fingerprint), *decide_classes(fingerprint, wishes.labels)]
    axis, agreement = decide_axis(samples)
    decisions += [] if pictures else [axis]
    kept = _without(fingerprint, wishes)
    window = decide_window(
        kept, samples, axis.value, machine.pixels, spacing=wishes.spacing, grid=wishes.grid
    )
    several = fingerprint.source.data.channel_count > 1 and not pictures
    decisions += [
        *window,
        *decide_intensities(samples, pictures=pictures, several=several),
    ]
    depths = _depths(kept, axis.value)
    flat = set() if pictures else {id for id, depth in depths.items() if depth < LEAST}
    if len(depths) - len(flat) < 2:
        raise DataError(
            f"{fingerprint.source.folder}: two volumes or more must have several slices "
            f"(data.slice_axis {axis.value}), got one in {named(sorted(flat))}"
        )
    reserved = [scan.id for scan in kept.scans if pictures and "val" in scan.case.image.parts[-3:]]
    choice = choose(kept.scans, flat, wishes.seed, pictures=pictures, reserved=reserved)
    strategy = decide_strategy(
        agreement, list(depths.values()), pictures=pictures, trainable=bool(choice.train)
    )
    found = {one.key: one.value for one in (*window, *strategy)}
    schedule = decide_schedule(
        machine,
        tuple(found["data.grid"]),
        found["stages"],
        sum(depths[id] for id in choice.unlabelled),
        grouped=_least_rows(found),
        pictures=pictures,
        seed=wishes.seed,
        spare=_spare(choice),
    )
    everything = tuple(_in_order([*decisions, *strategy, *schedule]))
    return Plan(name, kept, len(samples), machine, everything, choice)


def _settings(fingerprint: Fingerprint) -> list[Decision]:
    source = fingerprint.source
    first = source.data.channels[0].name if source.data.channels else ""
    why = {
        "layout": f"{source.kind[0].upper()}{source.kind[1:]}.",
        "channels": "Sequences of one patient, on one grid and each normalised by itself. Spacing "
        f"and values were planned from {first}, so leave it first.",
    }
    return [
        Decision(f"data.{key}", value, why.get(key, "Found by names, and by what fits them."))
        for key, value in source.settings.items()
    ]


def _without(fingerprint: Fingerprint, wishes: Wishes) -> Fingerprint:
    """Return the fingerprint without the values of masks that the user has not named."""
    if not wishes.labels:
        return fingerprint
    scans = []
    for scan in fingerprint.scans:
        boxes = {value: box for value, box in scan.boxes.items() if value in wishes.labels}
        if scan.boxes and not boxes:
            raise DataError(
                f"{scan.case.mask}: a mask must hold a value of `labels` "
                f"({', '.join(map(str, sorted(wishes.labels)))}), got "
                f"{', '.join(map(str, sorted(scan.boxes)))}"
            )
        scans.append(type(scan)(scan.case, scan.place, boxes, scan.voxels))
    return Fingerprint(fingerprint.source, tuple(scans))


def _depths(fingerprint: Fingerprint, axis: str) -> dict[str, int]:
    data = fingerprint.source.data.model_copy(update={"slice_axis": axis})
    return {scan.id: scan.geometry(data).depth for scan in fingerprint.scans}


def _spare(choice: Choice) -> int:
    """Return how many unlabelled volumes are in no other list."""
    return len({*choice.unlabelled} - {*choice.train, *choice.validation, *choice.test})


def _least_rows(found: Mapping[str, Any]) -> int:
    if found["pretrain_global.strategy"] == "GR":
        return 4
    return 4 * int(found["pretrain_global.partitions"])


def _in_order(decisions: list[Decision]) -> list[Decision]:
    """Return decisions in the order of the configuration's sections."""
    sections = list(Experiment.model_fields)
    return sorted(decisions, key=lambda one: sections.index(one.key.partition(".")[0]))
