"""Draws small images and writes golden.json: what Pillow makes of them.

    /usr/bin/python3 make.py FOLDER [ROUNDS]

Needs Debian's python3-pil (9.4.0) and python3-numpy. Digests are sha256 over the values of an array in C order:
rgb = decoded pixels, upright = the same after the EXIF orientation is applied, seed-256 and imagenet-224 = the presets.
"""
import hashlib
import json
import os
import struct
import sys
import zlib

import numpy
from PIL import Image, ImageOps

SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def filtered(row, above, distance, kind):
    left = bytes(distance) + row
    corner = bytes(distance) + above
    result = bytearray([kind])
    for i, value in enumerate(row):
        a, b, c = left[i], above[i], corner[i]
        nearest = min((abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c))[2]
        result.append((value - [0, a, b, (a + b) // 2, nearest][kind]) & 255)
    return bytes(result)


def packed(samples, depth):
    if depth == 16:
        return samples.astype(">u2").tobytes()
    if depth == 8:
        return samples.astype("u1").tobytes()
    bits = (samples.reshape(-1, 1) >> numpy.arange(depth - 1, -1, -1)) & 1
    return numpy.packbits(bits.astype("u1").ravel()).tobytes()


def png(random, color, depth, interlaced, size):
    """A PNG of noise on a gradient, every filter in turn, its pixels cut into chunks anywhere."""
    width, height = size
    samples, top = SAMPLES[color], 2**depth - 1
    slope = numpy.linspace(0, top, width)[None, :, None] * numpy.linspace(0.2, 1, height)[:, None, None]
    values = numpy.clip(slope + random.normal(0, top / 12, (height, width, samples)), 0, top).astype(int)
    distance = max(1, samples * depth // 8)
    raw = b""
    for left, up, across, down in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = values[up::down, left::across]
        above = None
        for y in range(part.shape[0] if part.shape[1] else 0):
            row = packed(part[y].ravel(), depth)
            raw += filtered(row, above or bytes(len(row)), distance, (y + color) % 5)
            above = row
    compressed = zlib.compress(raw, 9)
    middle = len(compressed) // 2
    file = b"\x89PNG\r\n\x1a\n"
    file += chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced)))
    file += chunk(b"gAMA", struct.pack(">I", 100000))
    if color == 3:
        file += chunk(b"PLTE", random.integers(0, 256, 3 * 2**depth).astype("u1").tobytes())
        file += chunk(b"tRNS", b"\x00\x80")
    return file + chunk(b"IDAT", compressed[:middle]) + chunk(b"IDAT", compressed[middle:]) + chunk(b"IEND", b"")


def drawing(random, size):
    width, height = size
    x, y = numpy.meshgrid(numpy.arange(width), numpy.arange(height))
    waves = [numpy.sin(x / random.uniform(2, 20) + i) * numpy.cos(y / random.uniform(2, 20)) for i in range(3)]
    return Image.fromarray((127 + 120 * numpy.stack(waves, axis=2)).astype("u1"))


def jpegs(random, size):
    image = drawing(random, size)
    yield "420", image, {"quality": 80, "subsampling": 2}
    yield "422", image, {"quality": 70, "subsampling": 1}
    yield "444_progressive", image, {"quality": 85, "subsampling": 0, "progressive": True}
    yield "gray", image.convert("L"), {"quality": 75}
    yield "cmyk", image.convert("CMYK"), {"quality": 75}
    orientation = int(random.integers(1, 9))
    exif = Image.Exif()
    exif[0x0112] = orientation
    yield f"exif{orientation}", image, {"quality": 75, "exif": exif.tobytes()}


def digest(array):
    return hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest()


def resized(image, filter):
    width, height = image.size
    longest = int(256 * max(width, height) / min(width, height))
    return image.resize((256, longest) if width < height else (longest, 256), filter)


def normalized(image):
    left, top = (int(round((side - 224) / 2.0)) for side in image.size)
    values = numpy.asarray(image.crop((left, top, left + 224, top + 224))).astype(numpy.float32) / numpy.float32(255)
    mean = numpy.array([0.485, 0.456, 0.406], numpy.float32)
    deviation = numpy.array([0.229, 0.224, 0.225], numpy.float32)
    return ((values - mean) / deviation).transpose(2, 0, 1)[None]


def expected(path):
    image = Image.open(path)
    rgb = image.convert("RGB")
    return {
        "size": rgb.size,
        "rgb": digest(numpy.asarray(rgb)),
        "upright": digest(numpy.asarray(ImageOps.exif_transpose(image).convert("RGB"))),
        "seed-256": digest(numpy.asarray(resized(rgb, Image.BICUBIC))),
        "imagenet-224": digest(normalized(resized(rgb, Image.BILINEAR))),
    }


def main(folder, rounds):
    random = numpy.random.default_rng(20)
    golden = {}
    for round in range(rounds):
        for color, depths in {0: [1, 2, 4, 8], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}.items():
            for depth in depths:
                size = [int(side) for side in random.integers(1, 24 if rounds == 1 else 400, 2)]
                interlaced = bool(random.integers(0, 2))
                name = f"c{color}d{depth}{'i' if interlaced else ''}_{size[0]}x{size[1]}.png"
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(png(random, color, depth, interlaced, size))
                golden[name] = expected(os.path.join(folder, name))
        size = [int(side) for side in random.integers(5, 40 if rounds == 1 else 900, 2)]
        for name, image, options in jpegs(random, size):
            name = f"{name}_{size[0]}x{size[1]}.jpg"
            image.save(os.path.join(folder, name), **options)
            golden[name] = expected(os.path.join(folder, name))
    if rounds == 1:
        drawing(random, (640, 427)).resize((80, 53)).resize((640, 427), Image.BICUBIC).save(
            os.path.join(folder, "large_640x427.jpg"), quality=40)
        drawing(random, (1200, 301)).quantize(8).save(os.path.join(folder, "large_1200x301.png"), optimize=True)
        for name in ["large_640x427.jpg", "large_1200x301.png"]:
            golden[name] = expected(os.path.join(folder, name))
    for orientation in range(1, 9) if rounds == 1 else []:
        exif = Image.Exif()
        exif[0x0112] = orientation
        name = f"orientation{orientation}_9x6.png"
        drawing(random, (9, 6)).save(os.path.join(folder, name), exif=exif.tobytes())
        golden[name] = expected(os.path.join(folder, name))
    with open(os.path.join(folder, "golden.json"), "w") as file:
        file.write("{\n" + ",\n".join(f"  {json.dumps(name)}: {json.dumps(golden[name])}" for name in golden) + "\n}\n")


main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1)
