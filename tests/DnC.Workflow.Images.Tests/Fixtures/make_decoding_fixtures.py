"""Writes decoding.json: small images in every format that the decoder reads, and the RGB values that Pillow reads from them
(upright, transparency composited on white). Run: python3 make_decoding_fixtures.py (Pillow 9.4, as torchvision 0.14 used it)."""
import base64, io, json, pathlib, struct, zlib
import numpy as np
from PIL import Image, ImageOps

W, H = 20, 12


def picture():
    y, x = np.mgrid[0:H, 0:W]
    rgb = np.stack([x * 255 / (W - 1), y * 255 / (H - 1), 255 - (x + y) * 255 / (W + H - 2)], -1)
    rgb[:4, :5] = (250, 10, 30)  # a corner that tells the eight orientations apart
    return Image.fromarray(rgb.round().astype(np.uint8), "RGB")


def ramp(image):
    alpha = np.tile(np.linspace(0, 255, W).round().astype(np.uint8), (H, 1))
    return Image.merge(image.mode.rstrip("A") + "A" if image.mode != "L" else "LA", [*image.split(), Image.fromarray(alpha, "L")])


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def interlaced(image):
    """A PNG by Adam7, which Pillow reads but does not write."""
    values, rows = np.asarray(image), b""
    for x, y, dx, dy in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]:
        rows += b"".join(b"\0" + row.tobytes() for row in values[y::dy, x::dx])
    header = struct.pack(">IIBBBBB", W, H, 8, 2, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def upright_rgb(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode == "I":
        image = Image.fromarray((np.asarray(image) // 257).astype(np.uint8), "L")
    if image.mode in ("RGBA", "LA") or "transparency" in image.info:
        rgba = np.asarray(image.convert("RGBA")).astype(np.float64)
        values = rgba[..., :3] * rgba[..., 3:] / 255 + 255 - rgba[..., 3:]
    else:
        values = np.asarray(image.convert("RGB")).astype(np.float64)
    return image.width, image.height, values


def case(name, image, tolerance, **options):
    file = io.BytesIO()
    image.save(file, name.split(".")[-1].upper().replace("JPG", "JPEG"), **options)
    add(name, file.getvalue(), tolerance)


def add(name, file, tolerance):
    width, height, values = upright_rgb(file)
    cases.append({"name": name, "file": base64.b64encode(file).decode(), "width": width, "height": height,
                  "tolerance": tolerance, "rgb": base64.b64encode(values.transpose(2, 0, 1).round().astype(np.uint8).tobytes()).decode()})


cases = []
rgb, gray = picture(), picture().convert("L")
case("rgb.png", rgb, 0)
case("gray.png", gray, 0)
case("palette.png", rgb.quantize(16), 0)
case("two-colours.png", gray.convert("1"), 0)
case("palette-transparent.png", rgb.quantize(16), 0, transparency=3)
case("rgba.png", ramp(rgb), 0.5)
case("gray-alpha.png", ramp(gray), 0.5)
case("gray16.png", Image.fromarray(np.asarray(gray).astype(np.uint16) * 257), 0)
add("interlaced.png", interlaced(rgb), 0)
case("rgb.bmp", rgb, 0)
case("palette.bmp", rgb.quantize(16), 0)
case("lossless.webp", rgb, 0, lossless=True)
case("lossless-alpha.webp", ramp(rgb), 0.5, lossless=True, exact=True)
case("lossy.webp", rgb, 3, quality=95)
case("rgb.jpg", rgb, 3, quality=95, subsampling=0)
case("subsampled.jpg", rgb, 8, quality=95, subsampling=2)
case("progressive.jpg", rgb, 3, quality=95, subsampling=0, progressive=True)
case("gray.jpg", gray, 1, quality=95)
case("cmyk.jpg", rgb.convert("CMYK"), 3, quality=95)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    case(f"orientation-{orientation}.jpg", rgb, 3, quality=95, subsampling=0, exif=exif)
pathlib.Path(__file__).with_name("decoding.json").write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
