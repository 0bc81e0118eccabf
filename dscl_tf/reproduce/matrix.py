"""An experiment matrix as a YAML file: methods, labelled volumes, seeds."""

from collections.abc import Collection, Iterable
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from dscl_tf.config.files import MOST_BYTES
from dscl_tf.config.mistakes import broken_rule
from dscl_tf.config.section import Count, Section
from dscl_tf.errors import DataError, UsageError, one_line
from dscl_tf.files import report_read_errors
from dscl_tf.readers import parse_yaml, read_text
from dscl_tf.stages.registry import PRETRAINING, STAGES
from dscl_tf.text import meant

Ntr = Count | Literal["all"]


def _one_of(names: Collection[str]) -> AfterValidator:
    def check(name: str) -> str:
        if name not in names:
            raise ValueError(f"must be one of {', '.join(names)}, got {name}")
        return name

    return AfterValidator(check)


StageName = Annotated[str, _one_of(STAGES)]
PretrainingName = Annotated[str, _one_of(PRETRAINING)]


class Step(Section):
    """One pre-training stage; `set` holds keys of its section of the configuration.

    >>> Step(stage="pretrain_global", set={"strategy": "GD"}).stage
    'pretrain_global'
    """

    stage: PretrainingName
    set: dict[str, Any] = Field(default_factory=dict)


class Row(Section):
    """One method: how it pre-trains, what it sets for fine-tuning, what the paper reports.

    `data` names a data set of the scales. `set` holds keys of any section, for all stages;
    `finetune` those of fine-tuning. `generators` has keys of `pretrain_augmentation` for each
    generator that is trained on the labelled volumes and then augments fine-tuning. `ntr`, where
    given, replaces the matrix's; `scales` are those that have the row.

    >>> row = Row(data="acdc", pretrain=[Step(stage="pretrain_global")], paper={1: 0.691})
    >>> row.pretrain[0].stage, row.paper[1]
    ('pretrain_global', 0.691)
    """

    data: str
    pretrain: tuple[Step, ...] = ()
    finetune: dict[str, Any] = Field(default_factory=dict)
    generators: tuple[dict[str, Any], ...] = ()
    set: dict[str, Any] = Field(default_factory=dict)
    ntr: tuple[Ntr, ...] | None = None
    scales: tuple[str, ...] | None = None
    paper: dict[Ntr, float] = Field(default_factory=dict)


class Matrix(Section):
    """The experiments of one table: every row, with every number of labelled volumes.

    `scales` maps a scale to the configuration that each data set is run with; rows of a data set
    that a scale leaves out are not part of it. `paper_scales` are those whose data are the paper's,
    so that its numbers stand beside ours; null means all. A row is run with every combination of
    labelled volumes that the splits list, or `combinations` of them, and every seed.
    `seconds_per_step` are by scale and stage, for the estimate before anything was measured.

    >>> scales = {"full": {"acdc": "acdc"}, "half": {"acdc": "acdc_half"}}
    >>> rows = {"random": Row(data="acdc"), "slow": Row(data="acdc", scales=["full"])}
    >>> matrix = Matrix(title="Mine", source="me", scales=scales, ntr=[1, 2], rows=rows)
    >>> list(matrix.rows_of("full")), list(matrix.rows_of("half"))
    (['random', 'slow'], ['random'])
    """

    title: str
    source: str
    scales: dict[str, dict[str, str]]
    paper_scales: tuple[str, ...] | None = None
    ntr: tuple[Ntr, ...]
    combinations: tuple[str, ...] | None = None
    seeds: tuple[int, ...] = (1,)
    rows: dict[str, Row]
    seconds_per_step: dict[str, dict[StageName, float]] = Field(default_factory=dict)

    def rows_of(self, scale: str) -> dict[str, Row]:
        """Return the rows that are part of a scale.

        Raises:
            UsageError: there is no such scale.
        """
        if scale not in self.scales:
            raise UsageError(f"`scale`: must be one of {', '.join(self.scales)}, got {scale}")
        return {
            name: row
            for name, row in self.rows.items()
            if row.data in self.scales[scale] and (row.scales is None or scale in row.scales)
        }

    @model_validator(mode="after")
    def _rows_name_known_data(self) -> "Matrix":
        known = {data for configs in self.scales.values() for data in configs}
        for name, row in self.rows.items():
            if row.data not in known:
                raise ValueError(f"rows.{name}.data must be one of {sorted(known)}, got {row.data}")
            self._check_scales(f"rows.{name}.scales", row.scales)
        self._check_scales("paper_scales", self.paper_scales)
        self._check_scales("seconds_per_step", self.seconds_per_step)
        return self

    def _check_scales(self, key: str, scales: Iterable[str] | None) -> None:
        if wrong := sorted(set(scales or ()) - set(self.scales)):
            raise ValueError(f"{key} must be among {sorted(self.scales)}, got {wrong[0]}")


def shipped_matrices() -> list[str]:
    """Return the names of the shipped matrices.

    >>> shipped_matrices()[:3]
    ['methods', 'table2', 'table3']
    """
    folder = resources.files("dscl_tf.configs") / "reproduce"
    files = (entry.name for entry in folder.iterdir())
    return sorted(name.removesuffix(".yaml") for name in files if name.endswith(".yaml"))


def load_matrix(source: str | Path) -> tuple[str, Matrix]:
    """Read a matrix.

    Args:
        source: a YAML file, or the bare name of a shipped matrix such as "table3".

    Returns:
        its name, the file's without its ending, and the matrix.

    Raises:
        UsageError: there is no such file, or a key or value breaks a rule.

    >>> name, matrix = load_matrix("table3")
    >>> name, matrix.title, list(matrix.scales)
    ('table3', 'Partitions per volume (G^D, ACDC)', ['full', 'half'])
    """
    path = Path(source)
    if not path.suffix and str(source) in shipped_matrices():
        path = Path(str(resources.files("dscl_tf.configs") / "reproduce" / f"{source}.yaml"))
    with report_read_errors(path):
        there = path.is_file()
    if not there:
        raise UsageError(
            f"`table`: must be a YAML file or one of {', '.join(shipped_matrices())}, got {source}"
            f"{meant(str(source), shipped_matrices())}"
        )
    try:
        return path.stem, Matrix.model_validate(parse_yaml(read_text(path, MOST_BYTES)))
    except DataError as error:
        raise UsageError(str(error)) from error
    except yaml.YAMLError as error:
        raise UsageError(f"{path}: not valid YAML: {one_line(error)}") from error
    except ValidationError as error:
        raise UsageError(f"{path}: {broken_rule(error, Matrix)}") from error
