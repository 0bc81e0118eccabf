import pytest

from dscl_tf.config.files import load_config
from dscl_tf.errors import UsageError
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.matrix import Row
from dscl_tf.reproduce.selection import Selection


def test_cells_are_all_combinations_of_rows_labels_and_seeds(matrix):
    plan = make_plan(matrix, "small", Selection())
    places = {(cell.row, cell.ntr, cell.combination, cell.seed) for cell in plan.cells}
    assert len(plan.cells) == len(places) == 3 * 2 * 1 * 2


def test_cells_that_differ_only_later_share_their_pretraining(matrix):
    plan = make_plan(matrix, "small", Selection(seeds=(1,)))
    stages = [run.stage for run in plan.runs.values()]
    assert (stages.count("pretrain_global"), stages.count("pretrain_local")) == (1, 1)
    assert stages.count("finetune") == 6
    chains = {cell.row: cell.runs for cell in plan.cells if cell.ntr == 2}
    assert chains["GD + LR"][0] == chains["GD"][0]
    assert plan.runs[chains["GD + LR"][1]].init == chains["GD"][0]


def test_a_run_comes_after_the_one_it_starts_from(matrix):
    plan = make_plan(matrix, "small", Selection())
    order = list(plan.runs)
    for run in plan.runs.values():
        assert run.init is None or order.index(run.init) < order.index(run.name)


def test_commands_give_the_planned_configuration(matrix):
    plan = make_plan(matrix, "small", Selection(), ["finetune.steps=7"])
    for run in plan.runs.values():
        arguments = run.arguments()
        assigned = [arguments[i + 1] for i, word in enumerate(arguments) if word == "--set"]
        config = load_config(arguments[arguments.index("--config") + 1], assigned)
        assert config == run.config and config.finetune.steps == 7
    mixed = [
        run for run in plan.runs.values() if run.stage == "finetune" and run.config.finetune.mixup
    ]
    assert len(mixed) == 4


def test_what_a_result_depends_on_makes_another_run(matrix):
    base = set(make_plan(matrix, "small", Selection()).runs)
    for override in ("runtime.precision=mixed_bfloat16", "model.projection_size=64"):
        assert not base & set(make_plan(matrix, "small", Selection(), [override]).runs)
    changed = set(make_plan(matrix, "small", Selection(), ["finetune.loss=cross_entropy"]).runs)
    assert {name for name in base & changed} == {name for name in base if "finetune" not in name}


def test_an_unknown_scale_lists_the_known(matrix):
    with pytest.raises(UsageError, match="`scale`: must be one of small, other, got large"):
        make_plan(matrix, "large", Selection())


def test_generators_are_trained_on_each_cells_labelled_volumes(matrix):
    kinds = ({"kind": "deformation"}, {"kind": "intensity"})
    learned = Row(data="volumes", generators=kinds)
    mixed = Row(data="volumes", generators=kinds, finetune={"mixup": {}})
    rows = {"learned": learned, "learned + Mixup": mixed}
    plan = make_plan(matrix.model_copy(update={"rows": rows}), "small", Selection(seeds=(1,)))
    chains = {(cell.row, cell.ntr): cell.runs for cell in plan.cells}
    assert chains["learned", 1][:2] == chains["learned + Mixup", 1][:2]
    assert not set(chains["learned", 1]) & set(chains["learned", 2])
    run = plan.runs[chains["learned", 2][-1]]
    assert run.sources == run.generators == chains["learned", 2][:2]
    generator = plan.runs[run.generators[1]]
    assert generator.config.pretrain_augmentation.kind == "intensity"
    assert generator.config.finetune.ntr == 2
    assert generator.arguments()[:2] == ["pretrain", "augmentation"]
    assert run.arguments()[-4:] == [
        *("--generators", run.generators[0]),
        *("--generators", run.generators[1]),
    ]


@pytest.mark.parametrize(
    ("override", "option"),
    [
        ("runtime.seed=9", "`seeds`"),
        ("finetune.ntr=2", "`ntr`"),
        ("finetune.combination=c2", "`co"),
    ],
)
def test_what_cells_vary_cannot_be_set_for_all(matrix, override: str, option: str):
    with pytest.raises(UsageError, match=f"must leave alone what {option}.* got {override}"):
        make_plan(matrix, "small", Selection(), [override])


def test_combinations_are_those_of_the_splits_that_are_set(matrix):
    splits = "splits.labelled={1: {mine: {train: ['001'], validation: ['013']}}}"
    everything = matrix.model_copy(update={"combinations": None})
    plan = make_plan(everything, "small", Selection(ntr=(1,)), [splits])
    assert {cell.combination for cell in plan.cells} == {"mine"}


def test_a_seed_that_is_given_twice_counts_once(matrix):
    assert len(make_plan(matrix, "small", Selection(seeds=(1, 1))).cells) == 6


def test_what_takes_no_weights_starts_anew_within_a_chain(matrix):
    steps = [{"stage": "pretrain_global"}, {"stage": "pretrain_pretext"}]
    rows = {"both": Row(data="volumes", pretrain=steps)}
    plan = make_plan(matrix.model_copy(update={"rows": rows}), "small", Selection(ntr=(1,)))
    first, second, last = (plan.runs[name] for name in plan.cells[0].runs)
    assert (first.init, second.init, last.init) == (None, None, second.name)
