"""TensorFlow Lite files by TensorFlow's own converter, and what LiteRT answers; for test/parity/tflite-files.test.ts.

    python -m venv /tmp/litert && /tmp/litert/bin/pip install tensorflow-cpu==2.21.0 keras==3.15.1 ai-edge-litert==2.3.0
    /tmp/litert/bin/python scripts/parity/tflite_files.py > test/parity/tflite-files.json

MobileNet at an eighth of its width, which is one of Graft's architectures, and three networks that are none: one of the operators
that converters write rarely, one with channel attention whose reshapes are computed, and one of a transformer's block. Floats, floats with
weights in 8 or 16 bits, and everything in 8 bits with bytes or floats going in.
"""
import base64
import contextlib
import gzip
import io
import json
import os
import tempfile
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import flatbuffers
import numpy as np
import tensorflow as tf
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from keras_alike import fill, keras, layers, uniform


def odd(x):
    x = layers.SeparableConv2D(4, 3, activation="elu", padding="same")(x)
    x = layers.Concatenate()([x, layers.Conv2D(4, 1, activation="tanh")(x)])
    x = layers.UpSampling2D(2, interpolation="bilinear")(x)
    x = layers.LeakyReLU(0.125)(layers.Conv2D(6, 3, strides=2)(x))
    x = layers.ZeroPadding2D(((1, 2), (0, 1)))(x)
    x = layers.Conv2D(6, 3, dilation_rate=2, padding="same", activation="sigmoid")(x)
    x = layers.AveragePooling2D(2, 1, "same")(layers.UpSampling2D(2)(x))
    x = layers.Dense(7, activation="gelu")(layers.GlobalMaxPooling2D()(x))
    return layers.Dense(5, activation="softmax")(x)


def attention(x):
    x = layers.Conv2D(8, 3, strides=2, padding="same", activation="hard_swish")(layers.Rescaling(1 / 127.5, offset=-1)(x))
    share = layers.Reshape((1, 1, 8))(layers.GlobalAveragePooling2D()(x))
    x = layers.Multiply()([x, layers.Conv2D(8, 1, activation="hard_sigmoid")(layers.Conv2D(4, 1, activation="relu")(share))])
    x = layers.MaxPooling2D(3, 2, "same")(layers.DepthwiseConv2D(5, padding="same", activation="swish")(x))
    return layers.Softmax()(layers.Flatten()(layers.Conv2D(4, 1)(layers.GlobalAveragePooling2D(keepdims=True)(x))))


def transformer(x):
    x = layers.Reshape((9, 8))(layers.Conv2D(8, 4, strides=4)(x))
    y = layers.LayerNormalization(epsilon=1e-5)(x)
    x = layers.Add()([x, layers.MultiHeadAttention(2, 4)(y, y)])
    y = layers.Dense(16, activation="gelu")(layers.LayerNormalization(epsilon=1e-5)(x))
    x = layers.Add()([x, layers.Dense(8)(y)])
    return layers.Dense(3)(layers.GlobalAveragePooling1D()(x))


def mobilenet(size):
    body = keras.applications.MobileNet(size, alpha=0.125, include_top=False, weights=None)
    return keras.Model(body.input, layers.Dense(4)(layers.GlobalAveragePooling2D()(body.output)))


def functional(build):
    def made(size):
        first = keras.Input(size)
        return keras.Model(first, build(first))
    return made


def converted(model, kind: str, size, is_bytes: bool) -> bytes:
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if kind != "floats":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if kind == "halves":
        converter.target_spec.supported_types = [tf.float16]
    if kind in ("bytes", "signed bytes", "bytes inside"):
        pixels = lambda at: (uniform(f"calibration {at}", 1, *size) + (1 if is_bytes else 0)) * (127.5 if is_bytes else 1)
        converter.representative_dataset = lambda: ([pixels(at).astype("float32")] for at in range(20))
    if kind in ("bytes", "signed bytes"):
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.uint8 if kind == "bytes" else tf.int8
    with contextlib.redirect_stdout(io.StringIO()):
        return converter.convert()


def answered(content: bytes, pixels: np.ndarray, is_bytes: bool) -> list:
    """What LiteRT says of bytes [images, height, width, channels]; floats are -1 to 1 where they are not the bytes themselves."""
    model = Interpreter(model_content=content)
    model.allocate_tensors()
    first, last = model.get_input_details()[0], model.get_output_details()[0]
    answers = []
    for image in pixels[:, None]:
        given = {np.float32: image if is_bytes else image / 127.5 - 1, np.uint8: image, np.int8: image.astype(int) - 128}[first["dtype"]]
        model.set_tensor(first["index"], given.astype(first["dtype"]))
        model.invoke()
        scale, zero = last["quantization"]
        answers += ((model.get_tensor(last["index"]).astype("float64") - zero) * (scale or 1)).flatten().tolist()
    return answers


def described(content: bytes, mean: float, deviation: float, names: list) -> bytes:
    """The file with metadata: how its pixels are normalised, and the names of its classes in a zip archive behind it."""
    builder = flatbuffers.Builder(0)

    def floats(value):
        builder.StartVector(4, 1, 4)
        builder.PrependFloat32(value)
        return builder.EndVector()

    def tables(table):
        builder.StartVector(4, 1, 4)
        builder.PrependUOffsetTRelative(table)
        return builder.EndVector()

    def table(fields, *contents):
        builder.StartObject(fields)
        for slot, offset in contents:
            builder.PrependUOffsetTRelativeSlot(slot, offset, 0)
        return builder.EndObject()

    options = table(2, (0, floats(mean)), (1, floats(deviation)))
    builder.StartObject(2)
    builder.PrependUint8Slot(0, 1, 0)
    builder.PrependUOffsetTRelativeSlot(1, options, 0)
    unit = builder.EndObject()
    inputs = tables(table(7, (4, tables(unit))))
    builder.Finish(table(8, (3, tables(table(7, (2, inputs))))), b"M001")
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    buffer, entry = schema.BufferT(), schema.MetadataT()
    buffer.data = np.frombuffer(bytes(builder.Output()), np.uint8)
    model.buffers.append(buffer)
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers) - 1
    model.metadata.append(entry)
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    with tempfile.NamedTemporaryFile() as file:
        file.write(bytes(builder.Output()))
        file.flush()
        with zipfile.ZipFile(file.name, "a") as archive:
            archive.writestr(zipfile.ZipInfo("labels.txt"), "\n".join(names))
        with open(file.name, "rb") as whole:
            return whole.read()


cases = {
    "mobilenet-v1": (mobilenet, (32, 32, 3), ["halves", "signed bytes"]),
    "rare operators": (functional(odd), (13, 12, 3), ["floats", "weights in bytes", "bytes", "signed bytes"]),
    "channel attention": (functional(attention), (16, 16, 3), ["floats", "bytes inside"]),
    "transformer": (functional(transformer), (12, 12, 3), ["floats"]),
}
files = []
for title, (build, size, kinds) in cases.items():
    model = build(size)
    fill(model)
    for layer in model.layers:
        # Each channel has nine weights of its own: with those that are meant for all channels nothing of a picture would be left.
        if isinstance(layer, layers.DepthwiseConv2D) and title == "mobilenet-v1":
            layer.set_weights([np.round(uniform(layer.name, *layer.get_weights()[0].shape) * 16) / 16])
    is_bytes = title == "channel attention"
    pixels = np.floor((uniform("pixels", 2, *size) + 1) * 128).astype("uint8")
    for kind in kinds:
        content = converted(model, kind, size, is_bytes)
        if (title, kind) == ("transformer", "floats"):
            content = described(content, 127.5, 127.5, ["ant", "bee", "cat"])
        packed = base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()
        files.append({"title": title, "kind": kind, "size": size, "content": packed, "answers": answered(content, pixels, is_bytes)})
print(json.dumps({"by": f"TensorFlow {tf.__version__}", "files": files}))
