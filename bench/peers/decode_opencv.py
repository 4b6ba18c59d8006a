"""Bytes to crops with OpenCV: slices instead of copies, bytes until the end, normalised by look-up tables."""
from crops import box, random, read
from serve import need, serve, setup, timed

cv2, np = need("cv2", "numpy")
cv2.setNumThreads(1)
given = setup()
files, raw = read(given)
files = [np.frombuffer(f, np.uint8) for f in files]
side = given["side"]
ramp = np.arange(256, dtype=np.float32)
mean = np.array([0.485, 0.456, 0.406], np.float32) * 255
inverse = 1 / (np.array([0.229, 0.224, 0.225], np.float32) * 255)
tables = [(ramp - m) * i for m, i in zip(mean, inverse)]


def finish(v, bgr):
    planes = cv2.split(v)
    out = np.empty((3, side, side), np.float32)
    for c in range(3):
        cv2.LUT(planes[2 - c if bgr else c], tables[c], dst=out[c])
    return out


def resize(cut):
    return cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA if cut.shape[0] > side else cv2.INTER_CUBIC)


def crop(image, bgr):
    x, y, w, h = box(image.shape[1], image.shape[0])
    v = resize(image[y:y + h, x:x + w])
    return finish(cv2.flip(v, 1) if random.random() < 0.5 else v, bgr)


def centre(data):
    image = cv2.imdecode(data, cv2.IMREAD_COLOR)
    h, w = image.shape[:2]
    cut = round(min(h, w) / 256 * side)
    y, x = (h - cut) // 2, (w - cut) // 2
    return finish(resize(image[y:y + cut, x:x + cut]), True)


def measure(request):
    what = request["what"]

    def run():
        if what.startswith("packed"):
            for image in raw:
                crop(image, False)
        elif "random" in what:
            for data in files:
                crop(cv2.imdecode(data, cv2.IMREAD_COLOR), True)
        else:
            for data in files:
                centre(data)
    return timed(run)[0]


serve(f"OpenCV {cv2.__version__}", measure)
