"""Mesurer si des points générés ressemblent aux vrais.

Every function takes points of shape (n, d), as a NumPy array or as a torch tensor on any device, and raises
ValueError, in French, when the shape is wrong or a value is not finite. `nearest_neighbours` takes pictures too.
"""

import numpy as np

__all__ = [
    "angular_coverage",
    "energy_distance",
    "frechet_distance",
    "nearest_neighbours",
    "power_spectrum",
    "precision_recall",
    "radius_error",
]


def energy_distance(x, y):
    """Distance d'énergie entre deux nuages de points : proche de 0 s'ils suivent la même loi, plus grande sinon.

    2 E|X - Y| - E|X - X'| - E|Y - Y'| over all pairs (Székely and Rizzo, 2013, equation 1), without a square
    root; in the unit of the points. Never negative. Two independent samples of n points of one law give about
    2 E|X - X'| / n rather than 0: compare with that floor. For a single point in x and in y it is twice their
    distance.
    """
    from scipy.spatial.distance import cdist

    x = _points(x, "x")
    y = _points(y, "y", like=x)
    return float(2 * cdist(x, y).mean() - cdist(x, x).mean() - cdist(y, y).mean())


def precision_recall(real, generated, k=3):
    """Précision : part des points générés qui sont plausibles. Rappel : part des vrais qui sont couverts.

    A point is plausible if it lies in a ball around a real point whose radius is the distance to that
    point's k-th nearest real neighbour; recall exchanges the two clouds (Kynkäänniemi et al., 2019,
    equations 1 to 3). Returns two floats in [0, 1]. Both clouds need more than k points.
    """
    real = _points(real, "real")
    generated = _points(generated, "generated", like=real)
    for name, points in (("real", real), ("generated", generated)):
        if len(points) <= k:
            raise ValueError(f"{name} compte {len(points)} points : il en faut plus de k = {k}.")
    return _share_inside(generated, real, k), _share_inside(real, generated, k)


def radius_error(points, radius=1.0):
    """Écart moyen entre la distance des points à l'origine et le rayon du cercle : 0 si tous sont dessus.

    In the unit of the points, shape (n, 2).
    """
    return float(np.abs(np.linalg.norm(_points(points, "points"), axis=1) - radius).mean())


def angular_coverage(points, sectors=36):
    """Part des secteurs de 10° (360° / `sectors`) qui contiennent au moins un point : 1 si le tour est fait.

    Points of shape (n, 2); a float in [0, 1]. It looks at directions alone: read it with `radius_error`.
    """
    points = _points(points, "points")
    if points.shape[1] != 2:
        raise ValueError(f"points a la forme {points.shape} : des points du plan, (n, 2), sont attendus.")
    turn = np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi) % 1.0
    return len(np.unique((turn * sectors).astype(int) % sectors)) / sectors


def frechet_distance(x, y):
    """Distance de Fréchet entre deux nuages de points : 0 si leurs moyennes et leurs covariances sont les mêmes.

    |m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^(1/2)), the squared Wasserstein-2 distance between two Gaussians
    (Dowson and Landau, 1982; Heusel et al., 2017, equation 6, who apply it to features of pictures).
    In squared units of the points; never negative. The covariances, divided by n - 1, need two points or more
    and may be singular. Two samples of one law give more than 0, the more so as they are small: compare at
    equal n (`judge.frechet` gives the floor).
    """
    x = _points(x, "x")
    y = _points(y, "y", like=x)
    for name, points in (("x", x), ("y", y)):
        if len(points) < 2:
            raise ValueError(f"{name} compte un seul point : il en faut deux au moins pour une covariance.")
    covariance_x, covariance_y = (np.atleast_2d(np.cov(points, rowvar=False)) for points in (x, y))
    # With C1 = A Aᵀ and C2 = B Bᵀ, the trace of (C1 C2)^(1/2) is the sum of the singular values of Aᵀ B: no square
    # root of a matrix that is nearly singular, nor of a negative rounding error.
    cross = np.linalg.svd(_root(covariance_x).T @ _root(covariance_y), compute_uv=False).sum()
    apart = ((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum()
    return max(0.0, float(apart + np.trace(covariance_x) + np.trace(covariance_y) - 2 * cross))


def nearest_neighbours(queries, references, k=1):
    """Pour chaque image (ou point), ses `k` plus proches parmi `references` : leurs distances et leurs rangs.

    The distance is the mean absolute difference of the values (L1 / their number): 0.1 between two pictures in
    [-1, 1] is 5 % of their range, on average over the pixels. Arrays or tensors of shapes (n, ...) and (m, ...);
    returns two NumPy arrays, distances (float64) and indices (int64), of shape (n,) for k = 1, else (n, k), the
    nearest first. Computed in float32, on the device of `references`; memory grows as 100 m.
    """
    import torch

    queries, references = _rows(queries, "queries"), _rows(references, "references")
    if queries.shape[1:] != references.shape[1:]:
        raise ValueError(
            f"queries et references n'ont pas la même forme : {tuple(queries.shape[1:])} et "
            f"{tuple(references.shape[1:])} pour chaque élément."
        )
    if not 1 <= k <= len(references):
        raise ValueError(f"k vaut {k} : il doit être entre 1 et le nombre de references, {len(references)}.")
    queries, references = queries.flatten(1).to(references.device), references.flatten(1)
    nearest = [
        (torch.cdist(some, references, p=1) / references.shape[1]).topk(k, largest=False) for some in queries.split(100)
    ]
    distances, indices = (torch.cat(parts).cpu().numpy() for parts in zip(*nearest, strict=True))
    distances = distances.astype(np.float64)
    return (distances[:, 0], indices[:, 0]) if k == 1 else (distances, indices)


def power_spectrum(images):
    """Spectre de puissance moyen d'un lot d'images : la part de leur variance à chaque fréquence.

    |FFT(x - mean(x))|² / (h w)², averaged over pictures and channels, the frequency 0 in the middle (row h // 2, column
    w // 2; the others as `numpy.fft.fftshift(numpy.fft.fftfreq(w))`, in cycles per pixel). Its sum is the mean variance
    of a picture over its pixels (Parseval). images: (n, channels, h, w) or (n, h, w); a float64 array of shape (h, w).
    """
    values = images.detach().cpu() if hasattr(images, "detach") else images
    values = np.asarray(values, dtype=np.float64)
    if values.ndim not in (3, 4) or 0 in values.shape:
        raise ValueError(f"images a la forme {values.shape} : (n, canaux, hauteur, largeur) est attendu.")
    if not np.isfinite(values).all():
        raise ValueError("images contient des valeurs infinies ou indéfinies (NaN).")
    values = values.reshape(-1, *values.shape[-2:])
    waves = np.fft.fft2(values - values.mean(axis=(1, 2), keepdims=True), norm="forward")
    return np.fft.fftshift((np.abs(waves) ** 2).mean(axis=0))


def _root(covariance):
    """A with A Aᵀ = covariance."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(values.clip(min=0))


def _share_inside(queries, centres, k):
    from scipy.spatial import KDTree
    from scipy.spatial.distance import cdist

    # The nearest neighbour of a point within its own cloud is itself, hence k + 1.
    radii = KDTree(centres).query(centres, k=k + 1)[0][:, -1]
    return float((cdist(queries, centres) <= radii).any(axis=1).mean())


def _points(points, name, like=None):
    if hasattr(points, "detach"):
        points = points.detach().cpu()
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or len(points) == 0:
        raise ValueError(f"{name} a la forme {points.shape} : un tableau de points (n, d) est attendu.")
    if like is not None and points.shape[1] != like.shape[1]:
        raise ValueError(f"{name} a {points.shape[1]} coordonnées par point, l'autre nuage en a {like.shape[1]}.")
    if not np.isfinite(points).all():
        raise ValueError(f"{name} contient des valeurs infinies ou indéfinies (NaN).")
    return points


def _rows(values, name):
    import torch

    values = torch.as_tensor(values).detach().float()
    if values.ndim < 2 or len(values) == 0:
        raise ValueError(f"{name} a la forme {tuple(values.shape)} : une suite d'images ou de points est attendue.")
    if not values.isfinite().all():
        raise ValueError(f"{name} contient des valeurs infinies ou indéfinies (NaN).")
    return values
