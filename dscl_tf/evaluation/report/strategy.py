"""In a few words, how a run was trained."""

from pathlib import Path

from dscl_tf.runs.find import lineage
from dscl_tf.runs.run import Run

EXTENSIONS = {
    "mixup": "mixup",
    "self_training": "self-training",
    "adversarial": "adversarial",
    "teacher": "mean teacher",
}


def strategy(run: Run) -> str:
    """Return the pre-training and the extensions of fine-tuning, such as "GD + LR, mixup".

    Args:
        run: a fine-tuned run; those that it started from are asked where they still are.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> with tempfile.TemporaryDirectory() as runs:
    ...     config = load_config("phantom")
    ...     first = Run.create(Path(runs), "a", "pretrain_global", config, {})
    ...     strategy(Run.create(Path(runs), "b", "finetune", config, {"init": str(first.path)}))
    'GD'
    """
    chain = lineage(run)
    steps = list(dict.fromkeys(words for one in chain if (words := _pretraining(one))))
    if gone := chain[0].record.get("init"):
        steps.insert(0, f"run {Path(gone).name}")
    return ", ".join([" + ".join(steps) or "no pre-training", *_extensions(run)])


def _pretraining(run: Run) -> str:
    config = run.config
    match run.stage:
        case "pretrain_global":
            return config.pretrain_global.strategy
        case "pretrain_local":
            return config.pretrain_local.strategy
        case "pretrain_joint":
            parts = config.pretrain_global.strategy, config.pretrain_local.strategy
            return f"joint {' and '.join(parts)}"
        case "pretrain_pretext":
            return config.pretrain_pretext.task
        case "pretrain_augmentation":
            return f"learned {config.pretrain_augmentation.kind}"
    return ""


def _extensions(run: Run) -> list[str]:
    settings = run.config.finetune
    return [words for name, words in EXTENSIONS.items() if getattr(settings, name) is not None]
