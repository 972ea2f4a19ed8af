"""How fast PyTorch trains a network of Graft's on this processor, for `graft bench`: one line of JSON.

    python3 scripts/bench/torch_steps.py NETWORK BATCH PRECISION LAYOUT SECONDS

NETWORK is seed-cnn or resnet-20; PRECISION float32 or bfloat16 (autocast); LAYOUT contiguous or channels-last.
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


NETWORKS = {"seed-cnn": SeedCnn, "resnet-20": ResNet20}
IMAGES, SIZE, WARM = 2048, 32, 5


def main() -> None:
    name, batch, precision, layout, seconds = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], float(sys.argv[5])
    torch.manual_seed(1)
    memory = torch.channels_last if layout == "channels-last" else torch.contiguous_format
    network = NETWORKS[name]().to(memory_format=memory).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)
    images = torch.randint(0, 256, (IMAGES, 3, SIZE, SIZE), dtype=torch.uint8)
    labels = torch.randint(0, 10, (IMAGES,))

    def step(index: int) -> float:
        start = index * batch % (IMAGES - batch + 1)
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
