"""What the training commands have in common: one library call and a printed result."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from dscl_tf.config import Experiment

from .options import resolve_config, store_path
from .quiet import import_tensorflow


def run_training(
    stage: str,
    *,
    config: str | None,
    overrides: tuple[str, ...],
    store: Path | None,
    splits: Path | None,
    runs: Path,
    name: str | None,
    steps: int | None,
    batch_size: int | None,
    seed: int | None,
    resume: bool,
    as_json: bool,
    init: str | None = None,
    generators: tuple[str, ...] = (),
    others: Mapping[str, Any] | None = None,
    adjust: Callable[[Experiment], Experiment] = lambda config: config,
    **changes: Any,
) -> None:
    """Run `stage` with the options of a training command and print its run directory.

    `changes` are keys of the stage, `others` of further sections, as `resolve_config` takes them.
    `adjust` changes the configuration that the options describe. With `resume` and no `config`
    they describe changes of the run's own, which must come to none.
    """
    if resume and config is None:
        from dscl_tf.runs.resume import find_unfinished

        unfinished = find_unfinished(stage, runs, name)
        name, config = str(unfinished.path), str(unfinished.path / "config.yaml")
        store = store or Path(unfinished.record["store"])
    common = {"steps": steps, "batch_size": batch_size, **changes}
    experiment = resolve_config(
        config,
        overrides,
        splits,
        runtime__seed=seed,
        **{f"{stage}__{key}": value for key, value in common.items()},
        **(others or {}),
    )
    experiment = adjust(experiment)
    from dscl_tf.data.store import open_store

    opened = open_store(experiment, store_path(store, experiment))
    import_tensorflow()
    from dscl_tf.stages.launch import run_stage

    run = run_stage(
        stage,
        experiment,
        opened,
        runs,
        name=name,
        init=init,
        generators=generators,
        resume=resume,
    )
    if as_json:
        click.echo(json.dumps({"run": str(run.path), **run.record}))
    else:
        click.echo(f"finished {run.path}")
