"""k-means with scikit-learn: given centroids, as many iterations as it is told."""
import warnings

from features import np, rows
from serve import need, serve, setup, timed

sklearn = need("sklearn")
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore")
given = setup()
x = rows(given["data"])
init = np.fromfile(given["init"], np.float32).reshape(given["k"], -1)


def measure(_):
    with threadpool_limits(given["threads"]):
        taken, search = timed(lambda: KMeans(given["k"], init=init, n_init=1, max_iter=given["iterations"], tol=0, algorithm="lloyd").fit(x))
    return {**taken, "inertia": float(search.inertia_)}


serve(f"scikit-learn {sklearn.__version__}", measure)
