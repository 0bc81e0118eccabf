"""What TensorFlow Serving does with requests, as its source has it, in this process.

Its session with batching (tensorflow_serving/batching/batching_session.cc) puts the inputs of
several requests together along their first axis, runs them once and cuts the outputs.
"""

import numpy as np
import tensorflow as tf


def run(signature, **inputs):
    """Answer one request: name to array."""
    outputs = signature(**{name: tf.constant(value) for name, value in inputs.items()})
    return {name: value.numpy() for name, value in outputs.items()}


def run_batched(signature, requests):
    """Answer several requests in one run."""
    rows = [{len(value) for value in request.values()} for request in requests]
    assert all(len(of_inputs) == 1 for of_inputs in rows), "inputs must have equal numbers of rows"
    names = requests[0].keys()
    merged = {name: np.concatenate([request[name] for request in requests]) for name in names}
    outputs = run(signature, **merged)
    counts = [next(iter(of_inputs)) for of_inputs in rows]
    assert all(value.ndim and len(value) == sum(counts) for value in outputs.values())
    cuts = np.cumsum(counts)[:-1]
    parts = {name: np.split(value, cuts) for name, value in outputs.items()}
    return [{name: parts[name][i] for name in parts} for i in range(len(requests))]
