"""Reference values of the objectives' losses and of optimiser steps, from PyTorch in double precision and from BYOL's published formulas.

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


BATCH, WIDTH = 7, 5


def views():
    """Values of similar names are similar: turned over, so that no two views are alike."""
    first, second, third, fourth = (values(n, (BATCH, WIDTH)) for n in ("online1", "online2", "target1", "target2"))
    return [first.requires_grad_(), second.flip(1).requires_grad_()], [third.flip(0), fourth.roll(2, 1)]


def with_gradients(loss, online):
    loss.backward()
    return {"loss": loss.item(), "gradients": [z.grad.flatten().tolist() for z in online]}


def moclr(temperature):
    online, target = views()

    def term(z, t):
        logits = F.normalize(z, dim=1) @ F.normalize(t, dim=1).T / temperature
        return F.cross_entropy(logits, torch.arange(BATCH))

    return {"temperature": temperature, **with_gradients(term(online[0], target[1]) + term(online[1], target[0]), online)}


def simclr(temperature):
    """simclr/objective.py (add_contrastive_loss), which hides a row from itself by a large number and adds the two views' means."""
    online, _ = views()
    a, b = (F.normalize(z, dim=1) for z in online)
    hidden = torch.eye(BATCH) * 1e9

    def term(x, y):
        logits = torch.cat([x @ y.T / temperature, x @ x.T / temperature - hidden], 1)
        return F.cross_entropy(logits, torch.arange(BATCH))

    return {"temperature": temperature, **with_gradients(term(a, b) + term(b, a), online)}


def byol():
    """byol/byol_experiment.py: regression_loss of both views added, a mean over the batch."""
    online, target = views()

    def regression_loss(x, y):
        x = x / x.pow(2).sum(-1, keepdim=True).sqrt()
        y = y / y.pow(2).sum(-1, keepdim=True).sqrt()
        return (x - y).pow(2).sum(-1)

    loss = regression_loss(online[0], target[1]) + regression_loss(online[1], target[0])
    return with_gradients(loss.mean(), online)


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
        "simclr": [simclr(0.1), simclr(1.0)],
        "byol": [byol()],
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
