"""k-means with faiss: all rows, given centroids, as many iterations as it is told, then the assignment."""
from features import np, rows
from serve import need, serve, setup, timed

faiss = need("faiss")
given = setup()
faiss.omp_set_num_threads(given["threads"])
x = rows(given["data"])
init = np.fromfile(given["init"], np.float32).reshape(given["k"], -1)


def measure(_):
    def fit():
        search = faiss.Kmeans(x.shape[1], given["k"], niter=given["iterations"], max_points_per_centroid=10**9, min_points_per_centroid=1)
        search.train(x, init_centroids=init)
        return search.index.search(x, 1)
    taken, (distances, _) = timed(fit)
    return {**taken, "inertia": float(distances.sum(dtype=np.float64))}


serve(f"faiss {faiss.__version__}", measure)
