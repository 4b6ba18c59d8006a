"""What the decoding peers share: the files, and a random resized crop's box."""
import math

from serve import need

np = need("numpy")


def read(given):
    with open(given["jpegs"], "rb") as file:
        data = file.read()
    files, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at:at + 4], "little")
        files.append(data[at + 4:at + 4 + length])
        at += 4 + length
    raw = np.fromfile(given["pixels"], np.uint8).reshape(-1, given["packed"], given["packed"], 3)
    return files, raw


random = np.random.default_rng(1)


def box(w, h):
    for _ in range(10):
        area = h * w * random.uniform(0.08, 1)
        aspect = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
        cw, ch = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < cw <= w and 0 < ch <= h:
            return int(random.integers(0, w - cw + 1)), int(random.integers(0, h - ch + 1)), cw, ch
    return 0, 0, w, h
