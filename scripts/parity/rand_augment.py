"""What Pillow makes of small images by the changes that FixMatch takes, for those that Graft does the same to the byte.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install pillow==13.0.0 numpy==2.4.6
    /tmp/venv/bin/python scripts/parity/rand_augment.py > test/parity/rand-augment.json
"""

import json

import numpy as np
import PIL
from PIL import Image, ImageEnhance, ImageOps

generator = np.random.default_rng(5)
# Most values on the dark side, so that stretching and equalising have something to do.
pictures = {
    'colour': (generator.beta(1.2, 3, (24, 18, 3)) * 220 + 10).astype(np.uint8),
    'grey': (generator.beta(1.2, 3, (40, 30)) * 220 + 10).astype(np.uint8),
}
changes = {
    'autoContrast': (lambda image, _: ImageOps.autocontrast(image), [0]),
    'equalise': (lambda image, _: ImageOps.equalize(image), [0]),
    'posterise': (lambda image, bits: ImageOps.posterize(image, bits), [4, 7]),
    'solarise': (lambda image, threshold: ImageOps.solarize(image, threshold), [26, 128]),
    'sharpen': (lambda image, factor: ImageEnhance.Sharpness(image).enhance(factor), [0.05, 0.5]),
}
cases = []
for picture, pixels in pictures.items():
    image = Image.fromarray(pixels)
    for name, (change, values) in changes.items():
        for value in values:
            cases.append({'picture': picture, 'change': name, 'value': value, 'after': np.asarray(change(image, value)).flatten().tolist()})
shapes = {name: {'shape': [*pixels.shape[:2], 3 if pixels.ndim == 3 else 1], 'pixels': pixels.flatten().tolist()} for name, pixels in pictures.items()}
entries = ',\n'.join('  ' + json.dumps(entry, separators=(',', ':')) for entry in cases)
print('{"made_by":"scripts/parity/rand_augment.py","pillow":"%s","pictures":%s,"cases":[\n%s\n]}' % (
    PIL.__version__, json.dumps(shapes, separators=(',', ':')), entries))
