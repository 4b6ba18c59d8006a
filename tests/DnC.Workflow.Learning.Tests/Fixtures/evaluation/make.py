"""Fixtures of the evaluation tests: Nesterov SGD by PyTorch, cluster quality and logistic regression by scikit-learn and SciPy.
Run: /usr/bin/python3 make.py; writes evaluation.json, probe.f32, test.f32. Made with PyTorch 1.13, scikit-learn 1.2."""
import json
import math
import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(11)


def sgd():
    n, d, classes, steps, decay = 30, 5, 4, 14, 0.01
    x = torch.tensor(rng.normal(size=(n, d)).astype("f4"))
    y = torch.tensor(rng.integers(0, classes, n))
    batches = [rng.permutation(n)[:8 if i % 3 else 5].tolist() for i in range(steps)]
    runs = []
    for rate in [0.3, 1.7]:
        layer = torch.nn.Linear(d, classes)
        torch.nn.init.zeros_(layer.weight), torch.nn.init.zeros_(layer.bias)
        groups = [{"params": [layer.weight], "weight_decay": decay}, {"params": [layer.bias], "weight_decay": 0}]
        optimizer = torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True)
        for i, batch in enumerate(batches):
            for group in optimizer.param_groups:
                group["lr"] = rate * 0.5 * (1 + math.cos(math.pi * i / steps))
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(layer(x[batch]), y[batch]).backward()
            optimizer.step()
        runs.append({"rate": rate, "weight": layer.weight.flatten().tolist(), "bias": layer.bias.tolist()})
    return {"classes": classes, "decay": decay, "columns": d, "rows": x.flatten().tolist(), "labels": y.tolist(), "batches": batches, "runs": runs}


def quality():
    cases = []
    for n, k, c, noise in [(50, 3, 3, .2), (200, 5, 12, .5), (120, 9, 4, .9), (30, 1, 4, 0), (30, 4, 1, 0), (20, 1, 1, 0), (40, 8, 8, 0)]:
        labels = rng.integers(0, c, n)
        clusters = np.where(rng.random(n) < noise, rng.integers(0, k, n), labels % k)
        table = metrics.cluster.contingency_matrix(clusters, labels)
        matched = table[linear_sum_assignment(-table)].sum()
        cases.append({
            "clusters": clusters.tolist(), "labels": labels.tolist(), "purity": table.max(1).sum() / n,
            "information": metrics.mutual_info_score(labels, clusters), "nmi": metrics.normalized_mutual_info_score(labels, clusters),
            "accuracy": matched / n})
    return cases


def logistic():
    classes, d = 6, 12
    centres, scales = rng.normal(size=(classes, d)), np.exp(rng.uniform(-4, 4, d))
    draw = lambda n: (lambda y: (((centres[y] + 0.9 * rng.normal(size=(n, d))) * scales + scales).astype("<f4"), y))(rng.integers(0, classes, n))
    (x, y), (tx, ty) = draw(400), draw(300)
    x.tofile("probe.f32"), tx.tofile("test.f32")
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(penalty=None, max_iter=5000, tol=1e-8).fit(scaler.transform(x), y)
    return {"columns": d, "labels": y.tolist(), "testLabels": ty.tolist(), "accuracy": model.score(scaler.transform(tx), ty)}


json.dump({"sgd": sgd(), "quality": quality(), "logistic": logistic()}, open("evaluation.json", "w"))
