"""Differences between splits and store, and images or patients that are in two splits."""

import re
from collections import defaultdict
from collections.abc import Sequence

from dscl_tf.config import Splits
from dscl_tf.data.inspect.finding import Finding
from dscl_tf.text import counted, named

PATIENT_SHARE = 0.25  # of the set; a stem of more volumes, and of more than two, is no patient's
SESSION = re.compile(r"(ses|session|visit|timepoint)\d*", re.IGNORECASE)  # follows a patient's stem


def split_findings(ids: Sequence[str], splits: Splits) -> list[Finding]:
    """Warn about ids that the splits name but the store lacks, and volumes in no split."""
    parts = split_parts(splits)
    findings = []
    for part, members in parts.items():
        if lacking := sorted(members - set(ids)):
            of_all = f"{len(lacking)} of {counted(len(members), 'volume')}"
            names = named(lacking, 5)
            message = f"splits: missing: {part} names {of_all} that the store lacks: {names}"
            findings.append(Finding(None, "missing", len(lacking), message))
    if unused := [id for id in ids if not any(id in members for members in parts.values())]:
        of_all = f"{len(unused)} of {counted(len(ids), 'volume')}"
        message = f"splits: unused: {of_all} are in no split: "
        findings.append(Finding(None, "unused", len(unused), message + named(unused, 5)))
    return findings


def mask_findings(unlabelled: Sequence[str], splits: Splits) -> list[Finding]:
    """Warn about volumes that the splits train, validate or test with, and that have no mask."""
    findings = []
    for part, members in split_parts(splits).items():
        if part != "unlabelled" and (lacking := sorted(members & set(unlabelled))):
            of_all = f"{len(lacking)} of {counted(len(members), 'volume')}"
            message = f"splits: no-mask: {part} names {of_all} without a mask: {named(lacking, 5)}"
            findings.append(Finding(None, "no-mask", len(lacking), message))
    return findings


def split_parts(splits: Splits) -> dict[str, set[str]]:
    """Return the ids of each part; train and validation are those of all combinations."""
    combinations = [one for several in splits.labelled.values() for one in several.values()]
    return {
        "unlabelled": set(splits.unlabelled),
        "train": {id for one in combinations for id in one.train},
        "validation": {id for one in combinations for id in one.validation},
        "test": set(splits.test),
    }


def leakage_findings(groups: Sequence[Sequence[str]], splits: Splits, what: str) -> list[Finding]:
    """Warn once for each group with members in two splits that must not share volumes.

    Args:
        groups: ids that belong together.
        splits: the splits.
        what: what the members have in common, such as "shows the same image".
    """
    findings = []
    for group in groups:
        for name, ids, other_name, other_ids in splits.exclusive():
            one = next((id for id in group if id in ids), None)
            other = next((id for id in group if id in other_ids), None)
            if one and other:
                message = (
                    f"volume {other}: leakage: {what} as {one}, but {other} is in {other_name} "
                    f"and {one} in {name}"
                )
                findings.append(Finding(other, "leakage", len(group), message))
                break
    return findings


def patient_groups(ids: Sequence[str]) -> list[list[str]]:
    """Return groups of ids that seem to be scans of one patient.

    Ids are cut into parts at ``_``, ``-`` and ``.``, and first parts that all ids have in common
    are dropped. The parts up to the first one with a digit are the patient's stem: patient001 of
    patient001_a, sub-01 of sub-01_ses-2_run-1. A stem that more than two volumes and more than a
    quarter of the set have in common (a site, a year) is not that of a patient, unless a session
    follows in each. Ids that differ by one number alone (001, hippocampus_001) have a stem each.

    >>> patient_groups(["patient001_a", "patient001_b", "patient002_a"])
    [['patient001_a', 'patient001_b']]
    """
    parts = {id: re.split(r"[_.-]", id) for id in ids}
    common = 0
    while ids and all(
        len(part) > common + 1 and part[common] == parts[ids[0]][common] for part in parts.values()
    ):
        common += 1
    groups = defaultdict(list)
    sessions = set()
    for id, part in parts.items():
        rest = part[common:]
        digits = [index for index, text in enumerate(rest) if re.search(r"\d", text)]
        end = digits[0] + 1 if digits else len(rest)
        groups[tuple(rest[:end])].append(id)
        if rest[end:] and SESSION.fullmatch(rest[end]):
            sessions.add(id)
    most = max(2, PATIENT_SHARE * len(ids))
    return [
        group
        for group in groups.values()
        if len(group) >= 2 and (len(group) <= most or sessions.issuperset(group))
    ]
