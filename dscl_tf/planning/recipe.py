"""The recipe `best` as decisions of a plan."""

from dataclasses import replace
from typing import Any

from dscl_tf.config.recipes import lay_over, read_recipe
from dscl_tf.planning.decision import Decision

RECIPE = "best"
MORE_STEPS = 4  # where training is short; the teacher comes after the given labels
WHY = {
    "augmentation": "Wide augmentation in place of the paper's affine and intensity (recipe best).",
    "teacher": "A mean teacher labels the {spare} volumes without a mask (recipe best).",
    "components": "Islands go where that raises the validation Dice (recipe best).",
}


def with_recipe(decisions: list[Decision], spare: int, more: int = MORE_STEPS) -> list[Decision]:
    """Return decisions with those of the recipe `best` (docs/recipe.md) for fine-tuning.

    Args:
        decisions: on the stages, in order.
        spare: number of unlabelled volumes that no other list holds, which the teacher labels.
        more: what the steps of fine-tuning are multiplied by.

    >>> plain = [Decision("finetune.steps", 500, "Minutes."), Decision("runtime.seed", 1, "One.")]
    >>> for decision in with_recipe(plain, spare=9):
    ...     print(decision.key, decision.value)
    finetune.steps 2000
    runtime.seed 1
    finetune.augmentation {'affine': None, 'intensity': None, 'wide': {}}
    finetune.teacher {'supervised': 0.25}
    finetune.components {}
    """
    keys = {decision.key: decision for decision in decisions}
    found = read_recipe(RECIPE)["finetune"]
    steps = keys["finetune.steps"]
    if more > 1:
        why = f"{steps.why} {more} times as many with a teacher."
        keys[steps.key] = replace(steps, value=more * steps.value, why=why)
    for name, value in found.items():
        key, why = f"finetune.{name}", WHY[name].format(spare=spare)
        former = keys.get(key)
        joined: Any = lay_over(former.value, value) if former else value
        keys[key] = Decision(key, joined, why)
    return list(keys.values())
