"""What the Keras scripts here share: the Keras that is asked for, a narrow ResNet-20, weights that pack well, files as text."""
import base64
import gzip
import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
old = os.environ.get("TF_USE_LEGACY_KERAS") is not None

import numpy as np

if old:
    import tf_keras as keras
else:
    import keras

from numbers_alike import uniform

layers = keras.layers


def residual(x):
    """ResNet-20's CIFAR form with 2, 4 and 8 filters, up to its last maps; its shortcuts drop pixels and pad channels as a convolution by ones does."""
    def normalised(x, filters, stride=1):
        return layers.BatchNormalization(epsilon=1e-4)(layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x))

    x = layers.ReLU()(normalised(x, 2))
    for stage, filters in enumerate((2, 4, 8)):
        for index in range(3):
            stride = 2 if stage > 0 and index == 0 else 1
            y = normalised(layers.Activation("relu")(normalised(x, filters, stride)), filters)
            if stride == 2:
                x = layers.Conv2D(filters, 1, strides=2, use_bias=False, name=f"shortcut{stage}")(x)
            x = layers.ReLU()(layers.Add()([x, y]))
    return x


def fill(model) -> None:
    """Every weight a multiple of 1/16, which packs well; variances and scales near 1. What was adapted, and what only changes pictures, stays."""
    for place, layer in enumerate(model.layers):
        if isinstance(layer, (layers.Normalization, keras.Sequential)):
            continue
        values = []
        for index, value in enumerate(layer.get_weights()):
            spread = 1 if value.ndim == 1 else 2.5 / np.prod(value.shape[:-1]) ** 0.5
            numbers = np.round(uniform(f"{place}/{index}", *value.shape) * spread * 16) / 16
            values.append(numbers + (1.5 if isinstance(layer, layers.BatchNormalization) and index in (0, 3) else 0))
        if layer.name.startswith("shortcut"):
            channels, filters = values[0].shape[2:]
            values[0][:] = 0
            for channel in range(channels):
                values[0][0, 0, channel, (filters - channels) // 2 + channel] = 1
        layer.set_weights(values)


def packed(save, ending: str) -> str:
    """The file that `save` writes, compressed, as text."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model" + ending)
        save(path)
        with open(path, "rb") as file:
            return base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()
