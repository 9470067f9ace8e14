"""Ce que vaut un critique : le cône de la condition de Lipschitz, les lignes de niveau dans le plan."""

import numpy as np

from tp_gan.plots.picture import BLUE, GREY, ORANGE, REAL, Picture, array, comma, opening, subplots

__all__ = ["level_lines", "lipschitz_cone"]


def lipschitz_cone(xs, functions, at, title="Le cône de la condition de Lipschitz"):
    """Des fonctions d'une variable, et en chaque point de `at` le cône dont une fonction 1-lipschitzienne ne sort pas.

    xs: increasing abscissas. functions: a dictionary from the name of a panel to the values at xs. at: abscissas. A
    function leaves the cone of x0 where |f(x) - f(x0)| > |x - x0|; those parts are drawn thick, in another colour.
    """
    xs, at = np.asarray(array(xs), dtype=float), np.asarray(at, dtype=float)
    figure, axes = subplots(1, len(functions), width=3.7, height=3.4)
    said = []
    for ax, (name, values) in zip(axes[0], functions.items(), strict=True):
        values = np.asarray(array(values), dtype=float)
        if values.shape != xs.shape:
            raise ValueError(f"{name} a {values.size} valeurs, xs en compte {xs.size}.")
        outside = np.zeros(xs.shape, dtype=bool)
        for x0 in at:
            y0 = np.interp(x0, xs, values)
            ax.fill_between(xs, y0 - np.abs(xs - x0), y0 + np.abs(xs - x0), color=GREY, alpha=0.22, linewidth=0)
            ax.plot([x0], [y0], "o", color="black", markersize=5, zorder=4)
            outside |= np.abs(values - y0) > np.abs(xs - x0) + 1e-9
        ax.plot(xs, values, color=BLUE, linewidth=2, zorder=3, label="la fonction")
        if outside.any():
            left = np.where(outside, values, np.nan)
            ax.plot(xs, left, color=ORANGE, linewidth=4, linestyle=":", zorder=3.5, label="hors du cône")
        ax.set(xlabel="x", ylabel="f(x)", xlim=(xs[0], xs[-1]), ylim=(-2.6, 2.6), aspect="equal")
        ax.set_title(name, fontsize=10)
        ax.grid(alpha=0.3)
        ax.legend(loc="lower right", fontsize=8)
        share = f"sort d'au moins un cône sur {comma(outside.mean())} de l'axe" if outside.any() else "reste dans tous"
        said.append(f"{name} : {share}")
    figure.suptitle(title)
    return Picture(figure, f"{opening(title)}Cônes aux abscisses {', '.join(map(comma, at))}. {' ; '.join(said)}.")


def level_lines(surfaces, xs, ys, real=None, title="Les lignes de niveau du critique", levels=16):
    """Les lignes de niveau de chaque critique sur une grille du plan, côte à côte ; foncé : note basse.

    surfaces: a dictionary from the name of a panel to values of shape (len(ys), len(xs)), values[i, j] belonging to
    the point (xs[j], ys[i]). Each panel has its own scale, written in its colour bar.
    """
    xs, ys = array(xs), array(ys)
    figure, axes = subplots(1, len(surfaces), width=4.6, height=4.0)
    said = []
    for ax, (name, values) in zip(axes[0], surfaces.items(), strict=True):
        values = np.asarray(array(values), dtype=float)
        if values.shape != (len(ys), len(xs)):
            raise ValueError(f"{name} a la forme {values.shape}, la grille demande ({len(ys)}, {len(xs)}).")
        filled = ax.contourf(xs, ys, values, levels=levels, cmap="cividis")
        ax.contour(filled, colors="white", linewidths=0.7)
        if real is not None:
            points = array(real)
            ax.scatter(points[:, 0], points[:, 1], s=7, edgecolor="white", linewidth=0.2, **REAL)
            ax.legend(loc="upper right", fontsize=8)
        ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
        ax.set_title(name, fontsize=10)
        figure.colorbar(filled, ax=ax, shrink=0.8)
        said.append(f"{name}, de {_short(values.min())} à {_short(values.max())}")
    figure.suptitle(title)
    picture = Picture(figure, f"{opening(title)}Notes : {' ; '.join(said)}.")
    picture.palette = False
    return picture


def _short(value):
    return f"{value:.2g}".replace(".", ",")
