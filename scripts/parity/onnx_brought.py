"""ONNX files of PyTorch's exporters under the conditions that people meet, for test/parity/onnx-brought.test.ts.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt onnx==1.23.2 onnxscript==0.7.2
    /tmp/venv/bin/python scripts/parity/onnx_brought.py > test/parity/onnx-brought.json

ResNet-20 with 2, 4 and 8 filters, its mean taken by AdaptiveAvgPool2d as torchvision's is.
"""
import json

import torch
from torch import nn

from onnx_files import ResNet20, exported, filled
from numbers_alike import uniform


class Pooled(ResNet20):
    def __init__(self, head: nn.Module):
        super().__init__()
        self.pool, self.linear = nn.AdaptiveAvgPool2d(1), head

    def forward(self, x):
        out = self.layer3(self.layer2(self.layer1(torch.relu(self.bn1(self.conv1(x))))))
        return self.linear(torch.flatten(self.pool(out), 1))


class Prepared(nn.Module):
    """Takes bytes, channels last, and gives probabilities."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, x):
        return torch.softmax(self.network((x.permute(0, 3, 1, 2) / 255 - 0.5) / 0.25), 1)


def network(head: nn.Module | None = None) -> nn.Module:
    return filled(Pooled(head or nn.Linear(8, 5)))


images = torch.tensor(uniform("onnx", 2, 3, 16, 16), dtype=torch.float32)
batch = {"dynamic_shapes": ({0: torch.export.Dim("batch")},)}
dynamo = {"dynamo": True, "external_data": False}
last = images.contiguous(memory_format=torch.channels_last)
cases = {
    "dynamo, channels-last sample and dynamic batch": (network().to(memory_format=torch.channels_last), last, {**dynamo, **batch}),
    "dynamo, not optimised": (network(), images, {**dynamo, "optimize": False}),
    "dynamo, 16 bits": (network().half(), images.half(), dynamo),
    "dynamo, opset 18": (network(), images, {**dynamo, "opset_version": 18}),
    **{f"script, opset {opset}": (network(), images, {"dynamo": False, "opset_version": opset}) for opset in (13, 20)},
    "script, 16 bits": (network().half(), images.half(), {"dynamo": False}),
    "head of two layers": (network(nn.Sequential(nn.Linear(8, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Dropout(), nn.Linear(6, 3))), images, {**dynamo, **batch}),
    "one output": (network(nn.Sequential(nn.Linear(8, 1), nn.Sigmoid())), images, dynamo),
    "pixels prepared inside": (Prepared(network()), (images.permute(0, 2, 3, 1).contiguous() + 1) * 127.5, {**dynamo, **batch}),
}
files = []
for title, (model, given, options) in cases.items():
    answers = model.float()(given.float()).detach()
    if "16 bits" in title:
        model.half()
    # Files without a softmax or a sigmoid of their own give logits; what is compared are probabilities.
    probabilities = answers if title in ("one output", "pixels prepared inside") else torch.softmax(answers, 1)
    files.append({"title": title, "content": exported(model, given, **options), "answers": probabilities.flatten().tolist()})
print(json.dumps({"torch": torch.__version__.split("+")[0], "files": files}))
