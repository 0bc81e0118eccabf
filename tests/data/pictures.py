"""A small street in the Cityscapes layout: sky, road and a car, drawn by a seed."""

from pathlib import Path

import numpy as np
from PIL import Image

SKY, ROAD, CAR, STATIC = 23, 7, 26, 4  # label ids

CONFIG = """
name: street
data:
  layout: cityscapes
  classes: {1: road, 2: sky, 3: car}
  labels: {7: 1, 23: 2, 26: 3}
  unlisted_labels: background
  spacing: [2, 2]
  grid: [32, 48]
  intensity_range: [0, 255]
splits:
  unlabelled: [ulm_0_0, ulm_0_1, ulm_0_2, ulm_0_3, ulm_0_4, ulm_0_5]
  labelled: {2: {c1: {train: [ulm_0_0, ulm_0_1], validation: [ulm_0_2]}}}
  test: [bonn_0_0, bonn_0_1]
model: {channels: 3, filters: [4, 4, 8], projection_hidden: 16, projection_size: 8}
pretrain_global:
  {strategy: GR, steps: 4, batch_size: 8, health_every: 2,
   augmentation: {crop: [0.5, 1.0], colour: {}}}
pretrain_local:
  {strategy: LR, steps: 4, batch_size: 8, health_every: 2, decoder_blocks: 1, regions: 5,
   negatives: 2, augmentation: {colour: {}}}
pretrain_joint: {steps: 4, batch_size: 16}
finetune:
  {ntr: 2, steps: 4, batch_size: 4, validate_every: 2,
   augmentation: {crop: [0.5, 1.0], colour: {}}}
runtime: {report_every: 2, checkpoint_every: 2, jit_compile: false}
"""


def draw_street(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a picture (64, 96, 3) uint8 and its label ids (64, 96) uint8."""
    rng = np.random.default_rng(seed)
    ids = np.full((64, 96), STATIC, np.uint8)
    ids[: rng.integers(20, 28)] = SKY
    ids[rng.integers(34, 40) :] = ROAD
    row, column = rng.integers(30, 40), rng.integers(10, 60)
    ids[row : row + 12, column : column + 24] = CAR
    colours = {SKY: (120, 170, 230), ROAD: (90, 90, 90), CAR: (200, 30, 30), STATIC: (60, 120, 50)}
    picture = np.zeros((64, 96, 3))
    for label, colour in colours.items():
        picture[ids == label] = colour
    return (picture + rng.normal(0, 5, picture.shape)).clip(0, 255).astype(np.uint8), ids


def save(path: Path, array: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)
    return path


def write_tree(folder: Path) -> Path:
    """Write six pictures of train and two of val, with masks, and one of test."""
    streets = [("train", f"ulm_0_{number}") for number in range(6)]
    streets += [("val", "bonn_0_0"), ("val", "bonn_0_1"), ("test", "essen_0_0")]
    for seed, (part, name) in enumerate(streets):
        picture, ids = draw_street(seed)
        city = f"{part}/{name.partition('_')[0]}"
        save(folder / "leftImg8bit" / city / f"{name}_leftImg8bit.png", picture)
        save(folder / "gtFine" / city / f"{name}_gtFine_labelIds.png", ids)
    return folder
