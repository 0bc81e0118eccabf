import io
import logging
import re
from pathlib import Path

import pytest

from dscl_tf.cli.display import Display
from dscl_tf.cli.messages import notices, print_from
from dscl_tf.progress import Place, Progress
from tests.cli.terminal import CONTROLS, on_terminal


def drawn(display: Display) -> str:
    """What the display shows now."""
    with display.console.capture() as shown:
        display.console.print(display._picture())
    return CONTROLS.sub("", shown.get())


@pytest.fixture
def display():
    made = Display(io.StringIO())
    yield made
    made.close()


def test_it_shows_step_scores_and_the_time_left(display: Display) -> None:
    seconds = iter([*range(0, 40, 2), *[40] * 20])
    display.hear(Place("finetune", 3, 5, later=20))
    display.hear(Progress("finetune", 0, 10, state="compiling"))
    assert "finetune" in drawn(display) and "compiling" in drawn(display)
    display.pace.clock = lambda: next(seconds)
    for step in range(1, 6):
        display.hear(Progress("finetune", step, 10))
    display.pace.clock = lambda: 8.0
    display.hear(Progress("finetune", 5, 10, values={"loss": 0.25, "validation Dice": 0.5}))
    shown = drawn(display)
    assert "5/10 steps  2 s/step  0:10 left" in shown
    assert "loss 0.250" in shown and "validation Dice 0.500" in shown
    assert "finetune, 3 of 5, about 0:50 of training left in all" in shown


def test_a_work_that_is_done_leaves_a_line(display: Display) -> None:
    display.hear(Progress("prepare", 2, 2, "volumes"))
    display.hear(Place("inspect", 2, 5))
    written = CONTROLS.sub("", display.console.file.getvalue())
    assert "prepare: 2 volumes in 0:00" in written
    assert "inspect, 2 of 5" in drawn(display)


def test_markup_in_a_line_is_text(display: Display) -> None:
    display.say("a [bold] name")
    assert "a [bold] name" in display.console.file.getvalue()


def test_a_training_on_a_terminal(tiny_file: Path, store, tmp_path: Path) -> None:
    options = ("--config", tiny_file, "--store", store.directory, "--name", "mine")
    out, shown = on_terminal(tmp_path, "finetune", *options, "--steps", "40")
    assert out == "finished runs/mine\n"
    for text in ("compiling", "loss ", "validation Dice ", "right ventricle ", " left", "s/step"):
        assert text in shown, text
    assert re.search(r"finetune: 40 steps in \d+:\d\d  loss ", shown)
    assert "step 2/40" not in shown
    lines = on_terminal(
        tmp_path, "finetune", *options[:-1], "other", "--steps", "4", "--init", "none", TERM="dumb"
    )[1].splitlines()
    assert [line.split()[1] for line in lines if line.startswith("step ")] == ["2/4", "4/4"]


def test_quiet_and_verbose_say_less_and_more(invoke, tiny_file: Path, store) -> None:
    options = ("--config", tiny_file, "--store", store.directory, "--init", "none", "--steps", "2")
    quiet = invoke("finetune", *options, "--name", "a", "--quiet")
    assert (quiet.status, quiet.out) == (0, "finished runs/a\n")
    assert quiet.err.startswith("finetune.steps: 2 steps will see ")  # a warning, and no more
    assert len(quiet.err.splitlines()) == 1
    usual = invoke("finetune", *options, "--name", "b")
    assert "step 2/2" in usual.err and "checkpoint after step 2" not in usual.err
    verbose = invoke("finetune", *options, "--name", "c", "--verbose")
    assert "step 2/2" in verbose.err and "checkpoint after step 2" in verbose.err
    both = invoke("finetune", *options, "--quiet", "--verbose")
    assert both.status == 2 and "--quiet: must not be given together with --verbose" in both.err


def test_quiet_still_prints_warnings(capsys: pytest.CaptureFixture) -> None:
    logger = logging.getLogger("dscl_tf.anything")
    with notices():
        print_from(logging.WARNING)
        logger.info("a notice")
        logger.warning("a warning")
    assert capsys.readouterr().err == "a warning\n"
