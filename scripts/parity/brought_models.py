"""Networks as people bring them from PyTorch, timm and Hugging Face, as names, shapes and logits, for test/parity/brought-models.test.ts.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt transformers==5.24.0 safetensors==0.8.0
    /tmp/venv/bin/python scripts/parity/brought_models.py > test/parity/brought-models.json

The order of the tensors is that of the file which torch.save or safetensors wrote. Their numbers follow from their names, so that the
test draws the same ones; logits are in double precision.
"""
import base64
import gzip
import json
import math
import os
import tempfile

import safetensors.torch
import timm
import torch
import torchvision
import transformers
from torch import nn

from numbers_alike import uniform


def filled(network: nn.Module) -> nn.Module:
    """Kernels within sqrt(6 / fan in), scales and variances 1 ± 0.5, everything else 0 ± 0.3."""
    for name, value in network.state_dict().items():
        if value.ndim == 0:
            continue
        around = 1 if name.endswith("running_var") or (value.ndim == 1 and name.endswith("weight")) else 0
        reach = math.sqrt(6 / value[0].numel()) if value.ndim > 1 else 0.5 if around == 1 else 0.3
        value.copy_(torch.from_numpy(around + reach * uniform(name, *value.shape)))
    return network.eval()


def hugging_face(config) -> nn.Module:
    return transformers.AutoModelForImageClassification.from_config(config)


def children(network: nn.Module, head: nn.Module) -> nn.Module:
    return nn.Sequential(*list(network.children())[:-1], nn.Flatten(), head)


def head(features: int) -> nn.Module:
    return nn.Sequential(nn.Linear(features, 24), nn.ReLU(), nn.Dropout(0.3), nn.Linear(24, 5))


def with_head(network: nn.Module, name: str, value: nn.Module) -> nn.Module:
    setattr(network, name, value)
    return network


resnet18, resnet50 = torchvision.models.resnet18, torchvision.models.resnet50
cases = {
    "timm mobilenetv2_050": ("mobilenet-v2", timm.create_model("mobilenetv2_050", num_classes=5)),
    "timm resnet18": ("resnet-18", timm.create_model("resnet18", num_classes=5)),
    "Hugging Face ResNet-18": ("resnet-18", hugging_face(transformers.ResNetConfig(
        depths=[2, 2, 2, 2], hidden_sizes=[64, 128, 256, 512], layer_type="basic", num_labels=5))),
    "Hugging Face ResNet-50": ("resnet-50", hugging_face(transformers.ResNetConfig(num_labels=5))),
    "Hugging Face MobileNetV2": ("mobilenet-v2", hugging_face(transformers.MobileNetV2Config(depth_multiplier=0.5, num_labels=5))),
    "timm resnet34": ("resnet-34", timm.create_model("resnet34", num_classes=5)),
    "torchvision mobilenet_v3_small": ("mobilenet-v3-small", torchvision.models.mobilenet_v3_small(num_classes=5)),
    "timm mobilenetv3_small_100": ("mobilenet-v3-small", timm.create_model("mobilenetv3_small_100", num_classes=5)),
    "torchvision mobilenet_v3_large": ("mobilenet-v3-large", torchvision.models.mobilenet_v3_large(num_classes=5)),
    "timm mobilenetv3_large_100": ("mobilenet-v3-large", timm.create_model("mobilenetv3_large_100", num_classes=5)),
    "torchvision efficientnet_b0": ("efficientnet-b0", torchvision.models.efficientnet_b0(num_classes=5)),
    "timm efficientnet_b0": ("efficientnet-b0", timm.create_model("efficientnet_b0", num_classes=5)),
    "Hugging Face EfficientNet-B0": ("efficientnet-b0", hugging_face(transformers.EfficientNetConfig(
        width_coefficient=1.0, depth_coefficient=1.0, hidden_dim=1280, image_size=64, dropout_rate=0.2, num_labels=5))),
    "torchvision convnext_tiny": ("convnext-tiny", torchvision.models.convnext_tiny(num_classes=5)),
    "timm convnext_tiny": ("convnext-tiny", timm.create_model("convnext_tiny", num_classes=5)),
    "Hugging Face ConvNeXt-Tiny": ("convnext-tiny", hugging_face(transformers.ConvNextConfig(num_labels=5))),
    "timm vit_tiny_patch16_224": ("vit-tiny", timm.create_model("vit_tiny_patch16_224", img_size=64, num_classes=5)),
    "torchvision vision transformer": ("vit-small", torchvision.models.VisionTransformer(64, 16, 12, 6, 384, 1536, num_classes=5)),
    "Hugging Face ViT": ("vit-tiny", hugging_face(transformers.ViTConfig(
        hidden_size=192, num_attention_heads=3, intermediate_size=768, image_size=64, num_labels=5))),
    "timm vit_small_patch14_dinov2": ("dinov2-small", timm.create_model("vit_small_patch14_dinov2", img_size=70, num_classes=5)),
    "children of resnet18, new head": ("resnet-18", children(resnet18(), nn.Linear(512, 5))),
    "children of resnet50, head of two layers": ("resnet-50", children(resnet50(), head(2048))),
    "features of mobilenet_v2, head of two layers": ("mobilenet-v2", nn.Sequential(
        torchvision.models.mobilenet_v2(width_mult=0.25).features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), head(1280))),
    "mobilenet_v2 with a classifier of two layers": ("mobilenet-v2", with_head(
        torchvision.models.mobilenet_v2(width_mult=0.25), "classifier", nn.Sequential(nn.Dropout(0.2), *head(1280)))),
    "resnet18 with fc of two layers and batch normalisation": ("resnet-18", with_head(
        resnet18(), "fc", nn.Sequential(nn.Linear(512, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Dropout(0.5), nn.Linear(24, 5)))),
    "resnet18 with one output": ("resnet-18", with_head(resnet18(), "fc", nn.Linear(512, 1))),
    "compiled resnet18 in a class of one's own": ("resnet-18", nn.ModuleDict({"model": nn.ModuleDict({"_orig_mod": with_head(resnet18(), "fc", nn.Linear(512, 5))})})),
}


def written(network: nn.Module, form: str) -> list:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model")
        if form == "safetensors":
            safetensors.torch.save_file(network.state_dict(), path)
            with open(path, "rb") as file:
                header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
            return [[name, entry["shape"]] for name, entry in header.items() if name != "__metadata__"]
        torch.save(network.state_dict(), path)
        return [[name, list(value.shape)] for name, value in torch.load(path).items()]


files = []
with torch.no_grad():
    for title, (architecture, network) in cases.items():
        filled(network)
        side = 70 if architecture == "dinov2-small" else 64
        images = torch.tensor(uniform("images", 2, 3, side, side))
        inner = network["model"]["_orig_mod"] if isinstance(network, nn.ModuleDict) else network
        logits = inner.double()(images)
        logits = getattr(logits, "logits", logits)
        inner.float()
        for form in ("pickle", "safetensors"):
            files.append({"title": title, "architecture": architecture, "form": form, "tensors": written(network, form),
                          "logits": [round(value, 6) for value in logits.flatten().tolist()]})
print(json.dumps({"torch": torch.__version__.split("+")[0], "torchvision": torchvision.__version__.split("+")[0], "timm": timm.__version__,
                  "transformers": transformers.__version__, "safetensors": safetensors.__version__,
                  "files": base64.b64encode(gzip.compress(json.dumps(files).encode(), 9, mtime=0)).decode()}))
