"""The distillation loss, its gradients and BatchNorm statistics in float64 by PyTorch, image by image as the formula says.
Run: /usr/bin/python3 make.py > distillation.json. Made with PyTorch 1.13."""
import json
import numpy as np
import torch
from torch import nn

D, H, K = 5, 9, 3
CLUSTERS = [2, 0, 0, 2, 1, 2, 0]  # cluster 1 has a single image


def of(name, *shape):
    s = sum(map(ord, name))
    n = int(np.prod(shape))
    v = np.array([((i + 1) * 2654435761 + s * 40503 & 0xffffffff) / 4294967296.0 - 0.5 for i in range(n)])
    return torch.tensor(v.reshape(shape))


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear1 = nn.Linear(D, H, bias=False)
        self.bn1 = nn.BatchNorm1d(H)
        self.linear2 = nn.Linear(H, D)

    def forward(self, x):
        return self.linear2(torch.relu(self.bn1(self.linear1(x))))


heads = nn.ModuleDict({"base": Head(), **{f"expert{k}": Head() for k in range(K)}}).double()
with torch.no_grad():
    for name, value in heads.state_dict().items():
        if not name.endswith("num_batches_tracked"):
            v = of(name, *value.shape)
            value.copy_(1 + 0.4 * v if "bn1.weight" in name or "running_var" in name else v)

z = (2 * of("z", len(CLUSTERS), D)).requires_grad_()
base_targets = nn.functional.normalize(of("base targets", len(CLUSTERS), D), dim=1)
expert_targets = nn.functional.normalize(of("expert targets", len(CLUSTERS), D), dim=1)  # in the batch's order
out = {}
for choice in ["both", "base", "experts"]:
    for p in list(heads.parameters()) + [z]:
        p.grad = None
    before = {n: v.clone() for n, v in heads.state_dict().items()}
    r_b = heads["base"](z) if choice != "experts" else None
    r_k = [None] * len(CLUSTERS)
    if choice != "base":
        for k in range(K):
            mine = [i for i, c in enumerate(CLUSTERS) if c == k]
            head = heads[f"expert{k}"]
            head.train(len(mine) > 1)  # a single image: running statistics
            rows = head(z[mine])
            head.train()
            for i, row in zip(mine, rows):
                r_k[i] = row
    loss = 0
    for i in range(len(CLUSTERS)):
        if r_b is not None:
            loss = loss + 0.5 * ((r_b[i] - base_targets[i]) ** 2).sum()
        if r_k[i] is not None:
            loss = loss + 0.5 * ((r_k[i] - expert_targets[i]) ** 2).sum()
    loss = loss / len(CLUSTERS)
    loss.backward()
    out[choice] = {
        "loss": loss.item(), "gradient": z.grad.flatten().tolist(),
        "parameters": {n: p.grad.flatten().tolist() for n, p in heads.named_parameters() if p.grad is not None},
        "statistics": {n: v.flatten().tolist() for n, v in heads.state_dict().items() if "running" in n},
    }
    heads.load_state_dict(before)
print(json.dumps(out))
