"""Fixture of the transfer probe's tests: penalised logistic regression on probe.f32 by Newton's method, value and derivatives by PyTorch in float64.
Run: /usr/bin/python3 make_transfer.py (after make.py); writes transfer.json. Made with PyTorch 1.13."""
import json
import numpy as np
import torch

logistic = json.load(open("evaluation.json"))["logistic"]
x = torch.tensor(np.fromfile("probe.f32", "<f4").reshape(-1, logistic["columns"])).double()
y = torch.tensor(logistic["labels"])
classes, d = int(y.max()) + 1, x.shape[1]
fits = []
for strength in [1e-2, 1.0, 100.0]:
    def loss(point):
        w, b = point[:classes * d].view(classes, d), point[classes * d:]
        return (torch.nn.functional.cross_entropy(x @ w.T + b, y, reduction="sum") + strength / 2 * (w * w).sum()) / len(x)

    point = torch.zeros(classes * d + classes, dtype=torch.float64)
    for _ in range(200):
        gradient = torch.autograd.functional.jacobian(loss, point)
        # A shift of all biases changes nothing: the pseudo-inverse leaves it out.
        step = torch.linalg.pinv(torch.autograd.functional.hessian(loss, point), hermitian=True) @ gradient
        length = 1.0
        while loss(point - length * step) > loss(point) - 1e-4 * length * float(gradient @ step) and length > 1e-10:
            length /= 2
        point = point - length * step
        if float(gradient.abs().max()) < 1e-13:
            break
    print(strength, float(loss(point)), float(gradient.abs().max()))
    fits.append({"strength": strength, "value": float(loss(point)), "weight": point[:classes * d].tolist()})
json.dump({"fits": fits}, open("transfer.json", "w"))
