import keras
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, replace
from dscl_tf.errors import DataError
from dscl_tf.runs import precision
from dscl_tf.runs.precision import Accelerator, fastest_precision, settled, warn_of_slow_precision
from dscl_tf.runs.resume import check_resumable
from dscl_tf.runs.run import Run


@pytest.fixture
def machine(monkeypatch):
    """Return a function that stands another machine in for this one."""

    def stand_in(*flags: str, onednn: bool = True, gpu: Accelerator | None = None) -> None:
        monkeypatch.setattr(precision, "instructions", lambda: {"fpu", *flags})
        monkeypatch.setattr(precision, "uses_onednn", lambda: onednn)
        monkeypatch.setattr(precision, "accelerator", lambda: gpu)

    return stand_in


@pytest.mark.parametrize(
    ("flags", "onednn", "expected"),
    [
        (["amx_bf16", "avx512_bf16"], True, "mixed_bfloat16"),
        (["avx512_bf16"], True, "mixed_bfloat16"),
        (["avx512_bf16"], False, "float32"),
        (["avx2"], True, "float32"),
    ],
)
def test_a_processor_gets_what_it_computes_natively(machine, flags, onednn, expected) -> None:
    machine(*flags, onednn=onednn)
    assert fastest_precision()[0] == expected


@pytest.mark.parametrize(
    ("capability", "expected"),
    [
        ((9, 0), "mixed_bfloat16"),
        ((8, 0), "mixed_bfloat16"),
        ((7, 5), "mixed_float16"),
        ((6, 1), "float32"),
    ],
)
def test_a_gpu_gets_what_its_tensor_cores_take(machine, capability, expected) -> None:
    machine("amx_bf16", gpu=Accelerator("GPU", capability))
    policy, reason = fastest_precision()
    assert policy == expected and "GPU" in reason


@pytest.mark.parametrize(
    ("flags", "policy", "told"),
    [
        (["avx2"], "mixed_bfloat16", True),
        (["amx_bf16"], "mixed_bfloat16", False),
        (["amx_bf16"], "mixed_float16", True),
        (["avx512_fp16"], "mixed_float16", False),
        (["avx2"], "float32", False),
    ],
)
def test_a_precision_without_native_support_is_told(machine, lines, flags, policy, told) -> None:
    machine(*flags)
    warn_of_slow_precision(policy)
    assert [f"runtime.precision={policy}" in line for line in lines] == [True] * told


def test_a_gpu_takes_any_precision(machine, lines) -> None:
    machine("avx2", gpu=Accelerator("GPU", (9, 0)))
    warn_of_slow_precision("mixed_bfloat16")
    assert lines == []


def test_this_machine_gets_a_policy_of_keras() -> None:
    keras.DTypePolicy(fastest_precision()[0])


def test_a_run_keeps_the_precision_that_it_began_with(
    tiny: Experiment, store, tmp_path, machine, lines
) -> None:
    automatic = replace(tiny, {"runtime.precision": "auto"})
    machine("amx_bf16")
    run = Run.create(tmp_path, "run", "pretrain_global", automatic, {"init": None})
    assert lines == ["precision mixed_bfloat16: the processor has amx_bf16"]
    assert load_config(run.path / "config.yaml").runtime.precision == "mixed_bfloat16"
    machine("avx2")
    begun = Run.open(run.path)
    check_resumable(begun, automatic, store, tmp_path)
    with pytest.raises(DataError, match=r"these keys differ: runtime\.precision"):
        check_resumable(begun, tiny, store, tmp_path)


def test_a_stated_precision_is_left_alone(tiny: Experiment) -> None:
    assert settled(tiny) is tiny
