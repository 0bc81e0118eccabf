"""Volumes, preprocessing, the slice store and batch samplers. Nothing here imports Keras."""
