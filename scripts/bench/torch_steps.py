"""How fast PyTorch trains a network of Graft's on this processor, for `graft bench`: one line of JSON.

    python3 scripts/bench/torch_steps.py NETWORK BATCH PRECISION LAYOUT SECONDS SIDE

NETWORK is one of those below; SIDE that of its images; PRECISION float32 or bfloat16 (autocast); LAYOUT contiguous or channels-last.
A step takes a batch of bytes, normalises it, and ends with SGD with momentum, as Graft's does.
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class SeedCnn(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in [(3, 32), (32, 64), (64, 128)])
        self.dense = nn.ModuleList(nn.Linear(i, o) for i, o in [(2048, 1024), (1024, 512)])
        self.head = nn.Linear(512, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for convolution in self.convolutions:
            x = F.max_pool2d(F.relu(convolution(x)), 2)
        x = x.flatten(1)
        for dense in self.dense:
            x = F.relu(dense(x))
        return self.head(x)


class Residual(nn.Module):
    """Two 3x3 convolutions; the shortcut takes every second pixel and pads channels with zeros."""

    def __init__(self, into: int, out: int, stride: int) -> None:
        super().__init__()
        self.stride, self.more = stride, out - into
        self.conv1, self.bn1 = nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.stride > 1:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.more // 2, self.more // 2))
        return F.relu(x + y)


class ResNet20(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        places = [(16, 16, 1)] * 3 + [(16, 32, 2)] + [(32, 32, 1)] * 2 + [(32, 64, 2)] + [(64, 64, 1)] * 2
        self.blocks = nn.Sequential(*(Residual(*place) for place in places))
        self.head = nn.Linear(64, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.blocks(F.relu(self.bn(self.conv(x)))).mean((2, 3)))


class LeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 20, 5), nn.Conv2d(20, 50, 5)
        self.dense, self.head = nn.Linear(1250, 500), nn.Linear(500, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(F.dropout2d(self.conv2(x)), 2))
        return self.head(F.dropout(F.relu(self.dense(x.flatten(1)))))


def normalised(into: int, out: int, size: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    return [nn.Conv2d(into, out, size, stride, size // 2, groups=groups, bias=False), nn.BatchNorm2d(out)]


class Inverted(nn.Module):
    """A wider 1x1 convolution, one by channel, a narrower 1x1; with a shortcut where nothing changes."""

    def __init__(self, into: int, out: int, expansion: int, size: int, stride: int) -> None:
        super().__init__()
        wide = into * expansion
        first = [] if expansion == 1 else [*normalised(into, wide, 1), nn.ReLU6()]
        self.layers = nn.Sequential(*first, *normalised(wide, wide, size, stride, wide), nn.ReLU6(), *normalised(wide, out, 1))
        self.adds = stride == 1 and into == out

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.layers(x)
        return x + y if self.adds else y


class InvertedResiduals(nn.Module):
    """Stages: expansion, size of the window, output channels, repeats, stride of the first."""

    def __init__(self, stages: list[tuple[int, int, int, int, int]]) -> None:
        super().__init__()
        layers: list[nn.Module] = [*normalised(3, 32, 3, 2), nn.ReLU6()]
        into = 32
        for expansion, size, out, repeats, stride in stages:
            for index in range(repeats):
                layers.append(Inverted(into, out, expansion, size, stride if index == 0 else 1))
                into = out
        self.layers = nn.Sequential(*layers, *normalised(into, 1280, 1), nn.ReLU6())
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, 10))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.layers(x).mean((2, 3)))


def mobilenet_v2() -> nn.Module:
    stages = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    return InvertedResiduals([(expansion, 3, *rest) for expansion, *rest in stages])


def efficientnet_lite0() -> nn.Module:
    return InvertedResiduals([
        (1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2), (6, 5, 112, 3, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1)
    ])


NETWORKS = {
    "seed-cnn": SeedCnn, "resnet-20": ResNet20, "lenet": LeNet, "mobilenet-v2": mobilenet_v2, "efficientnet-lite0": efficientnet_lite0
}
WARM = 5


def main() -> None:
    name, batch, precision, layout, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], float(sys.argv[5])
    size = int(sys.argv[6])
    # What fits into some 25 MB, as a data set's part that is read.
    count = max(batch, min(2048, 25_000_000 // (3 * size * size)))
    torch.manual_seed(1)
    memory = torch.channels_last if layout == "channels-last" else torch.contiguous_format
    network = NETWORKS[name]().to(memory_format=memory).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    images = torch.randint(0, 256, (count, 3, size, size), dtype=torch.uint8)
    labels = torch.randint(0, 10, (count,))

    def step(index: int) -> float:
        start = index * batch % (count - batch + 1)
        x = ((images[start:start + batch].float() / 255 - 0.5) / 0.5).contiguous(memory_format=memory)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16"):
            logits = network(x)
        loss = F.cross_entropy(logits.float(), labels[start:start + batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    for index in range(WARM):
        step(index)
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        step(steps)
        steps += 1
    taken = time.perf_counter() - began
    print(json.dumps({"imagesPerSecond": steps * batch / taken, "seconds": taken, "version": torch.__version__, "threads": torch.get_num_threads()}))


main()
