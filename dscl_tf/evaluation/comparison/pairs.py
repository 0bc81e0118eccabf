"""Which run of one group belongs to which of another."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from dscl_tf.errors import UsageError
from dscl_tf.runs.run import Run
from dscl_tf.text import counted, named

# What the two runs of a pair have in common.
VOLUMES = "training volumes and seed"
COMBINATION = "combination and seed"
ALONE = "their place alone"


@dataclass(frozen=True)
class Pair:
    """Two runs that differ by what is compared.

    Attributes:
        name: what the two share, such as "002, seed 1".
        baseline: the run of the first group.
        candidate: that of the second.
    """

    name: str
    baseline: Run
    candidate: Run


def pair_runs(baseline: Sequence[Run], candidate: Sequence[Run]) -> tuple[str, list[Pair]]:
    """Return by what runs are paired, and the pairs in the order of `baseline`.

    Runs with the same labelled training volumes and seed make a pair. Where that does not pair all
    of them, as of one against two labelled volumes, those of the same combination and seed do. A
    single run in each group needs nothing in common.

    Raises:
        UsageError: a group is empty, a run is named twice, the groups differ in size, or runs
            cannot be paired.
    """
    _check_groups(baseline, candidate)
    for by, key in _KEYS.items():
        others = {key(run): run for run in candidate}
        names = [key(run) for run in baseline]
        if len(set(names)) == len(baseline) and set(names) == set(others):
            pairs = zip(names, baseline, strict=True)
            return by, [Pair(_text(name), run, others[name]) for name, run in pairs]
    if len(baseline) == 1:
        name = " / ".join(_text(_by_volumes(run)) for run in (*baseline, *candidate))
        return ALONE, [Pair(name, baseline[0], candidate[0])]
    raise UsageError(_unpaired(baseline, candidate))


Key = tuple[Hashable, int]


def _by_volumes(run: Run) -> Key:
    settings = run.config.finetune
    chosen = run.config.splits.select(settings.ntr, settings.combination)
    return tuple(sorted(chosen.train)), run.config.runtime.seed


def _by_combination(run: Run) -> Key:
    return run.config.finetune.combination, run.config.runtime.seed


_KEYS: dict[str, Callable[[Run], Key]] = {
    VOLUMES: _by_volumes,
    COMBINATION: _by_combination,
}


def _text(key: Key) -> str:
    first, seed = key
    return f"{named(first, most=3) if isinstance(first, tuple) else first}, seed {seed}"


def _check_groups(baseline: Sequence[Run], candidate: Sequence[Run]) -> None:
    every = [run.path.resolve() for run in (*baseline, *candidate)]
    for run, path in zip((*baseline, *candidate), every, strict=True):
        if every.count(path) > 1:
            raise UsageError(
                f"`baseline` and `candidate`: must name different runs, got {run.path} twice"
            )
    if not baseline or len(baseline) != len(candidate):
        raise UsageError(
            f"`candidate`: must name as many runs as `baseline`, at least one, got "
            f"{len(candidate)} and {len(baseline)}"
        )


def _unpaired(baseline: Sequence[Run], candidate: Sequence[Run]) -> str:
    """Return why the runs cannot be paired: one without a partner, or several alike."""
    rule = (
        "`baseline` and `candidate`: runs are paired by training volumes and seed, or by "
        "combination and seed, and none of a group may be alike"
    )
    for argument, runs in (("baseline", baseline), ("candidate", candidate)):
        alike = [key for key, count in Counter(map(_by_volumes, runs)).items() if count > 1]
        if alike:
            found = counted(sum(_by_volumes(run) == alike[0] for run in runs), "run")
            return f"{rule}; got {found} of {_text(alike[0])} in `{argument}`"
    others = set(map(_by_volumes, candidate))
    alone = next(run for run in baseline if _by_volumes(run) not in others)
    return f"{rule}; got {alone.path} of {_text(_by_volumes(alone))} without a partner"
