"""PyTorch's logits of the ResNet-20 in ../shared/data/models, for test/parity.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt
    /tmp/venv/bin/python scripts/parity/resnet20.py ../shared/data > test/parity/resnet20.json
"""
import json
import sys
import tarfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

IMAGES = 64


class Residual(nn.Module):
    """Two 3x3 convolutions; the shortcut takes every second pixel and pads channels with zeros (option A)."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.stride = 1 if into == out else 2
        self.conv1, self.bn1 = nn.Conv2d(into, out, 3, self.stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.stride == 2:
            pad = (y.shape[1] - x.shape[1]) // 2
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, pad, pad))
        return F.relu(x + y)


class CifarResNet(nn.Module):
    """6n + 2 layers, n blocks a stage."""

    def __init__(self, blocks: int = 3, first: int = 16, classes: int = 10) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, first, 3, 1, 1, bias=False), nn.BatchNorm2d(first)
        widths = [first, first, 2 * first, 4 * first]
        for stage in (1, 2, 3):
            into, out = widths[stage - 1], widths[stage]
            setattr(self, f"layer{stage}", nn.Sequential(Residual(into, out), *(Residual(out, out) for _ in range(blocks - 1))))
        self.linear = nn.Linear(4 * first, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


def test_images(archive: Path) -> tuple[np.ndarray, np.ndarray]:
    """Labels [n] and images [n, 3, 32, 32] of the test batch."""
    with tarfile.open(archive) as tar:
        member = next(m for m in tar if m.name.endswith("test_batch.bin"))
        records = np.frombuffer(tar.extractfile(member).read(), np.uint8).reshape(-1, 3073)
    return records[:, 0], records[:, 1:].reshape(-1, 3, 32, 32)


def main() -> None:
    data = Path(sys.argv[1])
    checkpoint = torch.load(data / "models" / "cifar10-resnet20.th", map_location="cpu", weights_only=True)
    network = CifarResNet()
    network.load_state_dict(OrderedDict((name.removeprefix("module."), value) for name, value in checkpoint["state_dict"].items()))
    network.eval()
    labels, images = test_images(data / "cifar-10-binary.tar.gz")
    mean, deviation = (torch.tensor(values).view(1, 3, 1, 1) for values in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    with torch.no_grad():
        logits = torch.cat([network((torch.from_numpy(batch.copy()).float() / 255 - mean) / deviation) for batch in np.array_split(images, 50)])
    right = int((logits.argmax(1).numpy() == labels).sum())
    print(json.dumps({
        "torch": torch.__version__.split("+")[0], "images": len(labels), "right": right,
        "logits": [[round(value, 6) for value in row] for row in logits[:IMAGES].tolist()],
    }))


if __name__ == "__main__":
    main()
