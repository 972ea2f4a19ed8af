"""PyTorch's Grad-CAM of small networks with random weights, for test/parity.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt
    /tmp/venv/bin/python scripts/parity/gradcam.py > test/parity/gradcam.json

Selvaraju et al. 2017, equations 1 and 2, written out with autograd for one image at a time: alpha_k is the mean over the
places of the derivative of the class's logit by channel k of the last activations that have places, the map is
ReLU(sum_k alpha_k A_k). Figures are the maps as they are, before any scaling. In double precision.
"""
import json

import torch
from numbers_alike import uniform
from random_weights import random_weights
from resnet20 import CifarResNet
from torch import nn
from torch.nn import functional as F

CLASSES = 5
torch.set_default_dtype(torch.float64)


class Strided(nn.Module):
    """Strides, padding, depthwise and pooled, and dense layers behind, so that the gradient differs from place to place."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 8, 5, 2, 2, bias=False), nn.BatchNorm2d(8, eps=1e-3)
        self.pool1 = nn.MaxPool2d(3, 2, 1)
        self.conv2, self.bn2 = nn.Conv2d(8, 8, 3, 1, 1, groups=8, bias=False), nn.BatchNorm2d(8)
        self.conv3 = nn.Conv2d(8, 12, 3)
        self.pool2 = nn.AvgPool2d(2)
        self.dense, self.linear = nn.Linear(3 * 3 * 12, 10), nn.Linear(10, CLASSES)

    def maps(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool1(F.relu(self.bn1(self.conv1(x))))
        return F.relu(self.conv3(F.relu6(self.bn2(self.conv2(x)))))

    def rest(self, maps: torch.Tensor) -> torch.Tensor:
        # Flattened as [height, width, channels].
        return self.linear(F.relu(self.dense(self.pool2(maps).permute(0, 2, 3, 1).flatten(1))))


class Residual(CifarResNet):
    def __init__(self) -> None:
        super().__init__(blocks=3, first=8, classes=CLASSES)

    def maps(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))

    def rest(self, maps: torch.Tensor) -> torch.Tensor:
        return self.linear(maps.mean((2, 3)))


def grad_cam(network: nn.Module, image: torch.Tensor, label: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits [classes] and the map [height, width] of one image [3, height, width]."""
    maps = network.maps(image[None]).detach().requires_grad_()
    logits = network.rest(maps)
    logits[0, label].backward()
    alpha = maps.grad[0].sum((1, 2)) / (maps.shape[2] * maps.shape[3])
    return logits[0].detach(), F.relu((alpha[:, None, None] * maps[0]).sum(0)).detach()


def figures(name: str, network: nn.Module) -> dict:
    images = torch.from_numpy(uniform("images", 4, 32, 32, 3)).permute(0, 3, 1, 2) * 1.5
    labels = [0, 3, 1, 3]
    found = [grad_cam(random_weights(network), image, label) for image, label in zip(images, labels)]

    def rounded(tensor: torch.Tensor) -> list:
        return [float(f"{value:.8g}") for value in tensor.flatten().tolist()]

    return {
        "name": name, "labels": labels, "size": list(found[0][1].shape),
        "logits": [rounded(logits) for logits, _ in found], "maps": [rounded(places) for _, places in found],
    }


print(json.dumps({
    "torch": torch.__version__.split("+")[0], "networks": [figures("strided", Strided()), figures("residual", Residual())],
}))
