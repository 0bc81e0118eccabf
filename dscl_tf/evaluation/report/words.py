"""What reports call stages, metrics and curves, and which way a metric is good."""

import re
from collections.abc import Mapping

STAGES = {
    "pretrain_global": "Global pre-training",
    "pretrain_local": "Local pre-training",
    "pretrain_joint": "Joint pre-training",
    "pretrain_pretext": "Pretext pre-training",
    "pretrain_augmentation": "Learned augmentation",
    "finetune": "Fine-tuning",
}
LOWER, HIGHER = "lower is better", "higher is better"

# Chart (see `curves.read_curves`) to its title and to what is good.
CHARTS = {
    "dice": ("Dice on the validation volumes", HIGHER),
    "loss": ("Training loss", LOWER),
    "learning_rate": ("Learning rate", "as scheduled"),
    "seconds_per_step": ("Seconds per step", LOWER),
    "loss_labelled": ("Loss on labelled volumes", LOWER),
    "loss_pseudo": ("Loss against the teacher's labels", LOWER),
    "pseudo_share": ("Share of pixels that the teacher labels", "steady is good, falling is not"),
    "cosine": ("Cosine of positive and negative pairs", "positive high, negative low"),
    "cosine_margin": ("Positive minus negative cosine", HIGHER),
    "effective_rank": ("Directions that embeddings use (effective rank)", "far above 1 is good"),
    "spread": ("Spread of embeddings", "near 1 is good, 0 is collapse"),
    "partition_retrieval": ("Nearest slice is of the same partition", HIGHER),
    "rotation_accuracy": ("Turns told rightly", HIGHER),
    "restoration_error": ("Error of restored pixels", LOWER),
}
CURVES = {"positive": "positive pairs", "negative": "negative pairs"}
ENDINGS = {"chance": "chance", "of_input": "input left as it is"}


def chart_title(name: str) -> tuple[str, str]:
    """Return the title of a chart and what is good; of an unknown metric its name and "".

    >>> chart_title("cosine_margin_local")
    ('Positive minus negative cosine (local)', 'higher is better')
    >>> chart_title("kernel_norm")
    ('Kernel norm', '')
    """
    if name in CHARTS:
        return CHARTS[name]
    stem, _, part = name.rpartition("_")
    if part in ("global", "local") and stem in CHARTS:
        title, good = CHARTS[stem]
        return f"{title} ({part})", good
    return name.replace("_", " ").capitalize(), ""


def curve_name(curve: str, chart: str, classes: Mapping[str, str]) -> str:
    """Return what one of several curves of a chart shows.

    >>> curve_name("validation_dice_2", "dice", {"2": "wall"})
    'wall'
    >>> curve_name("validation_dice", "dice", {}), curve_name("loss_chance", "loss", {})
    ('mean', 'chance')

    Args:
        curve: its column in the metrics.
        chart: the chart that it is in.
        classes: names by label, both as text.
    """
    kind, _, _ = curve.partition("_")
    if kind in CURVES:
        return CURVES[kind]
    if label := re.search(r"_(\d+)$", curve):
        return classes.get(label[1], f"class {label[1]}")
    for ending, name in ENDINGS.items():
        if curve.endswith(f"_{ending}"):
            return name
    if chart == "dice":
        return "mean"
    return "validation" if kind in ("val", "validation") else "measured"
