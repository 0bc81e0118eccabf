"""The fields of `index.json`, as types that its reader checks.

Keys that are not named here, as of later versions, are kept and not checked.
"""

from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator, model_validator

from dscl_tf.config import Data
from dscl_tf.config.mistakes import broken_rule
from dscl_tf.data.layouts import Supply
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.readers import Record


class SkippedFields(Record):
    """A volume that was left out, and why."""

    id: str
    message: str


class FormatFields(Record):
    """What an index of every version has."""

    format: int


class CommonFields(FormatFields):
    """What an index says of the whole store."""

    version: Annotated[str, Field(min_length=1)]
    settings: dict[str, Any]
    skipped: tuple[SkippedFields, ...]
    supplied: Supply | None = None

    @field_validator("settings")
    @classmethod
    def _settings_are_valid(cls, value: dict[str, Any]) -> dict[str, Any]:
        try:
            Data.model_validate(value)
        except ValidationError as error:
            raise ValueError(broken_rule(error)) from error
        return value


class IndexFields(CommonFields):
    """The fields of an index."""

    columns: Annotated[str, Field(min_length=1)]


class FormerIndexFields(CommonFields):
    """The fields of an index of format 2, which lists the volumes itself."""

    volumes: tuple[VolumeEntry, ...]

    @model_validator(mode="after")
    def _ids_differ(self) -> "FormerIndexFields":
        seen: set[str] = set()
        for volume in self.volumes:
            if volume.id in seen:
                raise ValueError(f"volume ids must differ, got twice {volume.id:.80}")
            seen.add(volume.id)
        return self
