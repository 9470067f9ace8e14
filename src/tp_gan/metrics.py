"""Mesurer si des points générés ressemblent aux vrais.

Every function takes points of shape (n, d), as a NumPy array or as a torch tensor on any device, and raises
ValueError, in French, when the shape is wrong or a value is not finite.
"""

import numpy as np

__all__ = ["angular_coverage", "energy_distance", "precision_recall", "radius_error"]


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
