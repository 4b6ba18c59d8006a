"""Bytes to crops with Pillow: cut and resize in one call, JPEGs at the scale that is enough, normalised by torch."""
import io

from crops import box, random, read
from serve import need, serve, setup, timed

np, torch, PIL = need("numpy", "torch", "PIL")
from PIL import Image

torch.set_num_threads(1)
given = setup()
files, raw = read(given)
side = given["side"]
packed = [Image.fromarray(r) for r in raw]
mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None] * 255
scale = 1 / (torch.tensor([0.229, 0.224, 0.225])[:, None, None] * 255)


def finish(image):
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).to(torch.float32, memory_format=torch.contiguous_format).sub_(mean).mul_(scale)


def crop(image):
    x, y, w, h = box(*image.size)
    image = image.resize((side, side), Image.Resampling.BICUBIC, box=(x, y, x + w, y + h))
    return finish(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if random.random() < 0.5 else image)


def centre(data):
    image = Image.open(io.BytesIO(data))
    image.draft("RGB", (256, 256))
    w, h = image.size
    scale_ = min(w, h) / 256 * side
    x, y = (w - scale_) / 2, (h - scale_) / 2
    return finish(image.resize((side, side), Image.Resampling.BICUBIC, box=(x, y, x + scale_, y + scale_)))


def measure(request):
    what = request["what"]

    def run():
        if what.startswith("packed"):
            for image in packed:
                crop(image)
        elif "random" in what:
            for data in files:
                crop(Image.open(io.BytesIO(data)))
        else:
            for data in files:
                centre(data)
    return timed(run)[0]


serve(f"Pillow {PIL.__version__}", measure)
