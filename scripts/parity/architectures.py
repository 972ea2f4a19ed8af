"""Parameters, multiply-adds and logits of the architectures as PyTorch's modules, for test/parity.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt
    /tmp/venv/bin/python scripts/parity/architectures.py > test/parity/architectures.json

Counted while the modules run, by what really goes in and out: for each number that a convolution or a dense layer gives,
one multiply-add for each number of the kernel that it is made with. Biases, batch normalisation, activations, pooling
and sums count nothing, as in the papers. ResNet-18 to 50, MobileNet v2 and v3, EfficientNet-B0 and ConvNeXt are torchvision's own,
EfficientNet-Lite and the vision transformers are timm's. Nothing is dropped. Attention counts its dense layers alone.

Logits are of random weights in double precision: in inference, in training (batch statistics, no dropout), and in
inference again with the averages that the training pass has moved.
"""
import json

import timm
import torch
import torchvision
from numbers_alike import uniform
from random_weights import random_weights
from resnet20 import CifarResNet
from torch import nn
from torchvision.models import convnext_tiny, efficientnet_b0, mobilenet_v2, mobilenet_v3_large, mobilenet_v3_small, resnet18, resnet34, resnet50
from torchvision.ops import StochasticDepth


class FlattenChannelsLast(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.permute(0, 2, 3, 1).flatten(1)


def seed_cnn() -> nn.Module:
    convolutions = [layer for i, o in [(3, 32), (32, 64), (64, 128)] for layer in (nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))]
    return nn.Sequential(*convolutions, FlattenChannelsLast(), nn.Linear(2048, 1024), nn.ReLU(), nn.Linear(1024, 512), nn.ReLU(), nn.Linear(512, 10))


def lenet() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2), nn.ReLU(),
        FlattenChannelsLast(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10),
    )


def mlp(units: int) -> nn.Module:
    return nn.Sequential(FlattenChannelsLast(), nn.Linear(588, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU(), nn.Linear(units, 10))


def mobilenet_v1(width: float = 1.0, classes: int = 1000) -> nn.Module:
    """Table 1 of the paper; the last depthwise convolution has stride 1, as the sizes beside it say. TensorFlow's padding
    of an even side puts the one row and column of zeros behind it."""
    def convolution(into: int, out: int, size: int, stride: int, groups: int = 1) -> list[nn.Module]:
        padding = [nn.ZeroPad2d((0, 1, 0, 1))] if stride == 2 else []
        layer = nn.Conv2d(into, out, size, stride, size // 2 if stride == 1 else 0, groups=groups, bias=False)
        return [*padding, layer, nn.BatchNorm2d(out, eps=1e-3, momentum=0.01), nn.ReLU6()]

    channels = int(32 * width)
    layers = convolution(3, channels, 3, 2)
    for filters, stride in [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1)]:
        out = int(filters * width)
        layers += convolution(channels, channels, 3, stride, channels) + convolution(channels, out, 1, 1)
        channels = out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def efficientnet_lite(variant: int, classes: int = 1000) -> nn.Module:
    return timm.create_model(f"tf_efficientnet_lite{variant}", num_classes=classes, bn_momentum=0.01)


newer = {
    "mobilenet-v3-small": mobilenet_v3_small, "mobilenet-v3-large": mobilenet_v3_large, "efficientnet-b0": efficientnet_b0, "convnext-tiny": convnext_tiny,
}
transformers = {"vit-tiny": "vit_tiny_patch16_224", "vit-small": "vit_small_patch16_224", "vit-base": "vit_base_patch16_224", "dinov2-small": "vit_small_patch14_dinov2"}


def transformer(name: str, side: int, classes: int = 1000) -> nn.Module:
    return timm.create_model(transformers[name], img_size=side, num_classes=classes)


lite_sides = [224, 240, 260, 280, 300]


def resnet50_of_the_paper() -> nn.Module:
    """Stride on the first 1x1 convolution of a stage, where torchvision has it on the 3x3."""
    network = resnet50()
    for stage in (network.layer2, network.layer3, network.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = stage[0].conv2.stride, stage[0].conv1.stride
    return network


def count(network: nn.Module, channels: int, side: int) -> dict[str, int]:
    multiplies = 0

    def add(layer: nn.Module, _inputs: tuple, output: torch.Tensor) -> None:
        nonlocal multiplies
        multiplies += output.numel() * layer.weight[0].numel()

    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.register_forward_hook(add)
    with torch.no_grad():
        network.eval()(torch.zeros(1, channels, side, side))
    return {"parameters": sum(p.numel() for p in network.parameters()), "multiplyAdds": multiplies}


def logits(network: nn.Module, channels: int, side: int) -> dict[str, list[float]]:
    """Of four images [4, 10], row by row."""
    random_weights(network.double())
    for layer in network.modules():
        if isinstance(layer, (nn.Dropout, StochasticDepth)):
            layer.p = 0
    images = torch.from_numpy(uniform("images", 4, side, side, channels)).permute(0, 3, 1, 2) * 1.5
    with torch.no_grad():
        passes = {"inference": network.eval()(images), "training": network.train()(images), "after": network.eval()(images)}
    return {name: [float(f"{value:.7g}") for value in values.flatten().tolist()] for name, values in passes.items()}


print(json.dumps({
    "torch": torch.__version__.split("+")[0], "torchvision": torchvision.__version__.split("+")[0],
    "architectures": {
        "seed-cnn": count(seed_cnn(), 3, 32), "lenet": count(lenet(), 1, 28),
        **{f"mlp-{units}": count(mlp(units), 3, 14) for units in (83, 256, 390)},
        **{f"resnet-{6 * n + 2}": count(CifarResNet(n), 3, 32) for n in (3, 5, 7, 9)},
        "resnet-18": count(resnet18(), 3, 224), "resnet-34": count(resnet34(), 3, 224), "resnet-50": count(resnet50(), 3, 224),
        "mobilenet-v1": count(mobilenet_v1(), 3, 224), "mobilenet-v2": count(mobilenet_v2(), 3, 224),
        **{name: count(network(), 3, 224) for name, network in newer.items()},
        **{name: count(transformer(name, 224), 3, 224) for name in transformers},
        **{f"efficientnet-lite{variant}": count(efficientnet_lite(variant), 3, side) for variant, side in enumerate(lite_sides)},
    },
    "logits": {
        "seed-cnn": logits(seed_cnn(), 3, 32), "lenet": logits(lenet(), 1, 28),
        **{f"mlp-{units}": logits(mlp(units), 3, 14) for units in (83, 256, 390)},
        **{f"resnet-{6 * n + 2}": logits(CifarResNet(n), 3, 32) for n in (3, 5, 7, 9)},
        "resnet-18": logits(resnet18(num_classes=10), 3, 64), "resnet-34": logits(resnet34(num_classes=10), 3, 64), "resnet-50": logits(resnet50(num_classes=10), 3, 64),
        "mobilenet-v1": logits(mobilenet_v1(classes=10), 3, 64), "mobilenet-v2": logits(mobilenet_v2(num_classes=10), 3, 64),
        **{name: logits(network(num_classes=10), 3, 64) for name, network in newer.items()},
        **{name: logits(transformer(name, side, 10), 3, side) for name, side in {"vit-tiny": 64, "vit-small": 64, "vit-base": 64, "dinov2-small": 70}.items()},
        # On the way down both odd and even sides, which TensorFlow's padding treats otherwise.
        **{f"efficientnet-lite{variant}": logits(efficientnet_lite(variant, 10), 3, 68) for variant in range(5)},
    },
    "variants": {
        "resnet-50, stride on the 1x1": count(resnet50_of_the_paper(), 3, 224),
        "mobilenet-v1, 0.75 at 128": count(mobilenet_v1(0.75), 3, 128),
        "mobilenet-v2, 1.4": count(mobilenet_v2(width_mult=1.4), 3, 224),
    },
}))
