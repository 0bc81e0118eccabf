import math

import pytest

from dscl_tf.health.collapse import diagnose, patience

CHANCE = math.log(1 + 30)


def rows(losses: dict[int, float], positive=None, negative=None) -> list[dict]:
    found = [{"step": float(step), "loss": loss} for step, loss in losses.items()]
    found[-1] |= {"positive_cosine": positive, "negative_cosine": negative}
    return found


def at_chance(*steps: int) -> dict[int, float]:
    return {step: CHANCE * (0.995 if step % 100 else 1.005) for step in steps}


def test_a_run_gets_200_steps_or_a_fifth_of_all() -> None:
    assert [patience(total) for total in (50, 300, 1000, 10_000)] == [200, 200, 200, 2000]


def test_equal_embeddings_are_told_once_the_patience_is_over() -> None:
    learning = {150: 2.0, 200: 2.0}
    assert diagnose(rows(learning, 0.9999, 0.9996), 300, CHANCE) == (
        "all embeddings are equal at step 200 (mean cosine of negatives 0.9996, of positives "
        "0.9999)"
    )
    assert diagnose(rows({150: 2.0}, 0.9999, 0.9996), 300, CHANCE) is None
    assert diagnose(rows(learning, 0.9999, 0.9996), 5000, CHANCE) is None


@pytest.mark.parametrize("cosines", [(0.99, 0.97), (0.9999, 0.9985), (0.995, 0.995), (1.0, 0.2)])
def test_alike_is_not_equal(cosines: tuple[float, float]) -> None:
    assert diagnose(rows({150: 2.0, 200: 2.0}, *cosines), 300, CHANCE) is None


def test_a_loss_that_stays_at_chance_is_stuck() -> None:
    problem = diagnose(rows({50: 2.0} | at_chance(125, 150, 175, 200)), 300, CHANCE)
    assert problem == (
        "the loss is stuck at its chance value log(1 + negatives) = 3.4340 at step 200 "
        "(last 4 reports 3.4168 to 3.4512)"
    )


@pytest.mark.parametrize(
    "losses",
    [
        at_chance(100, 125, 150, 175),  # too early
        at_chance(100, 125, 150) | {175: 3.3, 200: CHANCE},  # left chance for a report
        at_chance(25, 50, 100) | {150: 3.2, 200: 3.1},  # left it after a slow start
        at_chance(50, 100, 200),  # a single report in the second half of the patience
        {125: 0.01, 200: 0.001},
    ],
)
def test_a_run_that_learns_or_is_young_goes_on(losses: dict[int, float]) -> None:
    assert diagnose(rows(losses), 300, CHANCE) is None
