"""Seconds per step of the same network in PyTorch: the rival of `step_time.py`.

    pip install ".[benchmark]"
    python benchmarks/torch_step.py finetune --config acdc --compile

Layers, sizes, batch, losses, Adam and the augmentation inside the step are those of the stage in
the configuration; images are random numbers. Prints one JSON line, without the first two steps.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F  # noqa: N812
from flops import JOBS
from torch import Tensor, nn
from torch_networks import RegionEmbedding, SliceEmbedding, UNet, dice, global_loss, local_loss
from turns import wait_for_turn

STARTED = time.perf_counter()
SLICES = 10  # of a volume whose inference is timed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("--config", default="acdc")
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    parser.add_argument("--turns", action="store_true", help="wait for a line before each step")
    parser.add_argument("--set", dest="overrides", action="append", default=[])
    options = parser.parse_args()
    torch.set_num_threads(os.cpu_count() or 1)
    torch.manual_seed(0)
    model, objective, images, target = make(options.job, options.config, options.overrides)
    model = model.to(memory_format=torch.channels_last)
    images = images.to(memory_format=torch.channels_last)
    low = options.precision == "mixed_bfloat16"
    if options.job == "inference":
        run = inference(model, images, low, options.compile)
    else:
        run = training(model, objective, images, target, low, options)
    times = []
    for step in range(2 + options.steps):
        waited = wait_for_turn() if options.turns else 0.0
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
        if step == 0:
            first = time.perf_counter() - STARTED - waited
    result = {
        "job": options.job,
        "engine": f"torch {torch.__version__}" + (" compiled" if options.compile else ""),
        "median_seconds_per_step": statistics.median(times[2:]),
        "seconds": times[2:],
        "seconds_to_first_step": first,
        "peak_memory_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }
    json.dump(result, sys.stdout)
    print()


def make(job: str, name: str, overrides: list[str]) -> tuple:
    """Return the network, its loss, images and the loss's target, as the configuration says."""
    os.environ["KERAS_BACKEND"] = "torch"  # TensorFlow would hold threads beside ours
    from dscl_tf.config import load_config
    from dscl_tf.losses import nearest_neighbours, region_corners

    config = load_config(name, overrides)
    filters, momentum = config.model.filters, config.model.batch_norm_momentum
    channels, side = config.data.channel_count, config.data.grid[0]
    stage = "finetune" if job == "inference" else job
    count = SLICES if job == "inference" else getattr(config, stage).batch_size
    images = torch.rand(count, channels, side, side)
    if job == "pretrain_global":
        hidden = config.model.projection_hidden
        half = torch.arange(count // 2)
        columns = [half, half // 4, half % 4, torch.zeros_like(half)]
        labels = torch.stack(columns, 1).repeat(2, 1)
        labels[count // 2 :, 3] = 1
        network = SliceEmbedding(channels, filters, momentum, side, hidden)
        return network, global_loss, images, labels
    if job == "pretrain_local":
        map_side = side >> (len(filters) - 4)
        corners = region_corners(13, 3, map_side, map_side, block=3)
        negatives = torch.as_tensor(nearest_neighbours(corners, 5)).long()
        network = RegionEmbedding(channels, filters, momentum, torch.as_tensor(corners))
        return network, local_loss, images, negatives
    classes = len(config.data.classes) + 1
    coarse = torch.randint(0, classes, (count, side // 8, side // 8))
    masks = coarse.repeat_interleave(8, 1).repeat_interleave(8, 2)
    both = config.finetune.loss == "dice_cross_entropy"
    network = UNet(channels, filters, momentum, classes)
    return network, lambda logits, labels: dice(logits, labels, both), images, masks


def inference(model: nn.Module, images: Tensor, low: bool, compiled: bool):
    """Return what predicts `images` once."""
    model.eval()

    def forward(x: Tensor) -> Tensor:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=low):
            return model(x).float().softmax(1)

    apply = torch.compile(forward) if compiled else forward
    return lambda: apply(images).numpy()


def training(model, objective, images: Tensor, target: Tensor, low: bool, options):
    """Return what makes one step: draw, augment, forward, backward, Adam."""
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.Adam(weights, 1e-3, eps=1e-7, foreach=not options.compile)
    segmentation = options.job == "finetune"

    def loss_of(images, target, matrix, elastic, brightness, contrast):
        grid = positions(matrix, elastic, images.shape[-1])
        images = F.grid_sample(images, grid, align_corners=True)
        mean = images.mean((1, 2, 3), keepdim=True)
        images = images + (contrast - 1) * (images - mean) + brightness
        if segmentation:
            masks = target[:, None].float()
            moved = F.grid_sample(masks, grid, mode="nearest", align_corners=True)
            target = moved[:, 0].long()
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            outputs = forward(images)
        return measure(outputs, target)

    # Compiled apart, without the warp: as one graph the step took a fifth longer.
    forward = torch.compile(model) if options.compile else model
    measure = torch.compile(objective) if options.compile else objective

    def step() -> None:
        count = len(images)
        angle = torch.rand(count) * 0.5 - 0.25
        matrix = torch.zeros(count, 2, 3)
        matrix[:, 0, 0] = matrix[:, 1, 1] = angle.cos()
        matrix[:, 0, 1], matrix[:, 1, 0] = -angle.sin(), angle.sin()
        elastic = torch.randn(count, 2, 3, 3) * 2 if segmentation else None
        brightness = (torch.rand(count, 1, 1, 1) - 0.5) * 0.2
        contrast = 1 + (torch.rand(count, 1, 1, 1) - 0.5) * 0.4
        loss = loss_of(images, target, matrix, elastic, brightness, contrast)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss.item()

    return step


def positions(matrix: Tensor, elastic: Tensor | None, side: int) -> Tensor:
    """Return where to sample: an affine map, and a coarse grid of displacements in pixels."""
    grid = F.affine_grid(matrix, (len(matrix), 1, side, side), align_corners=True)
    if elastic is None:
        return grid
    field = F.interpolate(elastic, (side, side), mode="bicubic", align_corners=True)
    return grid + field.permute(0, 2, 3, 1) * (2 / (side - 1))


if __name__ == "__main__":
    main()
