"""Logistic regression by L-BFGS with scikit-learn."""
import warnings

from features import labels, rows
from serve import need, serve, setup, timed

sklearn = need("sklearn")
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")
given = setup()
x, y = rows(given["train"]), labels(given["train"])
test, truth = rows(given["test"]), labels(given["test"])


def measure(_):
    taken, predicted = timed(lambda: LogisticRegression(C=1 / given["strength"], solver="lbfgs", max_iter=1000, tol=1e-4).fit(x, y).predict(test))
    return {**taken, "accuracy": float((predicted == truth).mean())}


serve(f"scikit-learn {sklearn.__version__}", measure)
