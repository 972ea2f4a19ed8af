"""Keras models as people bring them: pixels prepared inside, heads of several layers, one output; for test/parity/keras-brought.test.ts.

    python -m venv /tmp/keras && /tmp/keras/bin/pip install keras==3.15.1 tensorflow-cpu==2.16.1 tf_keras==2.16.0
    /tmp/keras/bin/python scripts/parity/keras_brought.py > test/parity/keras-brought.json
    TF_USE_LEGACY_KERAS=1 /tmp/keras/bin/python scripts/parity/keras_brought.py > test/parity/keras-2-brought.json

A narrow ResNet-20 behind each, saved as .keras by Keras 3 and as .h5 by Keras 2. Teachable Machine's network (MobileNet v2 at 0.35 with a
head of 100 and 3 units, as its exports for TensorFlow.js and Keras have it) as its topology alone; its numbers follow from their names.
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
applications = keras.applications


def body(x):
    """The CIFAR form with 2, 4 and 8 filters, up to its last maps."""
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


def augmented(x):
    steps = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)])
    return layers.Rescaling(1 / 127.5, offset=-1)(layers.Resizing(16, 16)(steps(x)))


def normalised(x):
    return layers.Normalization(mean=[100.0, 110.0, 120.0], variance=[900.0, 1600.0, 2500.0])(x)


def cropped(x):
    return applications.densenet.preprocess_input(layers.CenterCrop(16, 16)(x))


def plain_head(x):
    return layers.Dense(5, activation="softmax")(layers.GlobalAveragePooling2D()(x))


def long_head(x):
    x = layers.Dropout(0.2)(layers.Dense(6, activation="relu")(layers.GlobalAveragePooling2D()(x)))
    return layers.Dense(4, activation="softmax", use_bias=False)(x)


def flat_head(x):
    return layers.Dense(3, activation="softmax")(layers.Dense(6, activation="relu")(layers.Flatten()(x)))


def single_head(x):
    return layers.Dense(1, activation="sigmoid")(layers.GlobalAveragePooling2D()(x))


cases = {
    "preprocess_input to [-1, 1]": (applications.mobilenet_v2.preprocess_input, plain_head),
    "preprocess_input of ResNet50": (applications.resnet50.preprocess_input, plain_head),
    "augmentation, resizing and rescaling": (augmented, long_head),
    "an adapted normalisation": (normalised, single_head),
    "a crop and preprocess_input of DenseNet": (cropped, flat_head),
}


def fill(model) -> None:
    """Every weight a multiple of 1/16, which packs well; variances and scales near 1."""
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


def packed(model, ending: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model" + ending)
        model.save(path)
        with open(path, "rb") as file:
            return base64.b64encode(gzip.compress(file.read(), 9, mtime=0)).decode()


def teachable_machine() -> dict:
    features = keras.Sequential([applications.MobileNetV2((96, 96, 3), alpha=0.35, include_top=False, weights=None), layers.GlobalAveragePooling2D()])
    head = keras.Sequential([layers.Dense(100, activation="relu", input_shape=(1280,)), layers.Dense(3, activation="softmax", use_bias=False)])
    model = keras.Sequential([features, head])
    weights = []
    for part in (features.layers[0], head):
        for layer in part.layers:
            values = []
            for variable in layer.weights:
                name = "/".join(variable.name.split(":")[0].split("/")[-2:])
                around = 1 if name.endswith(("moving_variance", "gamma")) else 0
                fan = np.prod(variable.shape[:2] if name.endswith("depthwise_kernel") else variable.shape[:-1])
                reach = (6 / fan) ** 0.5 if len(variable.shape) > 1 else 0.5 if around else 0.3
                values.append(around + reach * uniform(name, *variable.shape))
                weights.append([name, list(variable.shape)])
            layer.set_weights(values)
    images = (uniform("teachable", 2, 96, 96, 3)).astype("float32")
    topology = json.loads(model.to_json())
    return {"topology": base64.b64encode(gzip.compress(json.dumps(topology).encode(), 9, mtime=0)).decode(), "weights": weights,
            "answers": np.asarray(model(images, training=False), dtype="float64").flatten().tolist()}


files = []
for title, (prepare, head) in cases.items():
    first = keras.Input((16, 16, 3))
    model = keras.Model(first, head(body(prepare(first))))
    fill(model)
    images = ((uniform("pixels", 2, 16, 16, 3) + 1) * 127.5).astype("float32")
    files.append({"title": title, "file": "model" + (".h5" if old else ".keras"), "content": packed(model, ".h5" if old else ".keras"),
                  "answers": np.asarray(model(images, training=False), dtype="float64").flatten().tolist()})
print(json.dumps({"by": "keras " + keras.__version__, "files": files, **({"teachableMachine": teachable_machine()} if old else {})}))
