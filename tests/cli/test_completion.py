import sys

import pytest

from dscl_tf.cli import main


@pytest.mark.parametrize(
    ("words", "number", "completed"),
    [
        ("dscl-tf pre", 1, {"predict", "pretrain"}),
        ("dscl-tf pretrain global --strategy G", 4, {"GR", "GD-", "GD"}),
    ],
)
def test_a_shell_completes_commands_and_choices(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, words, number, completed
) -> None:
    monkeypatch.setattr(sys, "argv", ["dscl-tf"])
    for name, value in (("_DSCL_TF_COMPLETE", "bash_complete"), ("COMP_WORDS", words)):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COMP_CWORD", str(number))
    with pytest.raises(SystemExit):
        main()
    lines = capsys.readouterr().out.splitlines()
    assert {line.removeprefix("plain,") for line in lines} == completed
