"""A linear classifier by stochastic gradient descent with scikit-learn, as many passes as it is told."""
import warnings

from features import labels, rows
from serve import need, serve, setup, timed

sklearn = need("sklearn")
from sklearn.linear_model import SGDClassifier

warnings.filterwarnings("ignore")
given = setup()
x, y = rows(given["train"]), labels(given["train"])
test, truth = rows(given["test"]), labels(given["test"])


def fit():
    mean, deviation = x.mean(0), x.std(0)
    classifier = SGDClassifier(loss="log_loss", max_iter=given["epochs"], tol=None, penalty=None, random_state=1)
    return classifier.fit((x - mean) / deviation, y).predict((test - mean) / deviation)


def measure(_):
    taken, predicted = timed(fit)
    return {**taken, "accuracy": float((predicted == truth).mean())}


serve(f"scikit-learn {sklearn.__version__}", measure)
