"""Weighted k-NN with scikit-learn, brute force by cosine."""
from features import labels, np, rows
from serve import need, serve, setup, timed

sklearn = need("sklearn")
from sklearn.neighbors import KNeighborsClassifier
from threadpoolctl import threadpool_limits

given = setup()
bank, queries = rows(given["bank"]), rows(given["queries"])
truth = labels(given["queries"])
classifier = KNeighborsClassifier(given["neighbours"], weights=lambda d: np.exp((1 - d) / given["temperature"]), metric="cosine", algorithm="brute")
classifier.fit(bank, labels(given["bank"]))


def measure(_):
    with threadpool_limits(given["threads"]):
        taken, predicted = timed(lambda: classifier.predict(queries))
    return {**taken, "accuracy": float((predicted == truth).mean())}


serve(f"scikit-learn {sklearn.__version__}", measure)
