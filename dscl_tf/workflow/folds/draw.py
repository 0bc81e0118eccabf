"""Which labelled volumes train, select and test in each fold."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.config import Combination
from dscl_tf.errors import UsageError
from dscl_tf.text import counted


@dataclass(frozen=True)
class Fold:
    """One choice of the labelled volumes.

    Attributes:
        number: from 1.
        train: ids of those that train.
        validation: ids of those by which the best weights are selected.
        evaluated: ids of those that are evaluated.
    """

    number: int
    train: tuple[str, ...]
    validation: tuple[str, ...]
    evaluated: tuple[str, ...]


def draw_folds(
    labelled: Sequence[str],
    chosen: Combination,
    test: Collection[str],
    *,
    count: int,
    seed: int,
) -> list[Fold]:
    """Choose the training volumes anew for each fold; no two folds train on the same.

    As many volumes train and validate as in the configuration's own choice. The volumes for
    validation stay those of the configuration where the other labelled ones give `count` different
    choices; where they are too few, training and validation volumes are both drawn from all of
    them. Volumes are taken from one random order after another, so that each trains about equally
    often, and the first folds of a larger `count` are the same unless the rule changes.

    Args:
        labelled: ids of all volumes with masks, in a fixed order; those of `test` take no part.
        chosen: the configuration's choice.
        test: ids with masks that are evaluated in each fold, which never train or validate; without
            any, a fold is evaluated on the labelled volumes that it leaves out.
        count: number of folds.
        seed: of the drawing.

    Raises:
        UsageError: there are too few labelled volumes for `count` folds, or to leave one out.

    >>> chosen = Combination(train=("a",), validation=("d",))
    >>> for fold in draw_folds("abcde", chosen, test=["e"], count=3, seed=1):
    ...     print(fold.train, fold.validation, fold.evaluated)
    ('a',) ('d',) ('e',)
    ('b',) ('d',) ('e',)
    ('c',) ('d',) ('e',)
    """
    training, selecting = len(chosen.train), len(chosen.validation)
    pool = [id for id in labelled if id not in test]
    others = [id for id in pool if id not in chosen.validation]
    rotate = math.comb(len(others), training) < count
    drawn_from = pool if rotate else others
    needed = training + (selecting if rotate else 0) + (0 if test else 1)
    choices = math.comb(len(pool), training) if len(pool) >= needed else 0
    if choices < count:
        spare = "" if test else " and one that is left out"
        raise UsageError(
            f"`folds`: must be at most {choices} with "
            f"{counted(len(pool), 'labelled volume')} outside splits.test, since each fold takes "
            f"{training} to train, {selecting} to validate{spare}, and none the same; got {count}"
        )
    folds: list[Fold] = []
    for train, after in _blocks(drawn_from, training, count, seed):
        validation = tuple(after[:selecting]) if rotate else chosen.validation
        left = tuple(id for id in pool if id not in train and id not in validation)
        evaluated = tuple(test) or left
        folds.append(Fold(len(folds) + 1, train, validation, evaluated))
    return folds


def _blocks(
    ids: Sequence[str], size: int, count: int, seed: int
) -> list[tuple[tuple[str, ...], list[str]]]:
    """Return `count` different blocks of random orders, each with the ids that follow it."""
    rng = np.random.default_rng(seed)
    place = {id: number for number, id in enumerate(ids)}
    found: dict[tuple[str, ...], list[str]] = {}
    while len(found) < count:
        order = [ids[one] for one in rng.permutation(len(ids))]
        for first in range(0, len(order) - size + 1, size):
            block = tuple(sorted(order[first : first + size], key=place.__getitem__))
            found.setdefault(block, order[first + size :] + order[:first])
    return list(found.items())[:count]
