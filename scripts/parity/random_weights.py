"""Random weights for a network of PyTorch's, which test/parity/random-weights.ts draws alike for Graft's."""
import math

import torch
from numbers_alike import uniform
from torch import nn
from torchvision.models.convnext import CNBlock
from timm.models.vision_transformer import LayerScale, VisionTransformer


def in_order(network: nn.Module) -> list:
    """Modules in the order in which they compute; of ConvNeXt's blocks the scale after what it scales."""
    if isinstance(network, CNBlock):
        return [*network.block.modules(), network.layer_scale]
    if isinstance(network, LayerScale):
        return [network.gamma]
    if isinstance(network, VisionTransformer):
        inner = [network.blocks, network.norm, network.head]
        return [network.patch_embed.proj, network.cls_token, network.pos_embed, *(layer for child in inner for layer in in_order(child))]
    return [network, *(layer for child in network.children() for layer in in_order(child))]


def random_weights(network: nn.Module) -> nn.Module:
    """Numbers for the parameters in their order, in TensorFlow's layout; kernels within sqrt(6 / fan in)."""
    index = 0
    tokens = [network.cls_token, network.pos_embed] if isinstance(network, VisionTransformer) else []
    for layer in in_order(network):
        if isinstance(layer, nn.BatchNorm2d):
            values = [(layer.weight, 1, 0.5), (layer.bias, 0, 0.3), (layer.running_mean, 0, 0.3), (layer.running_var, 1, 0.5)]
        elif isinstance(layer, nn.LayerNorm):
            values = [(layer.weight, 1, 0.5), (layer.bias, 0, 0.3)]
        elif isinstance(layer, nn.Parameter):
            values = [(layer.view(-1), *((0, 0.3) if any(layer is token for token in tokens) else (1, 0.5)))]
        elif isinstance(layer, (nn.Conv2d, nn.Linear)):
            values = [(layer.weight, 0, math.sqrt(6 / layer.weight[0].numel()))] + ([(layer.bias, 0, 0.3)] if layer.bias is not None else [])
        else:
            continue
        for tensor, middle, reach in values:
            order = (2, 3, 1, 0) if tensor.ndim == 4 else (1, 0) if tensor.ndim == 2 else (0,)
            if isinstance(layer, nn.Conv2d) and layer.groups > 1 and tensor.ndim == 4:
                order = (2, 3, 0, 1)
            drawn = torch.from_numpy(uniform(f"weight {index}", *(tensor.shape[axis] for axis in order)))
            with torch.no_grad():
                tensor.copy_((middle + reach * drawn).permute([order.index(axis) for axis in range(tensor.ndim)]))
            index += 1
    return network.eval()
