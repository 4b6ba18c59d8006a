#!/usr/bin/env python3
"""Makes augmentation.json and augmentation.f32 beside this script: what torchvision gives for fixed parameters.

Made with torch 1.13 and torchvision 0.14 on float tensors in 0..1. The f32 file holds little-endian float32; each case of the JSON
names where its input image and its result begin, in values. Planes are R, G, B of height x width.
"""
import json
import pathlib

import numpy as np
import torch
from torchvision.transforms import functional as F
from torchvision.transforms.functional import InterpolationMode

here = pathlib.Path(__file__).parent
generator = np.random.default_rng(20210518)
stored, cases = [], []


def store(image):
    """Where the image begins in the file; equal images are stored once."""
    flat = image.contiguous().numpy().astype("<f4").ravel()
    at = 0
    for part in stored:
        if np.array_equal(part, flat):
            return at
        at += len(part)
    stored.append(flat)
    return at


def source(width, height):
    """Smooth colours with hard edges, exact black, white and gray pixels, as bytes / 255."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [127 + 120 * np.sin(x / (3 + c) + c) * np.cos(y / (4 - c) - c) for c in range(3)]
    image = np.stack(planes) + generator.normal(0, 12, (3, height, width))
    image[:, 2:5, 3:6] = 0
    image[:, 6:8, 8:12] = 255
    image[:, 9:11, 1:4] = 100
    image[0, 9:11, 5:9] = 255
    image = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    return torch.from_numpy(image).to(torch.float32) / 255


def case(name, image, result, **parameters):
    cases.append(dict(name=name, width=image.shape[2], height=image.shape[1], input=store(image),
                      outWidth=result.shape[2], outHeight=result.shape[1], output=store(result), **parameters))


def crop(name, image, left, top, width, height, side, flip=False):
    cut = F.crop(image, top, left, height, width)
    result = F.resize(cut, [side, side], InterpolationMode.BICUBIC, antialias=True).clamp(0, 1)
    case(name, image, F.hflip(result) if flip else result, left=left, top=top, cropWidth=width, cropHeight=height, side=side, flip=flip)


large, small = source(37, 29), source(13, 12)
crop("crop-shrink", large, 5, 3, 31, 24, 16)
crop("crop-shrink-flip", large, 5, 3, 31, 24, 16, True)
crop("crop-enlarge", large, 11, 6, 12, 9, 24)
crop("crop-enlarge-narrow", large, 20, 2, 5, 7, 18, True)
crop("crop-same-size", large, 4, 6, 16, 16, 16)
crop("crop-whole", large, 0, 0, 37, 29, 11)
crop("crop-to-six", large, 2, 2, 30, 20, 6)

short = 72 * 256 // 224
case("plain-wide", large[:, :20], F.center_crop(F.resize(large[:, :20], short, InterpolationMode.BICUBIC, antialias=True).clamp(0, 1), 72)[:, ::24], side=72, everyRow=24)
tall = large[:, :, :15]
case("plain-tall", tall, F.center_crop(F.resize(tall, short, InterpolationMode.BICUBIC, antialias=True).clamp(0, 1), 72)[:, ::24], side=72, everyRow=24)

for factor in (0.6, 1.37):
    case("brightness", small, F.adjust_brightness(small, factor), factor=factor)
    case("contrast", small, F.adjust_contrast(small, factor), factor=factor)
    case("saturation", small, F.adjust_saturation(small, factor), factor=factor)
for shift in (-0.1, 0.07, 0.5, -0.43):
    case("hue", small, F.adjust_hue(small, shift), factor=shift)
case("grayscale", small, F.rgb_to_grayscale(small, 3))
case("solarize", small, F.solarize(small, 0.5))
for kernel, sigma in ((23, 2.0), (9, 1.3), (5, 0.4), (3, 0.1), (23, 0.15)):
    case("blur", small, F.gaussian_blur(small, [kernel, kernel], [sigma, sigma]), kernel=kernel, sigma=sigma)
jittered = F.adjust_brightness(F.adjust_hue(F.adjust_contrast(F.adjust_saturation(small, 1.2), 0.7), 0.05), 1.3)
case("jitter", small, jittered)
case("normalize", small, F.normalize(small, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))

np.concatenate(stored).tofile(here / "augmentation.f32")
(here / "augmentation.json").write_text(json.dumps(cases, indent=1) + "\n")
