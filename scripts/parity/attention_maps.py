"""Gradient-weighted attention of timm's smallest vision transformer with random weights, for test/parity.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install -r scripts/parity/requirements.txt
    /tmp/venv/bin/python scripts/parity/attention_maps.py > test/parity/attention-maps.json

Chefer et al. 2021, equation 5, written out with autograd for the last block, one image at a time: the mean over the heads of the
positive part of the gradient of the class's logit by the attention, times the attention; the row of the class token. In double
precision.
"""
import json

import timm
import torch
from numbers_alike import uniform
from random_weights import random_weights

network = random_weights(timm.create_model("vit_tiny_patch16_224", img_size=64, num_classes=5).double())
attention = network.blocks[-1].attn
kept = []


def written_out(x: torch.Tensor, *_args, **_more) -> torch.Tensor:
    batch, places, channels = x.shape
    queries, keys, values = attention.qkv(x).reshape(batch, places, 3, attention.num_heads, -1).permute(2, 0, 3, 1, 4)
    probabilities = (queries @ keys.transpose(-2, -1) * attention.scale).softmax(-1)
    probabilities.retain_grad()
    kept.append(probabilities)
    return attention.proj((probabilities @ values).transpose(1, 2).reshape(batch, places, channels))


attention.forward = written_out
images = torch.from_numpy(uniform("images", 3, 64, 64, 3)).permute(0, 3, 1, 2) * 1.5
labels = [0, 3, 1]
maps = []
for image, label in zip(images, labels):
    network(image[None])[0, label].backward()
    looked = (kept[-1].grad * kept[-1]).relu().mean(1)[0, 0, 1:]
    maps.append([float(f"{value:.8g}") for value in looked.tolist()])
print(json.dumps({"timm": timm.__version__, "torch": torch.__version__.split("+")[0], "labels": labels, "maps": maps}))
