"""Small networks as PyTorch exports them to ONNX, with their logits, for test/parity/model-files.test.ts.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt onnx==1.23.2 onnxscript==0.7.2
    /tmp/venv/bin/python scripts/parity/onnx_files.py > test/parity/onnx-files.json

ResNet-20 with 2, 4 and 8 filters (the CIFAR form with shortcuts of option A), and the seed CNN an eighth as wide; by both exporters,
with batch normalisation folded into the convolutions as they leave it, and as it was trained.
"""
import base64
import contextlib
import gzip
import io
import json
import os
import sys
import tempfile
import warnings

import torch
import torch.nn.functional as F
from torch import nn

from numbers_alike import uniform

warnings.filterwarnings("ignore")


class Block(nn.Module):
    def __init__(self, before: int, filters: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(before, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.pad = (filters - before) // 2

    def forward(self, x):
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(out + (F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad)) if self.pad else x))


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 2, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.layer1 = nn.Sequential(Block(2, 2, 1), Block(2, 2, 1), Block(2, 2, 1))
        self.layer2 = nn.Sequential(Block(2, 4, 2), Block(4, 4, 1), Block(4, 4, 1))
        self.layer3 = nn.Sequential(Block(4, 8, 2), Block(8, 8, 1), Block(8, 8, 1))
        self.linear = nn.Linear(8, 5)

    def forward(self, x):
        out = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(F.avg_pool2d(out, out.size()[3]).view(out.size(0), -1))


def seed_cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(),
        nn.Dropout(0.5), nn.Linear(64, 3))


def filled(network: nn.Module) -> nn.Module:
    """Every weight a multiple of 1/16, which packs well; variances and scales near 1."""
    for name, value in network.state_dict().items():
        if value.ndim == 0:
            continue
        numbers = torch.tensor(uniform(name, *value.shape), dtype=torch.float32)
        spread = 1 if value.ndim == 1 else 2.5 / (value[0].numel() ** 0.5)
        value.copy_((numbers * spread * 16).round() / 16 + (1.5 if name.endswith("running_var") else 1 if ".bn" in name and name.endswith("weight") else 0))
    return network.eval()


def exported(network: nn.Module, images: torch.Tensor, **options) -> str:
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        path = os.path.join(folder, "model.onnx")
        torch.onnx.export(network, (images,), path, **options)
        with open(path, "rb") as file:
            return base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()


def main() -> None:
    exporters = {
        "script": {"dynamo": False, "opset_version": 17, "input_names": ["image"], "dynamic_axes": {"image": {0: "batch"}}},
        "script-unfolded": {"dynamo": False, "opset_version": 13, "training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False},
        "dynamo": {"dynamo": True, "external_data": False},
    }
    networks = {"resnet-20": (filled(ResNet20()), (3, 16, 16)), "seed-cnn": (filled(seed_cnn()), (1, 8, 8))}
    files = []
    for architecture, (network, shape) in networks.items():
        images = torch.tensor(uniform(architecture, 2, *shape), dtype=torch.float32)
        logits = network(images).detach().flatten().tolist()
        for exporter, options in exporters.items():
            files.append({"architecture": architecture, "name": exporter, "input": [shape[1], shape[2], shape[0]], "channelsFirst": True,
                          "file": "model.onnx", "content": exported(network, images, **options), "logits": logits})
    print(json.dumps({"by": "torch " + torch.__version__.split("+")[0], "files": files}))


if __name__ == "__main__":
    main()
