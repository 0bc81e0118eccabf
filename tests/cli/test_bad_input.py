"""`dscl-tf data prepare` on every broken input: one line, exit status 1, no store;
with `--skip-bad` the rest is prepared and what was skipped is listed."""

import os
import re
from pathlib import Path

import pytest

from dscl_tf.data.store.slice_store import SliceStore
from tests.cli.command import tree
from tests.data.bad_inputs import DAMAGED, ODD, SOURCES, Case
from tests.data.damage import BAD, PATIENTS, paths, write_source


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source")


@pytest.fixture
def prepare(invoke, tiny_file: Path, source: Path):
    def run(*options):
        arguments = ("--config", tiny_file, "--source", source, "--store", "store", "--jobs", "1")
        return invoke("data", "prepare", "phantom", *arguments, *options)

    return run


def assert_one_line(result, message: str) -> None:
    result.assert_one_line_error(1, "")
    assert re.fullmatch(f"dscl-tf: {message}", result.err.splitlines()[-1]), result.err


@pytest.mark.parametrize("case", DAMAGED, ids=lambda case: case.name)
def test_a_damaged_volume_is_named(prepare, source: Path, tmp_path: Path, case: Case) -> None:
    image, mask = paths(source, BAD)
    case.damage(image, mask)
    line = case.line(image, mask)
    assert_one_line(prepare(), line)
    assert not (tmp_path / "store").exists()
    result = prepare("--skip-bad", "--json")
    assert result.status == 0, result.err
    store = SliceStore.open("store")
    assert sorted(store.volumes) == [id for id in PATIENTS if id != BAD]
    assert list(store.skipped) == [BAD] and re.fullmatch(line, store.skipped[BAD])
    assert BAD in result.out


@pytest.mark.parametrize("case", ODD, ids=lambda case: case.name)
def test_an_odd_volume_is_prepared(prepare, source: Path, case: Case) -> None:
    case.damage(*paths(source, BAD))
    result = prepare()
    assert result.status == 0, result.err
    assert sorted(SliceStore.open("store").volumes) == list(PATIENTS)


@pytest.mark.parametrize(("name", "damage", "message"), SOURCES)
def test_a_source_without_a_data_set_is_named(
    prepare, source: Path, tmp_path: Path, name: str, damage, message: str
) -> None:
    damage(source)
    before = tree(tmp_path)
    place = tmp_path / "store" if "ids" in message else source
    result = prepare()
    result.assert_one_line_error(1, f": {message}")
    assert place.name in result.err
    assert tree(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_an_unreadable_file_is_named(prepare, source: Path) -> None:
    image, _ = paths(source, BAD)
    image.chmod(0)
    assert_one_line(prepare(), f"{image}: cannot be read as NIfTI: .*Permission denied.*")
