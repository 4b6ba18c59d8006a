"""BYOL's two views with OpenCV as one would write them for speed: bytes, look-up tables, no Python loop over pixels."""
import math

from serve import need, serve, setup, timed

cv2, np = need("cv2", "numpy")
given = setup()
cv2.setNumThreads(1)
side = given["side"]
images = np.fromfile(given["file"], np.uint8).reshape(given["images"], given["height"], given["width"], 3)
ramp = np.arange(256, dtype=np.float32)
solarize = np.where(ramp >= 128, 255 - ramp, ramp).astype(np.uint8)
mean = np.array([0.485, 0.456, 0.406], np.float32) * 255
inverse = 1 / (np.array([0.229, 0.224, 0.225], np.float32) * 255)
random = np.random.default_rng(1)
kernel = max(1, side // 10 | 1)
gray = np.array([[0.299, 0.587, 0.114]], np.float32)


def crop(image):
    h, w = image.shape[:2]
    for _ in range(10):
        area = h * w * random.uniform(0.08, 1)
        aspect = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
        cw, ch = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < cw <= w and 0 < ch <= h:
            y, x = random.integers(0, h - ch + 1), random.integers(0, w - cw + 1)
            return image[y:y + ch, x:x + cw]
    return image


def table(values):
    return np.clip(values, 0, 255).astype(np.uint8)


def jitter(v):
    for step in random.permutation(4):
        if step == 0:
            v = cv2.LUT(v, table(ramp * random.uniform(0.6, 1.4)))
        elif step == 1:
            f = random.uniform(0.6, 1.4)
            v = cv2.LUT(v, table(ramp * f + (1 - f) * cv2.mean(cv2.cvtColor(v, cv2.COLOR_RGB2GRAY))[0]))
        elif step == 2:
            f = random.uniform(0.8, 1.2)
            v = cv2.transform(v, np.eye(3, dtype=np.float32) * f + (1 - f) * np.repeat(gray, 3, 0))
        else:
            hsv = cv2.cvtColor(v, cv2.COLOR_RGB2HSV_FULL)
            shift = int(random.uniform(-0.1, 0.1) * 256)
            hsv[..., 0] += np.uint8(shift % 256)
            v = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB_FULL)
    return v


def view(image, blurs, solarizes):
    cut = crop(image)
    shrinks = cut.shape[0] > side
    v = cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    if random.random() < 0.5:
        v = cv2.flip(v, 1)
    if random.random() < 0.8:
        v = jitter(v)
    if random.random() < 0.2:
        v = cv2.cvtColor(cv2.cvtColor(v, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if random.random() < blurs:
        v = cv2.GaussianBlur(v, (kernel, kernel), random.uniform(0.1, 2))
    if random.random() < solarizes:
        v = cv2.LUT(v, solarize)
    planes = cv2.split(v)
    out = np.empty((3, side, side), np.float32)
    for c in range(3):
        cv2.LUT(planes[c], ((ramp - mean[c]) * inverse[c]), dst=out[c])
    return out


def measure(request):
    def passes():
        for _ in range(request["passes"]):
            for image in images:
                view(image, 1, 0)
                view(image, 0.1, 0.2)
    return timed(passes)[0]


serve(f"OpenCV {cv2.__version__}", measure)
