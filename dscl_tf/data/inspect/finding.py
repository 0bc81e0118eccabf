"""One warning about a volume or about the whole set."""

from collections.abc import Sequence
from dataclasses import dataclass

from dscl_tf.text import counted, named

# As many volumes, or this share of the set, may deviate and get a finding each.
MOST_AT_ONCE = (2, 0.1)


@dataclass(frozen=True)
class Finding:
    """A warning.

    Attributes:
        volume: its id; None where the warning is about the set.
        rule: the rule's name, such as "depth".
        value: what the rule measured.
        message: one line with volume, rule, value and threshold.

    >>> findings = [Finding("001", "depth", 3, "volume 001: depth: 3 slices")]
    >>> [finding.message for finding in findings if finding.rule == "depth"]
    ['volume 001: depth: 3 slices']
    """

    volume: str | None
    rule: str
    value: float
    message: str


def each_or_all(findings: Sequence[Finding], volumes: int) -> list[Finding]:
    """Return the findings of one rule, or a single one for the set where many volumes deviate.

    Outliers are few. If more than two volumes and more than a tenth of the set deviate, the set is
    a mixture, and a line for each of them would hide the other warnings.

    Args:
        findings: of one rule, each about one volume.
        volumes: number of volumes that the rule was applied to.
    """
    least, share = MOST_AT_ONCE
    if len(findings) <= max(least, share * volumes):
        return list(findings)
    ids = [finding.volume for finding in findings if finding.volume]
    first = findings[0]
    message = (
        f"set: {first.rule}: {len(findings)} of {counted(volumes, 'volume')} deviate, so the set "
        f"is mixed: {named(ids, 5)}; the first: {first.message}"
    )
    return [Finding(None, first.rule, len(findings), message)]
