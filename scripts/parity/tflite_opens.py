"""Logits of TensorFlow Lite files that Graft wrote, for test/engine/tflite.test.ts: they open in LiteRT and answer alike.

    python -m venv /tmp/litert && /tmp/litert/bin/pip install ai-edge-litert==2.3.0
    GRAFT_LITERT_PYTHON=/tmp/litert/bin/python npx vitest run --project native test/engine/tflite.test.ts

Arguments: pairs of a .tflite file and a file of pixels [images, height, width, channels], one byte each.
Prints one list of logits for each pair.
"""
import json
import sys

import numpy as np
from ai_edge_litert.interpreter import Interpreter

answers = []
for path, pixels in zip(sys.argv[1::2], sys.argv[2::2]):
    model = Interpreter(model_path=path)
    images_in, logits_out = model.get_input_details()[0], model.get_output_details()[0]
    images = np.fromfile(pixels, np.uint8).reshape(-1, *images_in["shape"][1:])
    model.resize_tensor_input(images_in["index"], images.shape)
    model.allocate_tensors()
    model.set_tensor(images_in["index"], images.astype(images_in["dtype"]))
    model.invoke()
    answers.append(model.get_tensor(logits_out["index"]).flatten().tolist())
print(json.dumps(answers))
