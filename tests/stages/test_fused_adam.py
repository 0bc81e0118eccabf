import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.layers import BatchNormalization
from keras.optimizers import Adam, LossScaleOptimizer
from keras.optimizers.schedules import CosineDecay

from dscl_tf.config import Experiment
from dscl_tf.models.fused_batch_normalisation import FusedBatchNormalisation
from dscl_tf.runs.checkpoint import restore_checkpoint, save_checkpoint
from dscl_tf.runs.run import Run
from dscl_tf.stages.fused_adam import FusedAdam
from tests.models.normalised import assert_close, network, train, trained, variables


def stepped(optimizer: keras.optimizers.Optimizer, gradients) -> np.ndarray:
    """Return a variable (2, 2) of ones after a step down each gradient."""
    variable = keras.Variable(np.ones((2, 2)), dtype="float32")
    for gradient in gradients:
        optimizer.apply([gradient], [variable])
    return np.asarray(variable)


@pytest.mark.parametrize(("rate", "jit_compile"), [(CosineDecay(1e-2, 20), False), (1e-3, True)])
def test_training_is_that_of_keras(rate, jit_compile: bool) -> None:
    results, expected = (
        trained(BatchNormalization, kind(rate), jit_compile) for kind in (FusedAdam, Adam)
    )
    assert_close(results, expected, 2e-6)


def test_a_scaled_loss_trains_as_with_keras() -> None:
    results, expected = (
        trained(FusedBatchNormalisation, kind(), policy="mixed_float16")
        for kind in (FusedAdam, Adam)
    )
    assert_close(results, expected, 1e-2)


def test_a_gradient_that_overflows_is_skipped() -> None:
    gradients = [tf.fill((2, 2), value) for value in (2.0, np.inf, -3.0)]
    results, expected = (
        stepped(LossScaleOptimizer(kind(0.1)), gradients) for kind in (FusedAdam, Adam)
    )
    assert np.isfinite(expected).all() and (expected != 1).all()
    np.testing.assert_allclose(results, expected, rtol=1e-6)


@pytest.mark.parametrize(
    "options",
    [
        {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3},
        {"weight_decay": 0.1},
        {"clipnorm": 0.5},
        {"global_clipnorm": 0.5},
        {"use_ema": True, "ema_overwrite_frequency": 2},
        {"gradient_accumulation_steps": 2},
        {"amsgrad": True},
    ],
)
def test_it_takes_the_options_of_keras(options) -> None:
    gradients = [
        keras.ops.convert_to_tensor(np.random.default_rng(step).normal(size=(2, 2)), "float32")
        for step in range(5)
    ]
    results, expected = (stepped(kind(0.01, **options), gradients) for kind in (FusedAdam, Adam))
    np.testing.assert_allclose(results, expected, rtol=1e-6)


def test_a_sparse_gradient_is_left_to_keras() -> None:
    gradients = [tf.IndexedSlices(tf.ones((1, 2)), tf.constant([1]), (2, 2))] * 2
    results, expected = (stepped(kind(0.1), gradients) for kind in (FusedAdam, Adam))
    np.testing.assert_allclose(results, expected, rtol=1e-6)


def test_it_is_one_operation_for_each_variable() -> None:
    weights = [keras.Variable(np.ones(size), name=f"variable{size}") for size in (1, 2, 3)]
    optimizer = FusedAdam()
    optimizer.build(weights)
    apply = tf.function(lambda *gradients: optimizer.apply(gradients, weights))
    graph = apply.get_concrete_function(*(tf.TensorSpec(each.shape) for each in weights)).graph
    kinds = [operation.type for operation in graph.get_operations()]
    assert kinds.count("ResourceApplyAdam") == len(weights)


def test_a_saved_optimizer_is_read_again() -> None:
    optimizer = FusedAdam(CosineDecay(1e-2, 20), beta_1=0.5)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert type(again) is FusedAdam
    gradients = [tf.ones((2, 2))] * 3
    np.testing.assert_array_equal(stepped(again, gradients), stepped(optimizer, gradients))


@pytest.mark.parametrize("scaled", [False, True])
def test_a_checkpoint_of_keras_parts_goes_on(tiny: Experiment, tmp_path, scaled: bool) -> None:
    def compiled(normalisation, optimizer) -> keras.Model:
        model = network(normalisation)
        model.compile(
            LossScaleOptimizer(optimizer) if scaled else optimizer, "mse", jit_compile=False
        )
        model.optimizer.build(model.trainable_variables)
        return model

    run = Run.create(tmp_path, "run", "pretrain_global", tiny, {"init": None})
    model = compiled(BatchNormalization, Adam(CosineDecay(1e-2, 20)))
    train(model, steps=5)
    save_checkpoint(run, model, {"model": model}, 5)
    resumed = compiled(FusedBatchNormalisation, FusedAdam(CosineDecay(1e-2, 20)))
    assert restore_checkpoint(run, resumed, {"model": resumed}) == 5
    assert_close(variables(resumed), variables(model), 0)
    for each in (model, resumed):
        train(each, first=5, steps=5)
    assert_close(variables(resumed), variables(model), 2e-5)
