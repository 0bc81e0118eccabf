"""Which volumes train, select and test a model."""

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from dscl_tf.config.section import Count, Section, VolumeIds
from dscl_tf.errors import UsageError


class Combination(Section):
    """The volumes of one fine-tuning experiment.

    >>> Combination(train=("001", "002"), validation=("003",)).train
    ('001', '002')
    """

    train: VolumeIds
    """Ids of the labelled volumes that train."""

    validation: VolumeIds
    """Ids of the labelled volumes by which the best weights are selected."""


class Splits(Section):
    """The ids of the volumes for each purpose. Ids are the data set's own.

    >>> choice = Combination(train=("001",), validation=("002",))
    >>> splits = Splits(unlabelled=("003",), labelled={1: {"c1": choice}}, test=("004",))
    >>> splits.select(1, "c1").validation
    ('002',)
    """

    unlabelled: VolumeIds
    """Ids of the volumes for pre-training, which does not use their masks."""

    labelled: dict[Count | Literal["all"], dict[str, Combination]]
    """The combinations of labelled volumes for fine-tuning, by the number of volumes that train
    (`finetune.ntr`) and by their names (`finetune.combination`)."""

    test: VolumeIds
    """Ids of the volumes for testing; none may be in another list."""

    @model_validator(mode="after")
    def _sets_are_disjoint(self) -> "Splits":
        for name, ids, other_name, other_ids in self.exclusive():
            if common := sorted(set(ids) & set(other_ids)):
                raise ValueError(
                    f"{name} and {other_name} must not share volumes, both hold {common}"
                )
        return self

    def ids(self) -> set[str]:
        """Return the ids of all volumes in any list."""
        labelled = [choice for choices in self.labelled.values() for choice in choices.values()]
        parts = (part for choice in labelled for part in (choice.train, choice.validation))
        return set(self.unlabelled).union(self.test, *parts)

    def exclusive(self) -> Iterator[tuple[str, VolumeIds, str, VolumeIds]]:
        """Yield the pairs of lists that must not share volumes: name, ids, other name, ids."""
        yield "unlabelled", self.unlabelled, "test", self.test
        for ntr, combinations in self.labelled.items():
            for name, combination in combinations.items():
                where = f"labelled.{ntr}.{name}"
                train, validation = combination.train, combination.validation
                yield f"{where}.train", train, f"{where}.validation", validation
                yield f"{where}.train", train, "test", self.test
                yield f"{where}.validation", validation, "test", self.test

    def select(self, ntr: int | str, combination: str) -> Combination:
        """Return the labelled volumes named by `--ntr` and `--combination`.

        Raises:
            UsageError: there is no such entry, or none at all; the message lists those that exist.
        """
        if not self.labelled:
            raise UsageError("splits.labelled: must list labelled volumes, got none")
        if ntr not in self.labelled:
            known = ", ".join(str(key) for key in self.labelled)
            raise UsageError(f"finetune.ntr: must be one of {known}, got {ntr}")
        if combination not in self.labelled[ntr]:
            known = ", ".join(self.labelled[ntr])
            raise UsageError(
                f"finetune.combination: with ntr {ntr} must be one of {known}, got {combination}"
            )
        return self.labelled[ntr][combination]
