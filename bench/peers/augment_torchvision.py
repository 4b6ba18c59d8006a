"""BYOL's two views with torchvision's transforms on Pillow images, as its users write them."""
from serve import need, serve, setup, timed

np, torch, torchvision, PIL = need("numpy", "torch", "torchvision", "PIL")
from PIL import Image
from torchvision import transforms as t

given = setup()
torch.set_num_threads(1)
side = given["side"]
raw = np.fromfile(given["file"], np.uint8).reshape(given["images"], given["height"], given["width"], 3)
images = [Image.fromarray(i) for i in raw]
kernel = max(1, side // 10 | 1)


def recipe(blurs, solarizes):
    return t.Compose([
        t.RandomResizedCrop(side, interpolation=t.InterpolationMode.BICUBIC), t.RandomHorizontalFlip(),
        t.RandomApply([t.ColorJitter(0.4, 0.4, 0.2, 0.1)], 0.8), t.RandomGrayscale(0.2),
        t.RandomApply([t.GaussianBlur(kernel, (0.1, 2))], blurs), t.RandomSolarize(128, solarizes),
        t.ToTensor(), t.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))])


first, second = recipe(1, 0), recipe(0.1, 0.2)


def measure(request):
    def passes():
        for _ in range(request["passes"]):
            for image in images:
                first(image)
                second(image)
    return timed(passes)[0]


serve(f"torchvision {torchvision.__version__} on Pillow {PIL.__version__}", measure)
