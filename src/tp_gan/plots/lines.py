"""Des courbes, des barres, des points : une mesure au fil des étapes, selon un réglage, ou classe par classe."""

import numpy as np

from tp_gan.plots.picture import BLUE, ORANGE, SERIES, Picture, array, comma, opening, significant, styles, subplots

MARKERS = ["o", "^", "s", "x", "D", "v"]  # one a series, in the order of SERIES


def curves(x, series, xlabel, ylabel, title, ylim=None, alt=None):
    """Une courbe par entrée de `series`, un dictionnaire du nom vers les ordonnées. alt : le texte de remplacement."""
    figure, axes = subplots(1, 1, width=7.4, height=3.6)
    ax = axes[0, 0]
    for (name, y), style in styles(series):
        ax.plot(array(x), array(y), label=name, linewidth=2, **style)
    ax.set(xlabel=xlabel, ylabel=ylabel, ylim=ylim)
    ax.grid(alpha=0.3)
    ax.legend()
    figure.suptitle(title)
    described = f"En abscisse, {xlabel} ; en ordonnée, {ylabel}. Courbes : {', '.join(series)}."
    return Picture(figure, alt or f"{opening(title)}{described}")


def losses(history, title="Les deux pertes au fil de l'entraînement", equilibrium=False):
    """Les pertes enregistrées par un `training.Run` ; avec `equilibrium`, leurs valeurs à l'équilibre en plus.

    history: a dictionary with "loss_d" and "loss_g" (or "d_loss" and "g_loss"), one value a step. At the equilibrium
    they are 2 log 2 and log 2 (Goodfellow et al., 2014, theorem 1, for the sum of D's two terms and the
    non-saturating loss of G).
    """
    figure, axes = subplots(1, 1, width=7.4, height=3.6)
    ax = axes[0, 0]
    draw_losses(ax, history)
    alt = f"{title}. Moyenne des 200 dernières étapes : "
    loss_d, loss_g = loss_pair(history)
    alt += f"D {comma(np.mean(loss_d[-200:]))}, G {comma(np.mean(loss_g[-200:]))}."
    if equilibrium:
        for value, label, style, side in ((2, "2 log 2", SERIES[0], "bottom"), (1, "log 2", SERIES[1], "top")):
            ax.axhline(value * np.log(2), color=style["color"], linewidth=0.8, alpha=0.6)
            place = {"ha": "right", "va": side, "fontsize": 8, "transform": ax.get_yaxis_transform()}
            ax.text(0.995, value * np.log(2), label, **place)
        alt += " À l'équilibre : D 1,39, G 0,69."
    figure.suptitle(title)
    return Picture(figure, alt)


def spread(x, series, xlabel, ylabel, title, logx=False, logy=False, ylim=None, alt=None):
    """Une mesure répétée sur plusieurs graines : la médiane, la bande du minimum au maximum, et les points.

    x: numbers, or names (then evenly spaced). series: a dictionary from a name to values of shape (seeds, len(x)).
    logx, logy: a logarithmic abscissa, a logarithmic ordinate.
    """
    figure, axes = subplots(1, 1, width=7.4, height=3.8)
    ax = axes[0, 0]
    named = isinstance(x[0], str)
    places = np.arange(len(x), dtype=float) if named else np.asarray(array(x), dtype=float)
    scaled = np.log(places) if logx else places
    step = np.diff(np.sort(scaled)).min() if len(places) > 1 else 1.0
    said = []
    for rank, ((name, values), style) in enumerate(styles(series)):
        values = np.asarray(array(values), dtype=float)
        if values.ndim != 2 or values.shape[1] != len(x):
            raise ValueError(f"{name} a la forme {values.shape}, (graines, {len(x)}) est attendu.")
        # Series side by side, so that no point hides another.
        at = scaled + 0.05 * step * (rank - (len(series) - 1) / 2)
        at = np.exp(at) if logx else at
        middle = np.median(values, axis=0)
        ax.fill_between(at, values.min(axis=0), values.max(axis=0), color=style["color"], alpha=0.15, linewidth=0)
        ax.plot(at, middle, label=f"{name} (médiane de {len(values)})", linewidth=2, **style)
        marker = MARKERS[rank]
        ax.scatter(np.tile(at, len(values)), values.ravel(), s=12, marker=marker, color=style["color"], alpha=0.6)
        said.append(f"{name}, médianes {' ; '.join(significant(value) for value in middle)}")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if ylim is not None:
        ax.set_ylim(ylim)
    if logy:
        _logarithmic(ax)
    if logx:
        ax.set_xscale("log")
        ax.minorticks_off()
    if named or len(x) <= 8:
        ax.set_xticks(places, [str(value) if named else f"{value:g}".replace(".", ",") for value in x])
    ax.grid(alpha=0.3)
    ax.legend()
    figure.suptitle(title)
    described = f"En abscisse, {xlabel} ; en ordonnée, {ylabel}. {'. '.join(said)}."
    return Picture(figure, alt or f"{opening(title)}{described}")


def measures(history, title="Les mesures au fil de l'entraînement", ylabel="mesure", names=None, log=False, alt=None):
    """Ce qu'un `training.Run` a noté, étape après étape : n'importe quelles séries, avec leur légende.

    history: a dictionary from a name to one value a step (drawn as means of blocks), or to a list of pairs
    (step, value), each then marked. names: which of them, as a dictionary to what the legend says. log: a
    logarithmic ordinate.
    """
    names = {name: name for name in history} if names is None else names
    unknown = [name for name in names if name not in history]
    if unknown or not names:
        raise ValueError(f"Aucune série {', '.join(unknown)} : l'entraînement a noté {', '.join(history) or 'rien'}.")
    figure, axes = subplots(1, 1, width=7.4, height=3.6)
    ax = axes[0, 0]
    said = []
    for rank, ((name, label), style) in enumerate(styles(names)):
        values = np.asarray(history[name], dtype=float)
        if len(values) == 0:
            raise ValueError(f"La série {name} est vide : lancez d'abord l'entraînement.")
        if values.ndim == 2:
            ax.plot(*values.T, label=label, linewidth=1.5, marker=MARKERS[rank], markersize=5, **style)
            first, last = values[0, 1], values[-1, 1]
        else:
            steps, values = averaged(values)
            ax.plot(steps, values, label=label, linewidth=1.5, **style)
            first, last = values[0], values[-1]
        said.append(f"{label} : {significant(first, 3)} au début, {significant(last, 3)} à la fin")
    ax.set(xlabel="étape", ylabel=ylabel)
    if log:
        _logarithmic(ax)
    ax.grid(alpha=0.3, which="both")
    ax.legend()
    figure.suptitle(title)
    return Picture(figure, alt or f"{opening(title)}{'. '.join(said)}.")


def bars(values, labels, ylabel, title, errors=None, baseline=None, xlabel="classe", alt=None):
    """Une barre par valeur, avec la valeur écrite au-dessus ; en tirets, un repère s'il est donné.

    values, labels: n numbers and n names; nan leaves an empty place. errors: n half-lengths of error bars. baseline:
    a number, or a pair (number, name).
    """
    values, labels = np.asarray(array(values), dtype=float), [str(label) for label in labels]
    if values.shape != (len(labels),):
        raise ValueError(f"values a la forme {values.shape}, {len(labels)} noms sont donnés.")
    errors = None if errors is None else np.asarray(array(errors), dtype=float)
    if errors is not None and errors.shape != values.shape:
        raise ValueError(f"errors a la forme {errors.shape}, values {values.shape}.")
    figure, axes = subplots(1, 1, width=7.4, height=3.6)
    ax = axes[0, 0]
    places = np.arange(len(values))
    ax.bar(places, values, width=0.7, color=BLUE, yerr=errors, capsize=3, ecolor="black", zorder=2)
    for place, value in zip(places, values, strict=True):
        known = np.isfinite(value)
        top = value + (0 if errors is None or not known else errors[place]) if known else 0
        where = {"xytext": (0, 2), "textcoords": "offset points", "ha": "center", "va": "bottom", "fontsize": 8}
        where["bbox"] = {"boxstyle": "square,pad=0.05", "facecolor": "white", "linewidth": 0}
        ax.annotate(significant(value) if known else "–", (place, max(top, 0)), **where)
    ax.set_xticks(places, labels)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(-0.6, len(values) - 0.4))
    ax.margins(y=0.12 if baseline is None else 0.3)  # room for the legend above the bars
    ax.grid(axis="y", alpha=0.3)
    shown = [significant(value) if np.isfinite(value) else "aucune valeur" for value in values]
    said = " ; ".join(f"{label} : {text}" for label, text in zip(labels, shown, strict=True))
    alt = alt or f"{opening(title)}En ordonnée, {ylabel}. {said}."
    if baseline is not None:
        level, name = baseline if isinstance(baseline, tuple) else (baseline, "repère")
        name = f"{name} : {float(level):.3g}".replace(".", ",")
        ax.axhline(float(level), color=ORANGE, linestyle="--", linewidth=1.5, zorder=3, label=name)
        ax.legend(fontsize=8, framealpha=0.8)
        alt += f" En tirets, {name}."
    figure.suptitle(title)
    return Picture(figure, alt)


def draw_losses(ax, history):
    for label, values, style in zip(("perte de D", "perte de G"), loss_pair(history), SERIES, strict=False):
        ax.plot(*averaged(values), label=label, linewidth=1.2, **style)
    ax.set(xlabel="étape", ylabel="perte")
    ax.grid(alpha=0.3)
    ax.legend(loc="center right", fontsize=8, framealpha=0.6)


# How the sessions name the two losses.
PAIRS = [("loss_d", "loss_g"), ("d_loss", "g_loss"), ("c_wass", "g_loss"), ("c_loss", "g_loss")]


def loss_pair(history):
    """The values of D's (or the critic's) loss and of G's, under the names that this history gives them."""
    return next(([history[d], history[g]] for d, g in PAIRS if history.get(d) and history.get(g)), [[], []])


def _logarithmic(ax):
    """A logarithmic ordinate, marked 1, 2, 5, 10 as numbers are written in prose."""

    def write(value, _):
        return f"{value:g}".replace(".", ",") if f"{value:e}"[0] in "125" else ""

    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(write)
    low, high = ax.get_ylim()
    ax.yaxis.set_minor_formatter(write if high < 300 * low else "")


def averaged(values):
    """Steps and means of blocks of steps: a curve needs no more points than the screen has columns."""
    values = np.asarray(values)
    block = max(1, len(values) // 300)
    means = values[: len(values) // block * block].reshape(-1, block).mean(axis=1)
    return (np.arange(len(means)) + 0.5) * block, means
