"""The networks of the benchmark in PyTorch, of torchvision's own blocks."""
from serve import need

torch, torchvision = need("torch", "torchvision")
from torch import nn
from torchvision.models.resnet import BasicBlock, Bottleneck

SHAPES = {"resnet18": (BasicBlock, 64, [2, 2, 2, 2]), "resnet50": (Bottleneck, 64, [3, 4, 6, 3])}


class Backbone(nn.Module):
    def __init__(self, name, stem, width, blocks):
        super().__init__()
        block, width, counts = SHAPES.get(name, (BasicBlock, width, [blocks] * 4))
        if stem == "imagenet":
            layers = [nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
        else:
            layers = [nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        inputs = width
        for stage, count in enumerate(counts):
            planes = width << stage
            for i in range(count):
                stride = 2 if i == 0 and stage > 0 else 1
                down = None
                if stride != 1 or inputs != planes * block.expansion:
                    down = nn.Sequential(nn.Conv2d(inputs, planes * block.expansion, 1, stride, bias=False), nn.BatchNorm2d(planes * block.expansion))
                layers.append(block(inputs, planes, stride, down))
                inputs = planes * block.expansion
        self.layers = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.features = inputs

    def forward(self, images):
        return self.layers(images)


def encoder(model):
    backbone = Backbone(model["backbone"], model["stem"], model["width"], model["blocks"])
    hidden, out = model["projectorHidden"], model["projection"]
    return nn.Sequential(backbone, nn.Linear(backbone.features, hidden, bias=False), nn.BatchNorm1d(hidden), nn.ReLU(inplace=True),
                         nn.Linear(hidden, out, bias=False), nn.BatchNorm1d(out))
