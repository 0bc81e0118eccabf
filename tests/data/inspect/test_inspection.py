import dataclasses
import json

import numpy as np
import pytest

from dscl_tf.config.files import replace
from dscl_tf.data.inspect import inspect_store


def test_the_phantom_gives_no_warning(store, tiny):
    inspection = inspect_store(store, tiny)
    assert inspection.warnings == []
    assert [facts.id for facts in inspection.volumes] == list(store.volumes)
    assert inspection.summary["partition_retrieval"] > 0.5


def test_what_is_wrong_is_found_in_one_go(store, tiny):
    images, masks = np.array(store.images), np.array(store.masks)
    first, last = store.volumes["001"].slices, store.volumes["005"].slices
    inside = masks[first.start : first.stop]
    inside[inside == 2] = 0
    volumes = {
        **store.volumes,
        "005": dataclasses.replace(store.volumes["005"], sha256=store.volumes["001"].sha256),
        "002": dataclasses.replace(store.volumes["002"], oriented=False),
    }
    images[last] = images[last][::-1]
    spoilt = dataclasses.replace(
        store, images=images, masks=masks, volumes=volumes, skipped={"006": "no file"}
    )
    config = replace(tiny, {"splits.unlabelled": ["001", "002", "003", "007"]})
    warnings = inspect_store(spoilt, config).warnings
    assert [(finding.volume, finding.rule) for finding in warnings] == [
        ("006", "skipped"),
        ("002", "unoriented"),
        (None, "missing"),
        ("005", "same-file"),
        ("005", "leakage"),
        ("001", "class-absent"),
        ("005", "reversed"),
    ]


def test_volumes_with_few_slices_are_warned_about_and_left_out_of_the_comparison(store, tiny):
    deepest = max(entry.depth for entry in store.volumes.values())
    changes = {"pretrain_global.partitions": deepest, "pretrain_global.batch_size": 4 * deepest}
    config = replace(tiny, changes)
    inspection = inspect_store(store, config)
    thin = {facts.id for facts in inspection.volumes if facts.slices < deepest}
    assert thin == {find.volume for find in inspection.warnings if find.rule == "few-slices"}
    assert thin and inspection.summary["partition_retrieval"] is None


def test_a_volume_is_read_at_a_time(store, tiny):
    class Watched:
        def __getitem__(self, index):
            longest = max(entry.depth for entry in store.volumes.values())
            assert index.stop - index.start <= longest
            return store.images[index]

    watched = dataclasses.replace(store, images=Watched())
    assert inspect_store(watched, tiny) == inspect_store(store, tiny)


def test_json_holds_summary_volumes_and_warnings(store, tiny):
    answer = json.loads(json.dumps(inspect_store(store, tiny).to_dict()))
    assert set(answer) == {"summary", "volumes", "warnings"}
    assert answer["summary"]["slices"] == sum(row["slices"] for row in answer["volumes"])
    assert answer["volumes"][0]["volumes_ml"]["myocardium"] == pytest.approx(
        inspect_store(store, tiny).volumes[0].volumes_ml["myocardium"]
    )
