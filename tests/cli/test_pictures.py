"""The whole method on colour pictures, from the Cityscapes tree to the SavedModel."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from dscl_tf.config.files import load_config
from dscl_tf.data.store import prepare
from tests.cli.command import Command
from tests.data.pictures import CAR, CONFIG, ROAD, SKY, write_tree

PREPARE = ("data", "prepare", "cityscapes", "--source", "street", "--jobs", "1")


@pytest.fixture(scope="module")
def trained_on_streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tree `street`, its configuration, its store and three runs."""
    from dscl_tf.stages.launch import run_stage

    home = tmp_path_factory.mktemp("streets")
    (home / "street.yaml").write_text(CONFIG)
    config = load_config(home / "street.yaml")
    store = prepare(config, write_tree(home / "street"), home / "store")
    for stage in ("pretrain_global", "pretrain_local", "finetune"):
        run_stage(stage, config, store, home / "runs", name=stage)
    return home


@pytest.fixture
def street(trained_on_streets: Path, invoke: Command, tmp_path: Path) -> Command:
    """The command, in a copy of that folder."""
    shutil.copytree(trained_on_streets, tmp_path, dirs_exist_ok=True)
    return invoke


def test_from_the_tree_to_the_saved_model(street: Command, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    with (runs / "pretrain_global" / "metrics.csv").open() as file:
        columns = csv.DictReader(file).fieldnames or []
    assert "cosine_margin" in columns and "partition_retrieval" not in columns
    assert (runs / "pretrain_global" / "figures" / "slice_embeddings.png").exists()
    assert (runs / "pretrain_local" / "figures" / "region_similarity.png").exists()

    table = street("evaluate").out
    assert "HD95 px" in table and " mm" not in table
    output = runs / "finetune" / "evaluation-test"
    rows = json.loads((output / "metrics.json").read_text())["rows"]
    row = next(row for row in rows if (row["volume"], row["name"]) == ("bonn_0_0", "road"))
    ids = np.asarray(Image.open(tmp_path / "street/gtFine/val/bonn/bonn_0_0_gtFine_labelIds.png"))
    mask = np.asarray(Image.open(output / "masks" / "bonn_0_0.png"))
    assert row["reference_kpx"] == pytest.approx(np.sum(ids == ROAD) / 1000)
    assert row["prediction_kpx"] == pytest.approx(np.sum(mask == 1) / 1000)
    assert {"hd95_px", "asd_px"} < row.keys() and "hd95_mm" not in row
    report = (output / "report.html").read_text()
    assert "HD95, px" in report and ", mm" not in report

    source = tmp_path / "street/leftImg8bit/val/bonn/bonn_0_0_leftImg8bit.png"
    assert street("predict", source, "--output", "out").out == f"out/{source.name}\n"
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "out" / source.name)), mask)

    doubtful = street("predict", source, "--output", "maps", "--flip", "columns", "--uncertainty")
    assert doubtful.out.splitlines()[1] == f"maps/{source.stem}_uncertainty.png"
    doubt = np.asarray(Image.open(tmp_path / doubtful.out.splitlines()[1]))
    assert doubt.shape == mask.shape and 255 < doubt.max() <= 65535

    assert street("export", "--output", "exports/street").status == 0
    served = tf.saved_model.load(str(tmp_path / "exports/street/1")).signatures
    assert set(served) == {"serving_default", "serving_raw"}
    picture = np.zeros((1, 32, 48, 3), np.float32)
    labels = served["serving_raw"](image=tf.constant(picture))["label"]
    assert labels.shape == (1, 32, 48)


def test_what_a_network_of_pictures_does_not_take(street: Command, tmp_path: Path) -> None:
    (tmp_path / "scan.nii.gz").touch()
    refused = street("predict", "scan.nii.gz", "--output", "out")
    refused.assert_one_line_error(1, "scan.nii.gz: an input's name must end in .png")
    Image.new("L", (96, 64), 3).save(tmp_path / "grey.png")
    refused = street("predict", "grey.png", "--output", "out")
    refused.assert_one_line_error(1, "grey.png: must be 8-bit RGB, got Pillow's mode L")
    assert not (tmp_path / "out").exists()


def test_pictures_have_no_partitions(invoke, tmp_path: Path) -> None:
    (tmp_path / "street.yaml").write_text(CONFIG)
    for stage, strategy, random in (
        ("global", "GD", "GR"),
        ("global", "GD-", "GR"),
        ("local", "LD", "LR"),
    ):
        options = ("--config", "street.yaml", "--batch-size", 16)
        result = invoke("pretrain", stage, "--strategy", strategy, *options)
        result.assert_one_line_error(
            2,
            f"pretrain_{stage}.strategy: must be {random} with data.layout cityscapes, since "
            f"{strategy} contrasts partitions of volumes and a picture has none",
        )


def test_an_unlisted_label_is_named_unless_it_is_background(invoke, tmp_path: Path) -> None:
    write_tree(tmp_path / "street")
    (tmp_path / "street.yaml").write_text(CONFIG)
    options = ("--config", "street.yaml", "--set", "data.unlisted_labels=error")
    result = invoke(*PREPARE, *options)
    result.assert_one_line_error(
        1, f"bonn_0_0_gtFine_labelIds.png: labels must be among 0, {ROAD}, {SKY}, {CAR}, got 4"
    )
    assert not (tmp_path / "stores/street").exists()


def test_the_store_counts_pictures_and_inspect_shows_them_upright_in_colour(
    invoke, tmp_path: Path
) -> None:
    write_tree(tmp_path / "street")
    (tmp_path / "street.yaml").write_text(CONFIG)
    config = ("--config", "street.yaml")
    prepared = invoke(*PREPARE, *config)
    first, supplied, *unused = prepared.out.splitlines()
    assert first == (
        "stores/street: 9 volumes (8 labelled), 9 slices; 0 of 9 volumes kept, 9 prepared"
    )
    assert supplied.startswith("supplied and used: 9 images and 8 masks found, ")
    assert all(line.startswith("supplied and not used: ") for line in unused)
    result = invoke("data", "inspect", *config, "--figure", "f.png")
    assert (result.status, "spacing px" in result.out, " mm" in result.out) == (0, True, False)
    warnings = json.loads(invoke("data", "inspect", *config, "--json").out)["warnings"]
    # The drawn streets do look alike; directions, partitions and organs are not asked for.
    assert {warning["rule"] for warning in warnings} == {"unused", "near-duplicate", "leakage"}
    figure = np.asarray(Image.open(tmp_path / "f.png").convert("RGB")).astype(int)
    red, _, blue = (figure[..., channel] for channel in range(3))
    first = np.arange(len(figure)) < len(figure) // 3
    sky, car = (
        np.flatnonzero(rows & first)
        for rows in ((blue - red > 80).sum(axis=1) > 20, (red - blue > 120).sum(axis=1) > 10)
    )
    assert len(sky) and len(car) and sky.mean() < car.mean()
