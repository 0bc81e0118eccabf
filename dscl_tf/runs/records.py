"""The JSON files of a run directory, as types that their readers check."""

from typing import Annotated

from pydantic import Field

from dscl_tf.readers import Record

Captions = dict[str, str]
"""Of figures/captions.json: the caption of each picture by its file name."""

Environment = dict[str, object]
"""Of environment.json: versions and machine; a record that only people read."""


class RunRecord(Record):
    """What run.json must hold, and what it may: a run that is not finished lacks the last keys."""

    stage: str
    experiment: str
    status: str
    started: str
    reason: str | None = None
    command: str | None = None
    store: str | None = None
    store_version: str | None = None
    init: str | None = None
    generators: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    steps: Annotated[int, Field(ge=0)] | None = None
    best_step: Annotated[int, Field(ge=0)] | None = None
    best_validation_dice: float | None = None
