"""What an update of a store did."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Changes:
    """What `write_store` did, as volume ids.

    Attributes:
        kept: neither their files nor the settings have changed.
        prepared: new or changed.
        removed: they were in the former store and are no longer among the cases.
        skipped: per volume that broke a rule, the error's message.

    >>> changes = Changes(kept=["001"], prepared=["002"], removed=[], skipped={})
    >>> f"{len(changes.prepared)} prepared, {len(changes.kept)} kept"
    '1 prepared, 1 kept'
    """

    kept: list[str]
    prepared: list[str]
    removed: list[str]
    skipped: dict[str, str]
