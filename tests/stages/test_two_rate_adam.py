import keras
import numpy as np

from dscl_tf.stages.fused_adam import FusedAdam
from dscl_tf.stages.two_rate_adam import TwoRateAdam


def stepped(optimizer: keras.optimizers.Optimizer, *names: str) -> list[np.ndarray]:
    """Return variables of these names after three steps down the gradients (1, 2, ...)."""
    variables = [keras.Variable(np.zeros(1), name=name) for name in names]
    gradients = [keras.ops.full((1,), float(number)) for number, _ in enumerate(names, start=1)]
    for _ in range(3):
        optimizer.apply(gradients, variables)
    return [keras.ops.convert_to_numpy(variable) for variable in variables]


def test_it_equals_one_adam_for_each_rate() -> None:
    one, other = stepped(TwoRateAdam(0.1, "judge_", 0.25), "net_kernel", "judge_kernel")
    np.testing.assert_allclose(one, stepped(FusedAdam(0.1), "net_kernel")[0])
    slow = stepped(FusedAdam(0.025), "unused", "judge_kernel")[1]
    np.testing.assert_allclose(other, slow, rtol=1e-6)
