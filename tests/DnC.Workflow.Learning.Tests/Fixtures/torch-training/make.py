"""Reference values of MoCLR's loss and of optimiser steps, from PyTorch in double precision and from BYOL's published formulas.

Run beside this file: /usr/bin/python3 make.py   (PyTorch 1.13)
"""
import json
import math

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def values(name, shape):
    """As in ../torch-models/make.py."""
    count = 1
    for n in shape:
        count *= n
    i = torch.arange(1, count + 1, dtype=torch.int64)
    s = sum(ord(c) for c in name)
    return (((i * 2654435761 + s * 40503) % 2**32).double() / 2**32 - 0.5).reshape(shape)


def moclr(temperature):
    batch, width = 7, 5
    online = [values(n, (batch, width)).requires_grad_() for n in ("online1", "online2")]
    target = [values(n, (batch, width)) for n in ("target1", "target2")]

    def term(z, t):
        logits = F.normalize(z, dim=1) @ F.normalize(t, dim=1).T / temperature
        return F.cross_entropy(logits, torch.arange(batch))

    loss = term(online[0], target[1]) + term(online[1], target[0])
    loss.backward()
    return {"temperature": temperature, "loss": loss.item(), "gradients": [z.grad.flatten().tolist() for z in online]}


def quadratic_gradients(parameters, step):
    """A gradient that depends on the parameter and on the step, so that an error grows."""
    return {n: 0.3 * p + values(f"{n}{step}", p.shape) for n, p in parameters.items()}


def start():
    return {"weight": values("weight", (4, 3)), "bias": values("bias", (4,)), "still": torch.zeros(2, 2)}


def by_torch(make, rates):
    parameters = {n: p.requires_grad_() for n, p in start().items()}
    decayed = [p for n, p in parameters.items() if p.dim() > 1]
    free = [p for n, p in parameters.items() if p.dim() <= 1]
    optimizer = make(decayed, free)
    for step, rate in enumerate(rates):
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.no_grad():
            gradients = quadratic_gradients(parameters, step)
        for n, p in parameters.items():
            p.grad = gradients[n]
        optimizer.step()
    return {n: p.detach().flatten().tolist() for n, p in parameters.items()}


def lars(rates, momentum, decay, trust):
    """byol/utils/optimizers.py: add_weight_decay, scale_by_lars, scale(-learning_rate), biases and norms filtered out of both."""
    parameters = start()
    buffers = {n: torch.zeros_like(p) for n, p in parameters.items()}
    for step, rate in enumerate(rates):
        for n, g in quadratic_gradients(parameters, step).items():
            p = parameters[n]
            if p.dim() > 1:
                g = g + decay * p
                pn, gn = p.norm().item(), g.norm().item()
                if pn > 0 and gn > 0:
                    g = g * (trust * pn / gn)
            buffers[n] = momentum * buffers[n] + g
            parameters[n] = p - rate * buffers[n]
    return {n: p.flatten().tolist() for n, p in parameters.items()}


def learning_rate(step, base, batch, total, warmup):
    """byol/utils/schedules.py."""
    scaled = base * batch / 256
    if step < warmup:
        return step / warmup * scaled
    return scaled * 0.5 * (1 + math.cos(math.pi * min(step - warmup, total - warmup) / (total - warmup)))


def target_momentum(step, base, total):
    return 1 - (1 - base) * (math.cos(math.pi * step / total) + 1) / 2


def main():
    rates = [0.0, 0.4, 0.9, 0.7, 0.2]
    small = [r / 10 for r in rates]

    def groups(decayed, free, decay):
        return [{"params": decayed, "weight_decay": decay}, {"params": free, "weight_decay": 0.0}]

    steps = [0, 1, 7, 10, 11, 50, 99, 100, 130]
    result = {
        "moclr": [moclr(0.1), moclr(1.0)],
        "rates": rates,
        "sgd": by_torch(lambda d, f: torch.optim.SGD(groups(d, f, 0.05), lr=1, momentum=0.9), rates),
        "nesterov": by_torch(lambda d, f: torch.optim.SGD(groups(d, f, 0.05), lr=1, momentum=0.9, nesterov=True), rates),
        "adamw": by_torch(lambda d, f: torch.optim.AdamW(groups(d, f, 0.05), lr=1), small),
        "lars": lars(rates, momentum=0.9, decay=0.05, trust=0.1),
        "schedule": {
            "steps": steps,
            "rate": [learning_rate(s, 0.3, 512, 100, 10) for s in steps],
            "target": [target_momentum(min(s, 100), 0.996, 100) for s in steps],
        },
    }
    with open("training.json", "w", encoding="ascii") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main()
