import os
import subprocess
import sys

import pytest

AS_INSTALLED = "import sys; sys.argv = ['dscl-tf']; from dscl_tf.cli import main; main()"


@pytest.mark.parametrize(
    ("words", "number", "completed"),
    [
        ("dscl-tf pre", 1, {"predict", "pretrain"}),
        ("dscl-tf pretrain global --strategy G", 4, {"GR", "GD-", "GD"}),
    ],
)
def test_a_shell_completes_commands_and_choices(words: str, number: int, completed) -> None:
    asked = {"_DSCL_TF_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(number)}
    result = subprocess.run(
        [sys.executable, "-c", AS_INSTALLED],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
    )
    assert {line.removeprefix("plain,") for line in result.stdout.splitlines()} == completed
