"""Losses of PyTorch's seed CNN and weights under PyTorch's optimisers, for test/parity.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt
    /tmp/venv/bin/python scripts/parity/seed_cnn.py > test/parity/figures.json
"""
import json
import math

import torch
from numbers_alike import integers, uniform
from torch import nn

STEPS, BATCH, CLASSES = 50, 64, 10


class SeedCnn(nn.Module):
    """Graft's seed CNN; the features are flattened as [height, width, channels]."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 32), (32, 64), (64, 128)])
        self.dense = nn.ModuleList(nn.Linear(i, o) for i, o in [(2048, 1024), (1024, 512), (512, CLASSES)])
        names = ["block1.convolution", "block2.convolution", "block3.convolution", "dense1.dense", "dense2.dense", "head.dense"]
        for name, layer in zip(names, [*self.convolutions, *self.dense]):
            # TensorFlow's layout: [height, width, in, out] and [in, out].
            convolution = layer.weight.ndim == 4
            shape = layer.weight.permute(2, 3, 1, 0).shape if convolution else layer.weight.T.shape
            # Twice PyTorch's limits, so that 50 steps go somewhere; wider ones make the path chaotic in float32.
            limit = 1 / math.sqrt(math.prod(shape[:-1]))
            kernel = torch.from_numpy(uniform(f"{name}.kernel", *shape) * 2 * limit)
            with torch.no_grad():
                layer.weight.copy_(kernel.permute(3, 2, 0, 1) if convolution else kernel.T)
                layer.bias.copy_(torch.from_numpy(uniform(f"{name}.bias", shape[-1]) * limit))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = images.permute(0, 3, 1, 2)
        for convolution in self.convolutions:
            x = nn.functional.max_pool2d(torch.relu(convolution(x)), 2)
        x = x.permute(0, 2, 3, 1).flatten(1)
        for dense in self.dense[:-1]:
            x = torch.relu(dense(x))
        return self.dense[-1](x)


def batch(step: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Noise over one pattern of 4x4 patches a class: something to learn."""
    labels = integers(f"labels {step}", CLASSES, BATCH)
    patterns = uniform("patterns", CLASSES, 4, 4, 3).repeat(8, axis=1).repeat(8, axis=2)
    images = 0.25 * uniform(f"images {step}", BATCH, 32, 32, 3) + 0.75 * patterns[labels]
    return torch.from_numpy(images).float(), torch.from_numpy(labels)


def losses(rate: float, momentum: float) -> list[float]:
    network = SeedCnn()
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=momentum)
    series = []
    for step in range(STEPS):
        images, labels = batch(step)
        loss = nn.functional.cross_entropy(network(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        series.append(loss.item())
    return series


def optimiser_path(make) -> list[list[float]]:
    """Twelve weights over 20 steps down ½ Σ curvature · w² − Σ pull(step) · w, at a rate that falls."""
    weights = nn.Parameter(torch.from_numpy(uniform("weights", 12)).float())
    curvature = torch.from_numpy(uniform("curvature", 12) + 1).float()
    optimizer = make([weights])
    path = []
    for step in range(20):
        for group in optimizer.param_groups:
            group["lr"] = 0.1 / (1 + step)
        optimizer.zero_grad()
        pull = torch.from_numpy(uniform(f"pull {step}", 12)).float()
        (0.5 * (curvature * weights**2).sum() - (pull * weights).sum()).backward()
        optimizer.step()
        path.append(weights.tolist())
    return path


if __name__ == "__main__":
    torch.manual_seed(0)
    print(json.dumps({
        "madeBy": "scripts/parity/seed_cnn.py",
        "torch": torch.__version__.split("+")[0],
        "losses": {"sgd": losses(0.005, 0), "momentum": losses(0.001, 0.9)},
        "optimisers": {
            "sgd": optimiser_path(lambda p: torch.optim.SGD(p, lr=1, momentum=0.9, weight_decay=0.01)),
            "adam": optimiser_path(lambda p: torch.optim.Adam(p, lr=1, weight_decay=0.01)),
            "adamw": optimiser_path(lambda p: torch.optim.AdamW(p, lr=1, weight_decay=0.01)),
        },
    }, indent=1))
