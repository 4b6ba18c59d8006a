"""Fixtures of the clustering tests: scikit-learn's k-means and a float64 spherical Lloyd. Run: /usr/bin/python3 make.py
Writes separated.f32 and overlapping.f32 (raw little-endian rows) and kmeans.json. Made with numpy 1.24, scikit-learn 1.2."""
import json
import numpy as np
from sklearn.cluster import KMeans

N, D, K = 480, 16, 6
rng = np.random.default_rng(7)


def unit(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


def lloyd(x, start, updates):
    """Spherical Lloyd in float64: inertias before each update and at the end, last labels, last centroids."""
    x, c, inertias = unit(x), unit(start), []
    for step in range(updates + 1):
        cosine = x @ c.T
        labels = cosine.argmax(1)
        inertias.append(float((2 - 2 * cosine.max(1)).sum()))
        if step == updates:
            return inertias, labels, c
        c = unit(np.stack([x[labels == k].sum(0) for k in range(len(c))]))


def sets():
    centres = unit(rng.normal(size=(K, D)))
    which = rng.choice(K, size=N, p=[.35, .25, .15, .12, .08, .05])
    # Lengths differ by a factor of up to 100: only directions may count.
    lengths = np.exp(rng.uniform(-2.3, 2.3, size=(N, 1)))
    yield "separated", (centres[which] + 0.08 * rng.normal(size=(N, D))) * lengths
    yield "overlapping", (0.5 * centres[which] + 0.3 * rng.normal(size=(N, D))) * lengths


result = {"n": N, "d": D, "k": K}
for name, x in sets():
    x = x.astype("<f4")
    x.tofile(name + ".f32")
    x = x.astype(np.float64)
    start = x[rng.choice(N, K, replace=False)]
    inertias, labels, centroids = lloyd(x, start, 8)
    best = KMeans(K, n_init=50, random_state=0, tol=0, max_iter=1000).fit(unit(x))
    means = unit(best.cluster_centers_)
    result[name] = {
        "start": unit(start).ravel().tolist(), "lloydInertias": inertias, "lloydLabels": labels.tolist(),
        "lloydCentroids": centroids.ravel().tolist(),
        "sklearnLabels": best.labels_.tolist(), "sklearnInertia": float(best.inertia_),
        "sklearnCosineInertia": float((2 - 2 * (unit(x) @ means.T).max(1)).sum()),
    }
json.dump(result, open("kmeans.json", "w"))
