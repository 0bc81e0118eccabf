import json
from pathlib import Path

import pytest

from dscl_tf.config.files import load_config
from dscl_tf.errors import UsageError
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.matrix import load_matrix, shipped_matrices
from dscl_tf.reproduce.selection import Selection
from dscl_tf.stages.local_objective import local_objective

TABLES = Path(__file__).resolve().parents[3] / "shared" / "paper" / "tables.json"


@pytest.mark.parametrize("table", shipped_matrices())
def test_every_shipped_table_can_be_planned_at_every_scale(table):
    _, matrix = load_matrix(table)
    for scale, configs in matrix.scales.items():
        plan = make_plan(matrix, scale, Selection())
        assert {run.base for run in plan.runs.values()} <= set(configs.values())
        assert all(load_config(run.base, run.overrides) for run in plan.runs.values())
        for run in plan.runs.values():
            if run.stage in ("pretrain_local", "pretrain_joint"):
                local_objective(run.config)  # the regions lie apart and inside the map


def test_the_tables_of_the_supplement_are_there():
    assert {f"table{number}" for number in range(2, 9)} <= set(shipped_matrices())


def test_numbers_of_the_paper_are_those_of_the_supplement():
    if not TABLES.is_file():
        pytest.skip(f"no numbers of the paper: {TABLES} is absent")
    paper = json.loads(TABLES.read_text())
    _, table3 = load_matrix("table3")
    for partitions, scores in paper["table3_partitions"]["rows"].items():
        assert list(table3.rows[f"S = {partitions}"].paper.values()) == scores
    _, table6 = load_matrix("table6")
    for name, scores in paper["table6_combinations"]["rows"].items():
        data, encoder, decoder = name.split()
        if decoder == "random":
            assert list(table6.rows[f"{data} {encoder}"].paper.values()) == scores
            continue
        rows = [
            table6.rows[f"{data} {encoder} + {decoder}, l = {block}"].paper for block in (2, 3, 4)
        ]
        assert [row[ntr] for ntr in (1, 2, 8) for row in rows] == scores


def test_numbers_of_the_paper_beside_the_methods_are_those_of_its_tables():
    if not TABLES.is_file():
        pytest.skip(f"no numbers of the paper: {TABLES} is absent")
    paper = json.loads(TABLES.read_text())
    rows = load_matrix("methods")[1].rows
    table6 = paper["table6_combinations"]["rows"]
    for name in ("GR", "GD"):
        assert list(rows[name].paper.values()) == table6[f"acdc {name} random"]
    for name in ("LR", "LD"):  # columns l = 2, 3, 4 of 1, 2 and 8 volumes
        assert list(rows[f"GD + {name}"].paper.values()) == table6[f"acdc GD {name}"][1::3]
    assert rows["benchmark"].paper == {"all": paper["benchmark"]["acdc 78 volumes"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: [", "not valid YAML: .*"),
        ("titel: x", r"bad\.yaml: (title: is missing|titel: unknown key)"),
        (
            "{title: t, source: s, scales: {a: {d: phantom}}, ntr: [1], rows: {r: {data: e}}}",
            r"bad\.yaml: rows\.r\.data must be one of \['d'\], got e",
        ),
        (
            "{title: t, source: s, scales: {a: {d: phantom}}, ntr: [1], rows: {r: {data: d}}, "
            "paper_scales: [b]}",
            r"bad\.yaml: paper_scales must be among \['a'\], got b",
        ),
        (
            "{title: t, source: s, scales: {a: {d: phantom}}, ntr: [1], rows: {r: {data: d, "
            "pretrain: [{stage: finetune}]}}}",
            r"rows\.r\.pretrain\.0\.stage: must be one of pretrain_global, .*, got finetune",
        ),
        (
            "{title: t, source: s, scales: {a: {d: phantom}}, ntr: [1], rows: {r: {data: d}}, "
            "seconds_per_step: {a: {pretrain: 1}}}",
            r"seconds_per_step\.a\.pretrain.*: must be one of pretrain_global, .*, got pretrain",
        ),
        (
            "{title: t, source: s, scales: {a: {d: phantom}}, ntr: [1], rows: {r: {data: d}}, "
            "seconds_per_step: {b: {}}}",
            r"bad\.yaml: seconds_per_step must be among \['a'\], got b",
        ),
    ],
)
def test_a_broken_table_is_one_line(tmp_path, text, message):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=f"{message}$") as error:
        load_matrix(path)
    assert "\n" not in str(error.value)


def test_an_unknown_table_is_an_error_that_lists_the_shipped():
    with pytest.raises(UsageError, match=r"`table`: .*methods, table2.*got table9"):
        load_matrix("table9")
