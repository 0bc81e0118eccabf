"""What a sequence of steps leaves behind."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class WorkflowResult:
    """Where the results are; None for what was not asked for or could not be made.

    >>> result = WorkflowResult(Path("runs/heart"), encoder=Path("runs/heart/pretrain_global"))
    >>> result.masks is None
    True

    Attributes:
        home: the folder of all runs and results.
        warnings: the number of warnings of the inspection, which are in inspection.txt.
        run: the fine-tuned run.
        encoder: the last run of pre-training.
        report: the report of the evaluation, an HTML file.
        split: what it was evaluated on, "test" or "validation".
        dice: the mean on these volumes, in [0, 1].
        saved_model: the directory that TensorFlow Serving loads.
        masks: the folder of the masks of the volumes that had none.
        masks_written: how many there are.
        minutes: how long it took, over all calls.
    """

    home: Path
    warnings: int | None = None
    run: Path | None = None
    encoder: Path | None = None
    report: Path | None = None
    split: str | None = None
    dice: float | None = None
    saved_model: Path | None = None
    masks: Path | None = None
    masks_written: int = 0
    minutes: float = 0.0
