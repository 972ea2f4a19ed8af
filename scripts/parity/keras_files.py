"""Small networks as Keras saves them, with their logits, for test/parity/model-files.test.ts.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu==2.16.1 tf_keras==2.16.0
    /tmp/keras/bin/python scripts/parity/keras_files.py > test/parity/keras-files.json
    TF_USE_LEGACY_KERAS=1 /tmp/keras/bin/python scripts/parity/keras_files.py > test/parity/keras-2-files.json

The seed CNN and ResNet-20, narrow, under the names that Keras gives to layers, whole (.h5, .keras) and as weights alone.
"""
import base64
import gzip
import json
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


def seed_cnn():
    """Takes bytes, and brings them to [-1, 1] itself."""
    model = [keras.Input((8, 8, 1)), layers.Rescaling(1 / 127.5, offset=-1)]
    for filters in (4, 8, 16):
        model += [layers.Conv2D(filters, 3, padding="same", activation="relu"), layers.MaxPooling2D()]
    return keras.Sequential(model + [layers.Flatten(), layers.Dense(128, activation="relu"), layers.Dropout(0.3), layers.Dense(64, activation="relu"), layers.Dense(3)])


def resnet20():
    """The CIFAR form with 2, 4 and 8 filters; its shortcuts drop pixels and pad channels as a convolution by ones does."""
    def normalised(x, filters, stride=1):
        return layers.BatchNormalization(epsilon=1e-4)(layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(x))

    first = keras.Input((16, 16, 3))
    x = layers.ReLU()(normalised(first, 2))
    for stage, filters in enumerate((2, 4, 8)):
        for index in range(3):
            stride = 2 if stage > 0 and index == 0 else 1
            y = normalised(layers.Activation("relu")(normalised(x, filters, stride)), filters)
            if stride == 2:
                x = layers.Conv2D(filters, 1, strides=2, use_bias=False, name=f"shortcut{stage}")(x)
            x = layers.ReLU()(layers.Add()([x, y]))
    return keras.Model(first, layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(x)))


def fill(model) -> None:
    """Every weight a multiple of 1/16, which packs well; variances and scales near 1."""
    for place, layer in enumerate(model.layers):
        values = []
        for index, value in enumerate(layer.get_weights()):
            spread = 1 if value.ndim == 1 else 2.5 / np.prod(value.shape[:-1]) ** 0.5
            numbers = np.round(uniform(f"{place}/{index}", *value.shape) * spread * 16) / 16
            scale = isinstance(layer, layers.BatchNormalization) and index in (0, 3)
            values.append(numbers + (1.5 if scale else 0))
        if layer.name.startswith("shortcut"):
            channels, filters = values[0].shape[2:]
            values[0][:] = 0
            for channel in range(channels):
                values[0][0, 0, channel, (filters - channels) // 2 + channel] = 1
        layer.set_weights(values)


def packed(save, ending: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model" + ending)
        save(path)
        with open(path, "rb") as file:
            return base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()


files = []
for architecture, model in (("seed-cnn", seed_cnn()), ("resnet-20", resnet20())):
    fill(model)
    images = uniform(architecture, 2, *model.input_shape[1:]).astype("float32")
    given = (images + 1) * 127.5 if architecture == "seed-cnn" else images
    forms = {"whole": (model.save, ".h5"), "archive": (model.save, ".keras")}
    if architecture == "seed-cnn":
        forms["weights"] = (model.save_weights, ".h5" if old else ".weights.h5")
    contents = {name: packed(save, ending) for name, (save, ending) in forms.items()}
    # The file ends in probabilities, what is compared are logits.
    model.layers[-1].activation = keras.activations.linear
    logits = np.asarray(model(given, training=False), dtype="float64")
    for name, (_, ending) in forms.items():
        files.append({"architecture": architecture, "name": name, "input": list(model.input_shape[1:]), "channelsFirst": False,
                      "file": "model" + ending, "content": contents[name], "logits": logits.flatten().tolist()})
print(json.dumps({"by": "keras " + keras.__version__, "files": files}))
