"""Figures du cours : chacune a un titre, des axes nommés et un texte de remplacement en français.

Every function returns a `Picture`, which a notebook shows when a cell ends on it or passes it to `display`.
Points may be NumPy arrays or torch tensors. Colours are told apart by colour-blind readers (Okabe and Ito,
2008), and a second sign, shape or label, always says the same thing.
"""

import base64
import html
import io
from pathlib import Path

import numpy as np

__all__ = [
    "Picture",
    "animation",
    "curves",
    "decision_surface",
    "gallery",
    "gan_diagram",
    "losses",
    "scatter",
]

BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#666666"
REAL = {"color": BLUE, "marker": "o", "label": "réels"}
GENERATED = {"color": ORANGE, "marker": "^", "label": "générés"}
UNKNOWN = {"color": GREY, "marker": "o", "label": "à juger"}
JUDGED_REAL = {"color": GREEN, "marker": "s", "label": "jugés réels"}
JUDGED_FAKE = {"color": PURPLE, "marker": "x", "label": "jugés faux"}
SERIES = [
    {"color": BLUE, "linestyle": "-"},
    {"color": ORANGE, "linestyle": "--"},
    {"color": GREEN, "linestyle": "-."},
    {"color": PURPLE, "linestyle": ":"},
]


class Picture:
    """Une image et le texte qui la remplace pour qui ne la voit pas.

    `figure` is the matplotlib figure, or None for one that is already drawn: `content` then holds its bytes, of
    `kind` "png" or "gif". `alt` is the text. `save(path)` writes the picture.
    """

    # Keeps notebooks small. A figure with colour gradients needs more colours.
    palette = True

    def __init__(self, figure, alt, content=None, kind="png"):
        self.figure, self.alt, self._content, self._kind = figure, alt, content, kind

    def _encoded(self):
        if self._content is not None:
            return self._content
        self.figure.canvas.draw()
        return _png(_image(self.figure), self.palette)

    def save(self, path):
        Path(path).write_bytes(self._encoded())

    def _repr_mimebundle_(self, include=None, exclude=None):
        content = base64.b64encode(self._encoded()).decode("ascii")
        # JupyterLab ignores the alternative text of a bare image, hence the HTML form beside it.
        page = f'<img alt="{html.escape(self.alt)}" src="data:image/{self._kind};base64,{content}">'
        bundle = {"text/html": page, "text/plain": self.alt}
        if self._kind == "png":  # for front ends that show no HTML
            bundle["image/png"] = content
        return bundle, {"image/png": {"alt": self.alt}}


def scatter(real, generated=None, judged_real=None, title="Points réels et points générés"):
    """Les points réels et, à côté, les points générés, à la même échelle.

    real, generated: points of shape (n, 2). judged_real: n booleans, D's decision on each generated point,
    shown by colour and by shape.
    """
    clouds = [("Données réelles", [(_array(real), REAL)])]
    alt = f"{title}. À gauche, {len(real)} points réels."
    if generated is None:
        alt = f"{title}. {len(real)} points réels."
    elif judged_real is None:
        clouds.append(("Points générés", [(_array(generated), GENERATED)]))
        alt += f" À droite, {len(generated)} points générés."
    else:
        generated, mask = _array(generated), np.asarray(_array(judged_real), dtype=bool).reshape(-1)
        if len(mask) != len(generated):
            raise ValueError(f"judged_real compte {len(mask)} valeurs pour {len(generated)} points générés.")
        clouds.append(("Points générés, vus par D", [(generated[mask], JUDGED_REAL), (generated[~mask], JUDGED_FAKE)]))
        alt += f" À droite, {len(generated)} points générés, dont D juge {mask.sum()} réels."
    figure, axes = _figure(1, len(clouds), width=4.2, height=4.3)
    limit = _limit([points for _, parts in clouds for points, _ in parts])
    for ax, (name, parts) in zip(axes[0], clouds, strict=True):
        _cloud(ax, parts, limit, name)
    figure.suptitle(title)
    return Picture(figure, alt)


def gallery(clouds, real=None, title="", columns=3, alt=None):
    """Plusieurs nuages, chacun dans son cadre : devant les points réels s'ils sont donnés, sinon seuls et sans légende.

    clouds: a dictionary from the name of a panel to points of shape (n, 2). alt: the alternative text, when the
    names do not say enough.
    """
    rows = -(-len(clouds) // columns)
    figure, axes = _figure(rows, columns, width=2.9, height=3.0)
    limit = _limit([_array(points) for points in clouds.values()]) if real is None else 1.5 * _limit([_array(real)])
    for ax in axes.flat[len(clouds) :]:
        ax.remove()
    for ax, (name, points) in zip(axes.flat, clouds.items(), strict=False):
        if real is None:
            _cloud(ax, [(_array(points), UNKNOWN)], limit, name, legend=False)
        else:
            parts = [(_array(real), REAL), (_array(points), GENERATED)]
            _cloud(ax, parts, limit, name, legend=ax is axes.flat[0])
    figure.suptitle(title)
    what = "Nuages de points" if real is None else "Points générés devant les points réels"
    names = " ; ".join(name.replace("\n", ", ") for name in clouds)
    return Picture(figure, alt or f"{title}. {what} : {names}.")


def losses(history, title="Les deux pertes au fil de l'entraînement", equilibrium=False):
    """Les pertes enregistrées par un `training.Run` ; avec `equilibrium`, leurs valeurs à l'équilibre en plus.

    history: a dictionary with "loss_d" and "loss_g", one value a step. At the equilibrium they are 2 log 2 and log 2
    (Goodfellow et al., 2014, theorem 1, for the sum of D's two terms and the non-saturating loss of G).
    """
    figure, axes = _figure(1, 1, width=7.4, height=3.6)
    ax = axes[0, 0]
    _losses(ax, history)
    alt = f"{title}. Moyenne des 200 dernières étapes : "
    alt += f"D {_comma(np.mean(history['loss_d'][-200:]))}, G {_comma(np.mean(history['loss_g'][-200:]))}."
    if equilibrium:
        for value, label, style, side in ((2, "2 log 2", SERIES[0], "bottom"), (1, "log 2", SERIES[1], "top")):
            ax.axhline(value * np.log(2), color=style["color"], linewidth=0.8, alpha=0.6)
            place = {"ha": "right", "va": side, "fontsize": 8, "transform": ax.get_yaxis_transform()}
            ax.text(0.995, value * np.log(2), label, **place)
        alt += " À l'équilibre : D 1,39, G 0,69."
    figure.suptitle(title)
    return Picture(figure, alt)


def curves(x, series, xlabel, ylabel, title, ylim=None, alt=None):
    """Une courbe par entrée de `series`, un dictionnaire du nom vers les ordonnées. alt : le texte de remplacement."""
    figure, axes = _figure(1, 1, width=7.4, height=3.6)
    ax = axes[0, 0]
    for (name, y), style in zip(series.items(), SERIES, strict=False):
        ax.plot(_array(x), _array(y), label=name, linewidth=2, **style)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=ylim)
    ax.grid(alpha=0.3)
    ax.legend()
    figure.suptitle(title)
    described = f"En abscisse, {xlabel} ; en ordonnée, {ylabel}. Courbes : {', '.join(series)}."
    return Picture(figure, alt or f"{title}. {described}")


def decision_surface(values, xs, ys, real=None, generated=None, title="Ce que D pense de chaque point du plan"):
    """La probabilité « réel » que D donne à chaque point d'une grille, et la frontière où elle vaut 1/2.

    values: shape (len(ys), len(xs)), in [0, 1], values[i, j] belonging to the point (xs[j], ys[i]).
    """
    values, xs, ys = _array(values), _array(xs), _array(ys)
    if values.shape != (len(ys), len(xs)):
        raise ValueError(f"values a la forme {values.shape}, la grille demande ({len(ys)}, {len(xs)}).")
    figure, axes = _figure(1, 1, width=6.2, height=5.2)
    ax = axes[0, 0]
    mesh = ax.pcolormesh(xs, ys, values, cmap="cividis", vmin=0, vmax=1, shading="nearest", rasterized=True)
    if values.min() < 0.5 < values.max():
        ax.contour(xs, ys, values, levels=[0.5], colors="white", linewidths=1.5, linestyles="--")
    for points, style in ((real, REAL), (generated, GENERATED)):
        if points is not None:
            points = _array(points)
            ax.scatter(points[:, 0], points[:, 1], s=14, edgecolor="white", linewidth=0.4, **style)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal", xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
    if real is not None or generated is not None:
        ax.legend(loc="upper right")
    figure.colorbar(mesh, ax=ax, label="D(x) : probabilité que x soit réel (tirets : 1/2)")
    figure.suptitle(title)
    alt = f"D(x) va de {_comma(values.min())} à {_comma(values.max())} sur la grille"
    picture = Picture(figure, f"{title}. {alt}, {_comma(values.mean())} en moyenne.")
    picture.palette = False
    return picture


def animation(snapshots, real, title="Le générateur apprend", milliseconds=120):
    """Une image animée (GIF) des instantanés d'un `training.Run`.

    snapshots: a list of (step, points of shape (n, 2)). The last frame stays for two seconds.
    """
    if not snapshots:
        raise ValueError("Aucun instantané : lancez d'abord l'entraînement avec un `training.Run` et son `sample`.")
    figure, axes = _figure(1, 1, width=4.0, height=4.2, layout=None)
    figure.subplots_adjust(left=0.16, right=0.97, bottom=0.12, top=0.9)
    figure.set_dpi(80)
    ax = axes[0, 0]
    limit = _limit([_array(real), *(points for _, points in snapshots[len(snapshots) // 2 :])])
    _cloud(ax, [(_array(real), REAL), (np.empty((0, 2)), GENERATED)], limit, title)
    stage = _Stage(figure, [ax.title, ax.collections[-1]])
    frames = []
    for step, points in snapshots:
        ax.set_title(f"{title} : étape {step}", fontsize=10)
        ax.collections[-1].set_offsets(points)
        frames.append(stage.image().quantize(64))
    content = io.BytesIO()
    durations = [milliseconds] * (len(frames) - 1) + [2000]
    frames[0].save(content, "gif", save_all=True, append_images=frames[1:], duration=durations, loop=0)
    first, last = snapshots[0][0], snapshots[-1][0]
    alt = f"{title}. Animation de l'étape {first} à l'étape {last} : {len(snapshots)} images."
    return Picture(None, alt, content.getvalue(), "gif")


def gan_diagram():
    """Le schéma d'un GAN : d'où viennent les deux sortes d'exemples, et à qui revient le verdict."""
    from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

    figure, axes = _figure(1, 1, width=9.0, height=3.9, layout=None)
    figure.subplots_adjust(left=0.01, right=0.99, bottom=0.02, top=0.9)
    ax = axes[0, 0]
    ax.set(xlim=(0, 18), ylim=(0, 7.2))
    ax.axis("off")

    def box(x, y, text, color, width=3.4):
        ax.add_patch(
            FancyBboxPatch((x, y), width, 1.5, boxstyle="round,pad=0.1", facecolor=color, edgecolor="black", alpha=0.25)
        )
        ax.text(x + width / 2, y + 0.75, text, ha="center", va="center", fontsize=10)

    def arrow(start, end, text="", style="-", curve=0.0, at=None, color="black"):
        ax.add_patch(
            FancyArrowPatch(
                start, end, arrowstyle="-|>", mutation_scale=14, linestyle=style, color=color,
                connectionstyle=f"arc3,rad={curve}",
            )
        )  # fmt: skip
        if text:
            ax.text(*at, text, ha="center", va="center", fontsize=9, color=color)

    box(0.3, 1.2, "Bruit $z$\n(tiré au hasard)", GREY, width=2.9)
    box(4.6, 1.2, "Générateur $G$\nfabrique", ORANGE)
    box(4.6, 4.9, "Données réelles\n$x$", BLUE)
    box(10.6, 3.1, "Discriminateur $D$\njuge", GREEN)
    box(15.2, 3.1, "$D(\\cdot)$ entre 0 et 1 :\nfaux ou réel ?", PURPLE, width=2.6)
    arrow((3.4, 1.95), (4.4, 1.95))
    arrow((8.2, 2.1), (10.4, 3.4), "faux $G(z)$", at=(9.6, 2.25))
    arrow((8.2, 5.6), (10.4, 4.4), "vrais $x$", at=(9.9, 5.4))
    arrow((14.2, 3.85), (15.0, 3.85))
    arrow((16.5, 4.8), (12.4, 4.8), "gradient qui corrige $D$", "--", 0.35, (14.5, 6.0), GREEN)
    through = "gradient qui traverse $D$ (figé) et corrige $G$"
    arrow((16.9, 2.9), (6.3, 1.0), through, "--", -0.22, (12.6, 0.25), ORANGE)
    figure.suptitle("Un GAN : deux réseaux qui apprennent l'un contre l'autre")
    return Picture(
        figure,
        "Schéma d'un GAN. Un bruit z entre dans le générateur G, qui fabrique un faux exemple G(z). Le "
        "discriminateur D reçoit tantôt un vrai exemple x, tantôt un faux, et rend un nombre entre 0 (faux) et 1 "
        "(réel). En pointillés, deux retours : le gradient qui corrige D, et celui qui traverse D, figé, pour "
        "corriger G.",
    )


class LiveView:
    """La figure d'un entraînement en cours : les points, et les pertes. Used by `training.Run`.

    tools/bench.py measures what it costs.
    """

    def __init__(self, real, steps):
        from IPython.display import display

        self._display, self._handle = display, None
        real = np.empty((0, 2)) if real is None else _array(real)
        self.figure, ((left, right),) = _figure(1, 2, width=4.2, height=3.4, layout=None)
        self.figure.subplots_adjust(left=0.08, right=0.98, bottom=0.15, top=0.9, wspace=0.25)
        self.figure.set_dpi(80)
        _cloud(left, [(real, REAL), (np.empty((0, 2)), GENERATED)], _limit([real]), "")
        _losses(right, {"loss_d": [], "loss_g": []})
        right.set(xlim=(0, steps), ylim=(0, 2.5))
        right.legend(loc="upper right", fontsize=8)
        self._losses = right
        self._moving = [left.title, left.collections[-1], *right.lines]
        self._stage = _Stage(self.figure, self._moving)

    def show(self, points, history, step, steps, remaining):
        title, cloud, *lines = self._moving
        status = f"étape {step} sur {steps}" + (f", encore {remaining}" if step < steps else "")
        alt = f"Suivi de l'entraînement, {status}."
        title.set_text(status)
        if points is not None:
            cloud.set_offsets(points)
        if history.get("loss_d") and history.get("loss_g"):
            for line, name in zip(lines, ("loss_d", "loss_g"), strict=True):
                line.set_data(*_averaged(history[name]))
            alt += f" Pertes : D {_comma(history['loss_d'][-1])}, G {_comma(history['loss_g'][-1])}."
            self._make_room(np.concatenate([line.get_ydata() for line in lines]))
        picture = Picture(None, alt, _png(self._stage.image()))
        if self._handle is None:
            self._handle = self._display(picture, display_id=True)
        else:
            self._handle.update(picture)

    def _make_room(self, values):
        low, high = self._losses.get_ylim()
        if values.min() < low or values.max() > high:
            self._losses.set_ylim(min(low, 1.3 * values.min()), max(high, 1.3 * values.max()))
            self._stage.draw_background()


class _Stage:
    """A figure of which only some artists move: the rest (axes, ticks, legends) is drawn once."""

    def __init__(self, figure, moving):
        self._figure, self._moving = figure, moving
        for artist in moving:
            artist.set_animated(True)
        self.draw_background()

    def draw_background(self):
        self._figure.canvas.draw()
        self._background = self._figure.canvas.copy_from_bbox(self._figure.bbox)

    def image(self):
        self._figure.canvas.restore_region(self._background)
        for artist in self._moving:
            artist.axes.draw_artist(artist)
        return _image(self._figure)


def _image(figure):
    from PIL import Image

    return Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")


def _png(image, palette=True):
    content = io.BytesIO()
    (image.quantize(256) if palette else image).save(content, "png")
    return content.getvalue()


def _array(values):
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    return np.asarray(values)


def _figure(rows, columns, width, height, layout="compressed"):
    # Not pyplot: it would show every figure twice in a notebook, and keep it in memory.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width * columns, height * rows), layout=layout, dpi=100)
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False)


def _limit(clouds):
    """Half the side of a square around 0 that shows the clouds, whatever a few lost points do."""
    extents = [np.quantile(np.abs(points), 0.98) for points in clouds if points.size and np.isfinite(points).all()]
    return 1.35 * max(extents, default=1.0)


def _cloud(ax, parts, limit, title, legend=True):
    for points, style in parts:
        ax.scatter(points[:, 0], points[:, 1], s=12, alpha=0.6, linewidth=0.8, **style)
    ax.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    ax.set_title(title, fontsize=10)
    ax.grid(alpha=0.3)
    if legend and parts:
        ax.legend(loc="upper right", fontsize=8, framealpha=0.6)


def _losses(ax, history):
    for name, label, style in (("loss_d", "perte de D", SERIES[0]), ("loss_g", "perte de G", SERIES[1])):
        ax.plot(*_averaged(history[name]), label=label, linewidth=1.2, **style)
    ax.set(xlabel="étape", ylabel="perte")
    ax.grid(alpha=0.3)
    ax.legend(loc="center right", fontsize=8, framealpha=0.6)


def _averaged(values):
    """Steps and means of blocks of steps: a curve needs no more points than the screen has columns."""
    values = np.asarray(values)
    block = max(1, len(values) // 300)
    means = values[: len(values) // block * block].reshape(-1, block).mean(axis=1)
    return (np.arange(len(means)) + 0.5) * block, means


def _comma(value):
    return f"{value:.2f}".replace(".", ",")
