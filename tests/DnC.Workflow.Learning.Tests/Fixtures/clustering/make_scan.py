"""Fixture of the tests of a scan over K: scikit-learn's silhouette, adjusted Rand index and inertia on the rows that make.py wrote.
Run: /usr/bin/python3 make_scan.py; writes scan.json. Made with numpy 1.24, scikit-learn 1.2."""
import json
import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

result = {}
for name in ("separated", "overlapping"):
    x = np.fromfile(name + ".f32", "<f4").reshape(-1, 16).astype(np.float64)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    for k in (2, 6, 9):
        one, other = (KMeans(k, n_init=1, random_state=s).fit(x) for s in (1, 2))
        labels = one.labels_.copy()
        if k == 9:
            labels[17] = 9  # alone in its cluster: its silhouette is 0
        best = KMeans(k, n_init=5, random_state=0).fit(x)
        means = best.cluster_centers_ / np.linalg.norm(best.cluster_centers_, axis=1, keepdims=True)
        result[f"{name}-{k}"] = {
            "labels": labels.tolist(), "other": other.labels_.tolist(),
            "silhouette": float(silhouette_score(x, labels, metric="cosine")),
            "adjustedRand": float(adjusted_rand_score(labels, other.labels_)),
            "cosineInertia": float((2 - 2 * (x @ means.T).max(1)).sum()),
        }
json.dump(result, open("scan.json", "w"))
