"""The networks and losses of dscl-tf in PyTorch, for `torch_step.py`: same layers, same sizes."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class Convolution(nn.Module):
    """Without bias, padded as TensorFlow's "same": a 2x2 kernel pads right and below."""

    def __init__(self, inputs: int, outputs: int, size: int) -> None:
        super().__init__()
        self.even = size % 2 == 0
        padding = 0 if self.even else size // 2
        self.conv = nn.Conv2d(inputs, outputs, size, padding=padding, bias=False)
        nn.init.kaiming_normal_(self.conv.weight)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (0, 1, 0, 1)) if self.even else x)


def unit(inputs: int, outputs: int, size: int, momentum: float) -> nn.Module:
    normalisation = nn.BatchNorm2d(outputs, 1e-3, 1 - momentum)
    return nn.Sequential(Convolution(inputs, outputs, size), normalisation, nn.ReLU())


class Encoder(nn.Module):
    def __init__(self, channels: int, filters: Sequence[int], momentum: float) -> None:
        super().__init__()
        self.blocks = nn.ModuleList()
        for outputs in filters:
            units = unit(channels, outputs, 3, momentum), unit(outputs, outputs, 3, momentum)
            self.blocks.append(nn.Sequential(*units))
            channels = outputs

    def forward(self, x: Tensor) -> list[Tensor]:
        maps: list[Tensor] = []
        for block in self.blocks:
            x = block(F.max_pool2d(x, 2) if maps else x)
            maps.append(x)
        return maps


class Decoder(nn.Module):
    def __init__(self, filters: Sequence[int], blocks: int, momentum: float) -> None:
        super().__init__()
        levels, inputs = len(filters) - 1, filters[-1]
        self.up, self.convolutions = nn.ModuleList(), nn.ModuleList()
        for number in range(1, blocks + 1):
            outputs = filters[levels - number]
            self.up.append(unit(inputs, outputs, 2, momentum))
            units = [unit(2 * outputs, outputs, 3, momentum)]
            if number < levels:
                units.append(unit(outputs, outputs, 3, momentum))
            self.convolutions.append(nn.Sequential(*units))
            inputs = outputs

    def forward(self, maps: list[Tensor]) -> Tensor:
        x = maps[-1]
        for up, convolutions, skip in zip(self.up, self.convolutions, maps[-2::-1], strict=False):
            enlarged = up(F.interpolate(x, scale_factor=2, mode="nearest"))
            x = convolutions(torch.cat([enlarged, skip], 1))
        return x


class SliceEmbedding(nn.Module):
    """Encoder and g1."""

    def __init__(
        self, channels: int, filters: Sequence[int], momentum: float, side: int, hidden: int
    ) -> None:
        super().__init__()
        self.encoder = Encoder(channels, filters, momentum)
        coarse = side >> (len(filters) - 1)
        self.dense1 = nn.Linear(filters[-1] * coarse * coarse, hidden, bias=False)
        self.dense2 = nn.Linear(hidden, 128, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        flat = self.encoder(x)[-1].permute(0, 2, 3, 1).flatten(1)
        return self.dense2(F.relu(self.dense1(flat)))


class RegionEmbedding(nn.Module):
    """Frozen encoder, three decoder blocks and g2 on 13 regions of 3x3."""

    def __init__(
        self, channels: int, filters: Sequence[int], momentum: float, corners: Tensor
    ) -> None:
        super().__init__()
        self.encoder = Encoder(channels, filters, momentum).requires_grad_(False)
        self.decoder = Decoder(filters, 3, momentum)
        width = filters[len(filters) - 4]
        self.g2 = nn.Sequential(unit(width, width, 1, momentum), Convolution(width, width, 1))
        self.dense = nn.Linear(9 * width, 128, bias=False)
        self.corners = corners.tolist()

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            maps = self.encoder(x)
        features = self.g2(self.decoder(maps))
        cut = [features[:, :, r : r + 3, c : c + 3].flatten(1) for r, c in self.corners]
        return self.dense(torch.stack(cut, 1))  # (batch, regions, 128)


class UNet(nn.Module):
    def __init__(
        self, channels: int, filters: Sequence[int], momentum: float, classes: int
    ) -> None:
        super().__init__()
        self.encoder = Encoder(channels, filters, momentum)
        self.decoder = Decoder(filters, len(filters) - 1, momentum)
        width = filters[0]
        tail = unit(width, width, 3, momentum), unit(width, width, 3, momentum)
        self.tail = nn.Sequential(*tail, Convolution(width, classes, 3))

    def forward(self, x: Tensor) -> Tensor:
        return self.tail(self.decoder(self.encoder(x)))


def dice(logits: Tensor, labels: Tensor, cross_entropy: bool) -> Tensor:
    """Return Dice image by image, or over the batch with cross-entropy."""
    logits = logits.float()
    targets = F.one_hot(labels, logits.shape[1]).permute(0, 3, 1, 2).float()
    probabilities = logits.softmax(1)
    axes = (0, 2, 3) if cross_entropy else (2, 3)
    overlap = (probabilities * targets).sum(axes)
    loss = 1 - (2 * overlap / (probabilities.sum(axes) + targets.sum(axes) + 1e-10)).mean()
    return loss + F.cross_entropy(logits, labels) if cross_entropy else loss


def global_loss(embeddings: Tensor, labels: Tensor, temperature: float = 0.1) -> Tensor:
    """Return the loss of G^D; the columns of `labels` are slice, volume, partition and view."""
    z = F.normalize(embeddings.float(), dim=1)
    s = z @ z.T / temperature
    slice_, volume, partition, view = (labels[:, None] == labels[None]).unbind(-1)
    positives = ((slice_ & ~view) | (partition & ~volume)).float()
    negatives = s.masked_fill(partition, -1e30).logsumexp(1, keepdim=True)
    return (F.softplus(negatives - s) * positives).sum() / positives.sum()


def local_loss(regions: Tensor, negatives: Tensor, temperature: float = 0.1) -> Tensor:
    """Return the loss of L^R; the second half of the batch holds the other views of the first."""
    z = F.normalize(regions.float(), dim=-1)
    other = z.roll(len(z) // 2, 0)
    own = torch.einsum("brd,bsd->brs", z, z) / temperature
    cross = torch.einsum("brd,bsd->brs", z, other) / temperature
    positive = cross.diagonal(dim1=1, dim2=2)  # (batch, regions)
    at = negatives.expand(len(z), -1, -1)
    repelled = torch.cat([own.gather(2, at), cross.gather(2, at)], 2).logsumexp(2)
    return F.softplus(repelled - positive).mean()
