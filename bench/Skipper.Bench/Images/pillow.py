"""Makes the images of the bench, or measures how many of them Pillow and NumPy turn into arrays per second.

    pillow.py make FOLDER
    pillow.py run FOLDER SECONDS      prints {"preset file": images per second}
"""
import io
import json
import os
import sys
import time

import numpy
from PIL import Image

MEAN = numpy.array([0.485, 0.456, 0.406], numpy.float32)
DEVIATION = numpy.array([0.229, 0.224, 0.225], numpy.float32)


def make(folder):
    """A scene of soft shapes, edges and grain: compressed about as well as a photograph."""
    random = numpy.random.default_rng(7)
    for width, height in [(500, 375), (1920, 1080)]:
        scene = sum(
            numpy.asarray(
                Image.fromarray(random.integers(0, 256, (height // step + 2, width // step + 2, 3)).astype("u1"))
                .resize((width, height), Image.BICUBIC), numpy.float32) * weight
            for step, weight in [(120, 0.5), (30, 0.3), (6, 0.2)])
        scene[height // 3: height // 2, width // 4: width // 2] += 60
        scene += random.normal(0, 4, scene.shape)
        image = Image.fromarray(numpy.clip(scene, 0, 255).astype("u1"))
        image.save(os.path.join(folder, f"{width}x{height}.jpg"), quality=90)
        image.save(os.path.join(folder, f"{width}x{height}.png"))


def resized(data, filter):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = image.size
    longest = int(256 * max(width, height) / min(width, height))
    return image.resize((256, longest) if width < height else (longest, 256), filter)


def seed_256(data):
    return numpy.asarray(resized(data, Image.BICUBIC))


def imagenet_224(data):
    image = resized(data, Image.BILINEAR)
    left, top = (int(round((side - 224) / 2.0)) for side in image.size)
    values = numpy.asarray(image.crop((left, top, left + 224, top + 224))).astype(numpy.float32) / numpy.float32(255)
    return numpy.ascontiguousarray(((values - MEAN) / DEVIATION).transpose(2, 0, 1)[None])


def speed(function, data, seconds):
    function(data)
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        function(data)
        count += 1
    return count / (time.perf_counter() - started)


def run(folder, seconds):
    results = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        for preset, function in [("seed-256", seed_256), ("imagenet-224", imagenet_224)]:
            results[f"{preset} {name}"] = speed(function, data, seconds)
    print(json.dumps(results))


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    run(sys.argv[2], float(sys.argv[3]))
