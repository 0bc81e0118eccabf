import os
import time

import pytest
from joblib import delayed

from dscl_tf.data.store.parallel import in_parallel
from dscl_tf.errors import DataError


def square(number):
    return number * number


def slow_square(number):
    time.sleep(0.1)
    return square(number)


@pytest.mark.parametrize("jobs", [None, 1, 2, 8])
def test_results_come_in_the_order_of_the_calls(jobs):
    calls = [delayed(square)(number) for number in range(5)]
    assert list(in_parallel(calls, 5, jobs)) == [0, 1, 4, 9, 16]
    assert list(in_parallel([], 0, jobs)) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_calls_are_taken_only_when_they_can_start(jobs):
    taken, seen = [], []

    def calls():
        for number in range(50):
            if seen:
                return
            taken.append(number)
            yield delayed(slow_square)(number)

    for result in in_parallel(calls(), 50, jobs, prefer="threads"):
        seen.append(result)
    assert seen == [number * number for number in taken]
    assert len(taken) < 50


def test_a_process_killed_from_outside_is_one_line():
    calls = [delayed(os._exit)(1), delayed(square)(2)]
    with pytest.raises(DataError, match="was killed, most likely because memory ran out"):
        list(in_parallel(calls, 2, 2))
