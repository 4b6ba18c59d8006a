"""Reference values of ResNets from torchvision, in double precision, for weights and images given by a formula.

Run beside this file: /usr/bin/python3 make.py   (PyTorch 1.13, torchvision 0.14)
The formula is FormulaValues.cs's: no weights are committed.
"""
import json

import torch
import torchvision
from torchvision.models.resnet import BasicBlock


def values(name, shape):
    """v_i in [-0.5, 0.5): ((i + 1)·2654435761 + s·40503) mod 2^32 / 2^32 - 0.5, s the sum of the name's character codes."""
    count = 1
    for n in shape:
        count *= n
    i = torch.arange(1, count + 1, dtype=torch.int64)
    s = sum(ord(c) for c in name)
    return (((i * 2654435761 + s * 40503) % 2**32).double() / 2**32 - 0.5).reshape(shape)


def fill(network):
    for name, value in network.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        v = values(name, value.shape)
        if value.dim() == 4:
            v = v * (24 / (value.shape[1] * value.shape[2] * value.shape[3])) ** 0.5
        elif name.endswith("running_var"):
            v = 1 + v
        elif name.endswith("weight"):
            v = 1 + 0.4 * v
        else:
            v = 0.2 * v
        value.copy_(v.float())


class Narrow(torchvision.models.ResNet):
    def __init__(self, width, blocks):
        super().__init__(BasicBlock, [1, 1, 1, 1])
        self.inplanes = width
        self.conv1 = torch.nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = torch.nn.BatchNorm2d(width)
        self.maxpool = torch.nn.Identity()
        self.layer1 = self._make_layer(BasicBlock, width, blocks)
        self.layer2 = self._make_layer(BasicBlock, 2 * width, blocks, stride=2)
        self.layer3 = self._make_layer(BasicBlock, 4 * width, blocks, stride=2)
        self.layer4 = self._make_layer(BasicBlock, 8 * width, blocks, stride=2)


def macs(network, side):
    total = 0

    def count(module, _, output):
        nonlocal total
        kernel = module.kernel_size[0] * module.kernel_size[1]
        total += output.shape[2] * output.shape[3] * kernel * module.in_channels * module.out_channels

    hooks = [m.register_forward_hook(count) for m in network.modules() if isinstance(m, torch.nn.Conv2d)]
    network.eval()
    with torch.no_grad():
        network(torch.zeros(1, 3, side, side))
    for hook in hooks:
        hook.remove()
    return total


def reference(network, side, batch):
    network.fc = torch.nn.Identity()
    with torch.no_grad():
        fill(network)
    result = {"macs": macs(network, side), "names": {n: list(v.shape) for n, v in network.state_dict().items()}}
    images = (2 * values("images", (batch, 3, side, side))).float().double()
    network = network.double()
    network.eval()
    with torch.no_grad():
        result["eval"] = network(images)[0].tolist()
    network.train()
    features = network(images)
    result["train"] = features[0].detach().tolist()
    (features * values("loss", features.shape)).sum().backward()
    parameters = dict(network.named_parameters())
    result["gradients"] = {n: [p.grad.norm().item(), p.grad.flatten()[0].item()] for n, p in parameters.items()}
    result["runningMean"] = network.bn1.running_mean.tolist()
    result["runningVar"] = network.bn1.running_var.tolist()
    return result


def main():
    torch.manual_seed(0)
    cases = {
        "narrow": reference(Narrow(4, 2), 16, 6),
        "resnet18": reference(torchvision.models.resnet18(), 64, 3),
        "resnet50": reference(torchvision.models.resnet50(), 64, 3),
    }
    counts = {
        name: macs(getattr(torchvision.models, name)(), 224) for name in ("resnet18", "resnet34", "resnet50")
    }
    # Six significant digits: enough for a comparison with single precision, and a small file.
    for case in cases.values():
        for key in ("eval", "train", "runningMean", "runningVar"):
            case[key] = [float(f"{x:.7g}") for x in case[key]]
        case["gradients"] = {n: [float(f"{x:.7g}") for x in g] for n, g in case["gradients"].items()}
    for case in cases.values():
        for key in ("eval", "train"):
            case[key] = case[key][:64]
    with open("resnets.json", "w", encoding="ascii") as file:
        json.dump({"cases": cases, "macs224": counts}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
