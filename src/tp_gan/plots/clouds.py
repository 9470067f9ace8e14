"""Des nuages de points, dans le plan et dans l'espace ; ce que D pense de chaque point du plan."""

import io

import numpy as np

from tp_gan.plots.picture import (
    GENERATED,
    JUDGED_FAKE,
    JUDGED_REAL,
    REAL,
    UNKNOWN,
    Picture,
    array,
    comma,
    few_colours,
    image,
    opening,
    pixels,
    subplots,
)

# From where a cloud in space is looked at: elevation and azimuth, in degrees.
VIEWS = {"de trois quarts": (18, -65), "le long de l'axe 2": (0, -90), "de dessus": (90, -90)}
TURNING = 500  # points of a cloud that turns: a GIF grows with them


def scatter(real, generated=None, judged_real=None, title="Points réels et points générés"):
    """Les points réels et, à côté, les points générés, à la même échelle.

    real, generated: points of shape (n, 2). judged_real: n booleans, D's decision on each generated point,
    shown by colour and by shape.
    """
    clouds = [("Données réelles", [(array(real), REAL)])]
    alt = f"{title}. À gauche, {len(real)} points réels."
    if generated is None:
        alt = f"{title}. {len(real)} points réels."
    elif judged_real is None:
        clouds.append(("Points générés", [(array(generated), GENERATED)]))
        alt += f" À droite, {len(generated)} points générés."
    else:
        generated, mask = array(generated), np.asarray(array(judged_real), dtype=bool).reshape(-1)
        if len(mask) != len(generated):
            raise ValueError(f"judged_real compte {len(mask)} valeurs pour {len(generated)} points générés.")
        clouds.append(("Points générés, vus par D", [(generated[mask], JUDGED_REAL), (generated[~mask], JUDGED_FAKE)]))
        alt += f" À droite, {len(generated)} points générés, dont D juge {mask.sum()} réels."
    figure, axes = subplots(1, len(clouds), width=4.2, height=4.3)
    limit = limits([points for _, parts in clouds for points, _ in parts])
    for ax, (name, parts) in zip(axes[0], clouds, strict=True):
        cloud(ax, parts, limit, name)
    figure.suptitle(title)
    return Picture(figure, alt)


def gallery(clouds, real=None, title="", columns=3, alt=None):
    """Plusieurs nuages, chacun dans son cadre : devant les points réels s'ils sont donnés, sinon seuls et sans légende.

    clouds: a dictionary from the name of a panel to points of shape (n, 2). alt: the alternative text, when the
    names do not say enough.
    """
    rows = -(-len(clouds) // columns)
    figure, axes = subplots(rows, columns, width=2.9, height=3.0)
    limit = limits([array(points) for points in clouds.values()]) if real is None else 1.5 * limits([array(real)])
    for ax in axes.flat[len(clouds) :]:
        ax.remove()
    for ax, (name, points) in zip(axes.flat, clouds.items(), strict=False):
        if real is None:
            cloud(ax, [(array(points), UNKNOWN)], limit, name, legend=False)
        else:
            parts = [(array(real), REAL), (array(points), GENERATED)]
            cloud(ax, parts, limit, name, legend=ax is axes.flat[0])
    figure.suptitle(title)
    what = "Nuages de points" if real is None else "Points générés devant les points réels"
    names = " ; ".join(name.replace("\n", ", ") for name in clouds)
    return Picture(figure, alt or f"{title}. {what} : {names}.")


def decision_surface(values, xs, ys, real=None, generated=None, title="Ce que D pense de chaque point du plan"):
    """La probabilité « réel » que D donne à chaque point d'une grille, et la frontière où elle vaut 1/2.

    values: shape (len(ys), len(xs)), in [0, 1], values[i, j] belonging to the point (xs[j], ys[i]).
    """
    values, xs, ys = array(values), array(xs), array(ys)
    if values.shape != (len(ys), len(xs)):
        raise ValueError(f"values a la forme {values.shape}, la grille demande ({len(ys)}, {len(xs)}).")
    figure, axes = subplots(1, 1, width=6.2, height=5.2)
    ax = axes[0, 0]
    mesh = ax.pcolormesh(xs, ys, values, cmap="cividis", vmin=0, vmax=1, shading="nearest", rasterized=True)
    if values.min() < 0.5 < values.max():
        ax.contour(xs, ys, values, levels=[0.5], colors="white", linewidths=1.5, linestyles="--")
    for points, style in ((real, REAL), (generated, GENERATED)):
        if points is not None:
            points = array(points)
            ax.scatter(points[:, 0], points[:, 1], s=14, edgecolor="white", linewidth=0.4, **style)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
    if real is not None or generated is not None:
        ax.legend(loc="upper right")
    figure.colorbar(mesh, ax=ax, label="D(x) : probabilité que x soit réel (tirets : 1/2)")
    figure.suptitle(title)
    alt = f"D(x) va de {comma(values.min())} à {comma(values.max())} sur la grille"
    picture = Picture(figure, f"{title}. {alt}, {comma(values.mean())} en moyenne.")
    picture.palette = False
    return picture


def scatter3d(real, generated=None, title="", views=None):
    """Des points de l'espace vus sous plusieurs angles : les réels, et sous eux les générés, à la même échelle.

    real, generated: points of shape (n, 3). views: a dictionary from the name of a view to (elevation, azimuth), in
    degrees. The box is that of the real points; the alternative text counts the generated ones that fall outside.
    """
    real = in_space(real, "real")
    lines = [("réels", real, REAL)]
    alt = f"{opening(title)}{len(real)} points réels dans l'espace"
    box = box_around(real)
    if generated is not None:
        generated = in_space(generated, "generated")
        lines.append(("générés", generated, GENERATED))
        alt += f" et, au-dessous, {len(generated)} points générés ({(~inside(generated, box)).sum()} hors du cadre)"
    views = VIEWS if views is None else views
    figure, axes = subplots(len(lines), len(views), 3.3, 3.3, layout=None, projection="3d")
    height = 330 * len(lines)
    figure.subplots_adjust(left=0.01, right=0.97, bottom=0.04, top=1 - 66 / height, wspace=0.02, hspace=0.18)
    for row, (kind, points, style) in zip(axes, lines, strict=True):
        for ax, (name, view) in zip(row, views.items(), strict=True):
            draw_box(ax, box, view)
            ax.scatter(*points[inside(points, box)].T, s=8, alpha=0.7, linewidth=0, **{**style, "label": None})
            ax.set_title(f"{kind}, {name}", fontsize=10, y=1.03)
    figure.suptitle(title, y=1 - 8 / height, va="top")
    return Picture(figure, f"{alt}, sous {len(views)} angles : {', '.join(views)}.")


def turn(points, generated=None, title="", frames=30, milliseconds=130):
    """Une image animée (GIF) : un nuage de l'espace qui fait un tour sur lui-même.

    points, generated: shape (n, 3), of which the first 500 are shown. The box is that of `points`.
    """
    points = in_space(points, "points")[:TURNING]
    clouds = [(points, REAL)]
    if generated is not None:
        clouds.append((in_space(generated, "generated")[:TURNING], GENERATED))
    box = box_around(points)
    figure = pixels(360, 380, dpi=80)
    ax = figure.add_axes((0.0, 0.05, 0.97, 0.88), projection="3d")
    figure.suptitle(title, fontsize=11)
    draw_box(ax, box, (18, 0), ticks=False)
    # What is behind is pale: the eye then sees which way the cloud turns.
    far = [flat_points(ax, cloud, box, {**style, "label": None}, alpha=0.25) for cloud, style in clouds]
    near = [flat_points(ax, cloud, box, style, alpha=0.9) for cloud, style in clouds]
    if generated is not None:
        ax.legend(loc="upper right", fontsize=8, framealpha=0.6)
    images = []
    for azimuth in np.arange(frames) * 360 / frames - 65:
        ax.view_init(18, azimuth)
        towards = np.array([np.cos(np.deg2rad(azimuth)), np.sin(np.deg2rad(azimuth))])
        for (cloud, _), behind, ahead in zip(clouds, far, near, strict=True):
            is_near = (cloud - np.mean(box, axis=0))[:, :2] @ towards > 0
            behind(cloud[~is_near])
            ahead(cloud[is_near])
        figure.canvas.draw()
        images.append(few_colours(image(figure)))
    content = io.BytesIO()
    images[0].save(content, "gif", save_all=True, append_images=images[1:], duration=milliseconds, loop=0)
    alt = f"{opening(title)}Animation : {len(points)} points réels"
    alt += f" et {len(clouds[1][0])} points générés" if generated is not None else ""
    return Picture(None, alt + " dans l'espace, qui font un tour complet.", content.getvalue(), "gif")


def in_space(points, name):
    points = array(points)
    if points.ndim != 2 or points.shape[1] != 3 or len(points) == 0:
        raise ValueError(f"{name} a la forme {points.shape} : des points de l'espace, (n, 3), sont attendus.")
    return points


def box_around(points):
    """The lowest and highest coordinates of a cloud, with some room: two arrays of 3 values."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = 0.06 * (high - low).max() or 1.0
    return low - room, high + room


def inside(points, box):
    return ((points >= box[0]) & (points <= box[1])).all(axis=1)


def draw_box(ax, box, view, ticks=True):
    """Set axes in space to show a box, seen from (elevation, azimuth)."""
    elevation, azimuth = view
    ax.set_proj_type("ortho")
    ax.view_init(elevation, azimuth)
    ax.set(xlim=(box[0][0], box[1][0]), ylim=(box[0][1], box[1][1]), zlim=(box[0][2], box[1][2]))
    ax.set_box_aspect(box[1] - box[0], zoom=1.1)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", zlabel="$x_3$")
    ax.tick_params(labelsize=7, pad=-2)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.labelpad = -6
        axis.set_major_locator(_few_ticks())
        if not ticks:
            axis.set_ticklabels([])
    # An axis that points at the reader has nothing to say.
    if elevation == 90:
        ax.zaxis.set_ticks([])
        ax.set_zlabel("")
    elif elevation == 0 and azimuth % 180 == 90:
        ax.yaxis.set_ticks([])
        ax.set_ylabel("")
    elif elevation == 0 and azimuth % 180 == 0:
        ax.xaxis.set_ticks([])
        ax.set_xlabel("")


def _few_ticks():
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(4)


def flat_points(ax, points, box, style, alpha=0.7):
    """Points of space laid flat on axes in space: cheap to move. Returns a function that shows others in their place.

    The function's `artist` is the matplotlib artist. Points outside the box are left out.
    """
    from matplotlib.axes import Axes
    from mpl_toolkits.mplot3d.proj3d import proj_transform

    look = {"color": style["color"], "marker": style["marker"], "label": style["label"]}
    (artist,) = Axes.plot(ax, [], [], linestyle="", markersize=3, alpha=alpha, markeredgewidth=0, **look)

    def show(points):
        x, y, _ = proj_transform(*points[inside(points, box)].T, ax.get_proj())
        artist.set_data(x, y)

    show.artist = artist
    show(points)
    return show


def limits(clouds):
    """Half the side of a square around 0 that shows the clouds, whatever a few lost points do."""
    extents = [np.quantile(np.abs(points), 0.98) for points in clouds if points.size and np.isfinite(points).all()]
    return 1.35 * max(extents, default=1.0)


def cloud(ax, parts, limit, title, legend=True):
    for points, style in parts:
        ax.scatter(points[:, 0], points[:, 1], s=12, alpha=0.6, linewidth=0.8, **style)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    ax.set_title(title, fontsize=10)
    ax.grid(alpha=0.3)
    if legend and parts:
        ax.legend(loc="upper right", fontsize=8, framealpha=0.6)
