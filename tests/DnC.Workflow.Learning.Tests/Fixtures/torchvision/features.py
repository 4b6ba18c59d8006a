"""Features of exported models by torchvision's networks.

/usr/bin/python3 features.py FOLDER...   (PyTorch 1.13, torchvision 0.14 and later)
Beside each model lies 'images', float32 values of (count, 3, side, side); prints a line of all their features. Loading is strict.
"""
import json
import struct
import sys

import torch
import torchvision
from torchvision.models.resnet import BasicBlock


def safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    types = {"F32": torch.float32, "I64": torch.int64}
    return {
        name: torch.frombuffer(bytearray(data[slice(*e["data_offsets"])]), dtype=types[e["dtype"]]).reshape(e["shape"])
        for name, e in header.items()
        if name != "__metadata__"
    }


class Narrow(torchvision.models.ResNet):
    def __init__(self, width, blocks):
        super().__init__(BasicBlock, [1, 1, 1, 1])
        self.inplanes = width
        self.conv1 = torch.nn.Conv2d(3, width, 7, 2, 3, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(width)
        self.layer1 = self._make_layer(BasicBlock, width, blocks)
        self.layer2 = self._make_layer(BasicBlock, 2 * width, blocks, stride=2)
        self.layer3 = self._make_layer(BasicBlock, 4 * width, blocks, stride=2)
        self.layer4 = self._make_layer(BasicBlock, 8 * width, blocks, stride=2)


def features(folder):
    with open(f"{folder}/config.json", encoding="utf-8") as file:
        config = json.load(file)
    model = config["dnc"]["model"]
    name = config["architecture"]
    net = Narrow(model["width"], model["blocks"]) if name == "narrow" else getattr(torchvision.models, name)(weights=None)
    if model["stem"] == "small":
        net.conv1, net.maxpool = torch.nn.Conv2d(3, net.conv1.out_channels, 3, 1, 1, bias=False), torch.nn.Identity()
    net.fc = torch.nn.Identity()
    net.load_state_dict(safetensors(f"{folder}/model.safetensors"))
    net.eval()
    with open(f"{folder}/images", "rb") as file:
        images = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    with torch.no_grad():
        result = net(images.reshape(-1, *config["pretrained_cfg"]["input_size"]))
    assert result.shape[1] == config["num_features"]
    return result.flatten().tolist()


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        print(" ".join(repr(value) for value in features(folder)))
