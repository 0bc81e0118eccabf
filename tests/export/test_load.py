"""The exported network under load."""

import resource
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.export.models import SLICES
from tests.export.serving import run


@pytest.fixture(scope="module")
def signatures(exported):
    return tf.saved_model.load(str(exported.saved)).signatures


def test_sixteen_threads_get_the_answers_of_their_own_requests(signatures):
    count = 16
    requests = [
        {
            "image": SLICES[[one % 5]] * (one + 1) + one,
            "low": np.array([one], np.float32),
            "high": np.array([2.0 * one + 1], np.float32),
        }
        for one in range(count)
    ]
    requests[9]["high"] = requests[9]["low"]  # one bad request among them
    alone = [run(signatures["serving_raw"], **request) for request in requests]
    start = threading.Barrier(count)

    def ask(request):
        start.wait()
        return [run(signatures["serving_raw"], **request) for _ in range(5)]

    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(ask, requests))
    for expected, got in zip(alone, answers, strict=True):
        for answer in got:
            for name, values in answer.items():
                np.testing.assert_array_equal(values, expected[name])
    assert [bool(answer["valid"][0]) for answer in alone] == [one != 9 for one in range(count)]


def resident() -> int:
    """Bytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_two_thousand_calls_do_not_grow_the_process(signatures):
    serve = signatures["serving_raw"]
    rng = np.random.default_rng(0)

    def call(times):
        for _ in range(times):
            rows = int(rng.integers(1, 9))
            image = rng.normal(size=(rows, 16, 24, 1)).astype(np.float32)
            image[0, 0, 0] = rng.choice([0, np.nan])
            run(serve, image=image, low=np.zeros(rows, "f"), high=np.ones(rows, "f"))

    call(500)  # threads, buffers and kernels for each size of a batch are made
    before = resident()
    call(2000)
    # The inputs and outputs of the 2,000 calls are some 70 MB.
    assert resident() - before < 16 * 2**20
