"""Jeux de points des premiers TP, reproductibles par leur graine."""

import numpy as np

__all__ = ["circle", "swiss_roll", "two_moons"]


def circle(n=100, seed=0):
    """`n` points sur le cercle de rayon 1 : des points gaussiens, divisés par leur norme.

    A standard normal vector has no preferred direction, so its normalised value is uniform on the circle
    (Muller, 1959). Returns a float32 array of shape (n, 2).
    """
    points = np.random.default_rng(seed).standard_normal((n, 2))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def two_moons(n=1000, noise=0.05, seed=0):
    """`n` points sur deux demi-lunes enlacées, avec un bruit gaussien d'écart-type `noise`.

    Returns a float32 array of shape (n, 2): `sklearn.datasets.make_moons` without its labels.
    """
    from sklearn.datasets import make_moons

    return make_moons(n_samples=n, noise=noise, random_state=seed)[0].astype(np.float32)


def swiss_roll(n=2000, noise=0.05, seed=0):
    """`n` points sur une surface enroulée en 3-D, avec un bruit gaussien d'écart-type `noise`.

    Returns a float32 array of shape (n, 3): `sklearn.datasets.make_swiss_roll` without its colours.
    """
    from sklearn.datasets import make_swiss_roll

    return make_swiss_roll(n_samples=n, noise=noise, random_state=seed)[0].astype(np.float32)
