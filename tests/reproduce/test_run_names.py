"""Names of runs stay: by them, a command that is given again finds what was made before."""

import pytest

from dscl_tf.config.files import load_config
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.matrix import load_matrix
from dscl_tf.reproduce.run_names import run_name
from dscl_tf.reproduce.selection import Selection


@pytest.mark.parametrize(
    ("table", "scale", "row", "names"),
    [
        ("table8", "full", "random", ["cityscapes-finetune-2ccf3d1573"]),
        (
            "table6",
            "full",
            "acdc GD + LD, l = 3",
            ["acdc-global-50b9d3e5a7", "acdc-local-16c0341819", "acdc-finetune-40214703b8"],
        ),
        (
            "table7",
            "half",
            "lambda = 1",
            ["acdc_half-joint-a72f3dfd87", "acdc_half-finetune-e751d719d0"],
        ),
        (
            "methods",
            "hippocampus",
            "rotation",
            ["hippocampus-pretext-b39cbdd5c7", "hippocampus-finetune-e167692ad7"],
        ),
        (
            "methods",
            "half",
            "random + learned augmentation",
            [
                "acdc_half-augmentation-ae59969ffd",
                "acdc_half-augmentation-93da543313",
                "acdc_half-finetune-ba16fbfc64",
            ],
        ),
    ],
)
def test_names_of_shipped_tables_stay(table: str, scale: str, row: str, names: list[str]) -> None:
    plan = make_plan(load_matrix(table)[1], scale, Selection(rows=[row], seeds=[1]))
    assert list(plan.cells[0].runs) == names


@pytest.mark.parametrize("override", ["runtime.precision=mixed_bfloat16", "compat=original"])
def test_what_a_result_depends_on_changes_the_name(override: str) -> None:
    names = {run_name("pretrain_global", load_config("phantom", o)) for o in ([], [override])}
    assert len(names) == 2


def test_sources_change_the_name() -> None:
    config = load_config("phantom")
    sources = [(None, ()), ("a", ()), (None, ("a",)), (None, ("a", "b"))]
    names = {run_name("finetune", config, init, generators) for init, generators in sources}
    assert len(names) == len(sources)


@pytest.mark.parametrize(
    ("stage", "override", "changes"),
    [
        ("pretrain_global", "pretrain_local.steps=7", False),
        ("pretrain_joint", "pretrain_local.regions=9", True),
        ("pretrain_global", "finetune.ntr=2", False),
        ("pretrain_augmentation", "finetune.ntr=2", True),
        ("pretrain_augmentation", "finetune.loss=cross_entropy", True),
        ("pretrain_augmentation", "finetune.steps=7", False),
    ],
)
def test_a_stage_depends_on_the_sections_it_declares(
    stage: str, override: str, changes: bool
) -> None:
    names = {run_name(stage, load_config("phantom", o)) for o in ([], [override])}
    assert (len(names) == 2) == changes
