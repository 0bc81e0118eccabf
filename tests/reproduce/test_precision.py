from dscl_tf.reproduce import expand
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.selection import Selection


def test_auto_is_settled_in_names_and_commands(matrix, monkeypatch) -> None:
    monkeypatch.setattr(expand, "fastest_precision", lambda: ("mixed_bfloat16", "of this machine"))
    automatic = make_plan(matrix, "small", Selection(), ["runtime.precision=auto"]).runs
    stated = make_plan(matrix, "small", Selection(), ["runtime.precision=mixed_bfloat16"]).runs
    assert automatic.keys() == stated.keys()
    for run in automatic.values():
        assert run.config.runtime.precision == "mixed_bfloat16"
        assert "runtime.precision=mixed_bfloat16" in run.arguments()
