"""What the training commands have in common: one library call and a printed result."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from dscl_tf.config import Experiment
from dscl_tf.errors import DsclError, Terminated

from .options import resolve_config, store_path
from .quiet import import_beside_jax, import_tensorflow


def run_training(
    stage: str,
    *,
    config: str | None,
    store: Path | None,
    runs: Path,
    name: str | None,
    resume: bool,
    as_json: bool,
    coordinator: str | None,
    processes: int | None,
    process_id: int | None,
    init: str | None = None,
    generators: tuple[str, ...] = (),
    adjust: Callable[[Experiment], Experiment] = lambda config: config,
    **changes: Any,
) -> None:
    """Run `stage` with the options of a training command and print its run directory.

    `changes` are what `stage_config` takes. `adjust` changes the configuration that the options
    describe. With `resume` and no `config` the options describe changes of the run's own
    configuration, and there must be none.
    """
    if resume and config is None:
        from dscl_tf.runs.resume import find_unfinished

        unfinished = find_unfinished(stage, runs, name)
        name, config = str(unfinished.path), str(unfinished.path / "config.yaml")
        store = store or Path(unfinished.entry("store"))
    experiment = adjust(stage_config(stage, config, **changes))
    from dscl_tf.data.store import open_store

    opened = open_store(experiment, store_path(store, experiment), config)
    import_tensorflow()
    import_beside_jax()
    from dscl_tf.devices import join, leave

    join(coordinator, processes, process_id, seed=experiment.runtime.seed)
    from dscl_tf.stages.launch import run_stage

    try:
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
    except DsclError as error:
        leave(error.exit_status)
        raise
    except KeyboardInterrupt:
        leave(130)
        raise
    except Terminated as error:
        leave(int(error.code or 0))
        raise
    if not run.writes:
        return
    if as_json:
        click.echo(json.dumps({"run": str(run.path), **run.record}))
    else:
        click.echo(f"finished {run.path}")


def stage_config(
    stage: str,
    config: str | None,
    *,
    overrides: tuple[str, ...],
    splits: Path | None,
    seed: int | None,
    recipe: str | None = None,
    others: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Experiment:
    """Return the configuration that the options of a training command describe.

    `changes` are values by key of the stage's section, `others` by key of the whole configuration;
    both as `resolve_config` takes them.
    """
    of_stage = {f"{stage}__{key}": value for key, value in changes.items()}
    return resolve_config(
        config, overrides, splits, recipe, runtime__seed=seed, **of_stage, **(others or {})
    )
