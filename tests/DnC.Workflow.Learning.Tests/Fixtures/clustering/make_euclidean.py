"""Fixture of the tests by Euclidean distance: scikit-learn's inertia, labels and silhouette, and a float64 Lloyd, on the rows that make.py wrote.
Run: /usr/bin/python3 make_euclidean.py; writes euclidean.json. Made with numpy 1.24, scikit-learn 1.2."""
import json
import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

rng, result = np.random.default_rng(3), {}
for name in ("separated", "overlapping"):
    x = np.fromfile(name + ".f32", "<f4").reshape(-1, 16).astype(np.float64)
    start = c = x[rng.choice(len(x), 6, replace=False)]
    inertias = []
    for step in range(9):
        d = ((x[:, None] - c) ** 2).sum(2)
        labels = d.argmin(1)
        inertias.append(float(d.min(1).sum()))
        if step < 8:
            c = np.stack([x[labels == k].mean(0) for k in range(6)])
    best = KMeans(6, n_init=5, random_state=0).fit(x)
    result[name] = {
        "start": start.ravel().tolist(), "lloydInertias": inertias, "lloydCentroids": c.ravel().tolist(), "lloydLabels": labels.tolist(),
        "sklearnInertia": float(best.inertia_), "sklearnLabels": best.labels_.tolist(), "silhouette": float(silhouette_score(x, best.labels_)),
    }
json.dump(result, open("euclidean.json", "w"))
