"""Batch samplers: which slices make a batch, and the labels that the losses need."""

from dscl_tf.data.samplers.batches import GlobalBatches, LabelledBatches, LocalBatches

__all__ = ["GlobalBatches", "LabelledBatches", "LocalBatches"]
