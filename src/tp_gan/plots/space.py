"""Figures à trois dimensions que l'on tourne soi-même, à la souris, au doigt ou au clavier.

The page that turns holds its own points and needs no library and no network. It lies over a picture with its
alternative text, which is what shows where scripts do not run: a notebook that is not trusted, a printed page.
"""

import html
import json
from itertools import pairwise

import numpy as np

from tp_gan.plots.clouds import draw_box
from tp_gan.plots.picture import GENERATED, REAL, Picture, array, opening, pixels

# From where one looks at first: elevation and azimuth, in degrees.
VIEW = (14, -75)
WIDTH, HEIGHT = 560, 480
STYLES = [REAL, GENERATED]
SHADES = 24  # colours along a line
LINE = "#277f8e"


def empty_figure():
    """Une figure matplotlib vide, où dessiner soi-même ; `Picture` la montre."""
    return pixels(WIDTH, HEIGHT)


def explore(clouds, title="", alt=None):
    """Des nuages de points dans l'espace, que l'on tourne : glisser, ou les flèches du clavier.

    clouds: a dictionary from a name to at most two arrays of points, of shape (n, 3), and to lines: an array of
    shape (a, b, 3) is drawn as a net of a lines of b points and of b lines of a points, dark to light along its
    second dimension; a curve has a = 1. All are shown at the same scale in a cube; alt: the alternative text.
    """
    clouds = {name: _finite(name, points) for name, points in clouds.items()}
    described = [
        f"{len(points)} points {name}" if points.ndim == 2 else f"des lignes, {name}" for name, points in clouds.items()
    ]
    alt = alt or f"{opening(title)}Figure à trois dimensions, à tourner : {', '.join(described)}."
    picture = _Turnable(_figure(clouds, title), alt)
    picture.page = _page(clouds, title, alt)
    return picture


class _Turnable(Picture):
    """A picture, and over it, where scripts run, the page that turns."""

    page = ""

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle, metadata = super()._repr_mimebundle_(include, exclude)
        frame = (
            f'<iframe title="{html.escape(self.alt)}" srcdoc="{html.escape(self.page)}" width="{WIDTH}" '
            f'height="{HEIGHT}" style="position: absolute; left: 0; top: 0; border: 0; background: white"></iframe>'
        )
        bundle["text/html"] = f'<div style="position: relative">{bundle["text/html"]}{frame}</div>'
        return bundle, metadata


def _finite(name, points):
    points = np.asarray(array(points), dtype=float)
    if points.ndim not in (2, 3) or points.shape[-1] != 3 or points.size == 0:
        raise ValueError(f"« {name} » a la forme {points.shape} : des points de l'espace, (n, 3), sont attendus.")
    if not np.isfinite(points).all():
        raise ValueError(f"« {name} » contient des valeurs infinies ou indéfinies (NaN).")
    return points


def _limit(clouds):
    """Half the side of a cube around 0 that shows the clouds, whatever a few lost points do."""
    return 1.1 * max(np.quantile(np.abs(points), 0.995) for points in clouds.values())


def _lines(net):
    """The pieces of a net of shape (a, b, 3), each with its shade in [0, 1] along the second dimension."""
    from matplotlib import colormaps

    across, along = net.shape[:2]
    colours = (colormaps["viridis"](np.linspace(0, 0.9, SHADES))[:, :3] * 255).astype(int)
    cuts = np.unique(np.linspace(0, along - 1, min(SHADES, along - 1) + 1).astype(int))
    pieces = []
    for start, stop in pairwise(cuts):
        colour = "#" + "".join(f"{value:02x}" for value in colours[start * SHADES // along])
        pieces += [(colour, line[start : stop + 1]) for line in net]
        pieces += [(colour, net[:, start])] if across > 1 else []
    return pieces


def _figure(clouds, title):
    figure = empty_figure()
    ax = figure.add_axes((0.02, 0.02, 0.9, 0.9), projection="3d")
    limit = _limit(clouds)
    draw_box(ax, np.outer([-limit, limit], np.ones(3)), VIEW)
    styles = iter(STYLES)
    for name, points in clouds.items():
        if points.ndim == 2:
            ax.scatter(*points.T, s=9, alpha=0.8, linewidth=0, **{**next(styles), "label": name})
        else:
            for colour, line in _lines(points):
                ax.plot(*line.T, color=colour, linewidth=1.6 if len(points) == 1 else 0.8)
            ax.plot([], [], color=LINE, linewidth=1.6, label=name)
    figure.legend(loc="upper left", fontsize=9, framealpha=0.6, bbox_to_anchor=(0.01, 0.93))
    figure.suptitle(title)
    return figure


def _page(clouds, title, alt):
    limit = _limit(clouds)
    styles, layers = iter(STYLES), []
    for name, points in clouds.items():
        whole = np.rint(1000 * points / limit).astype(int)
        if points.ndim == 2:
            style = next(styles)
            pieces = [[style["color"], whole.ravel().tolist()]]
            layers.append({"name": name, "mark": style["marker"], "pieces": pieces})
        else:
            pieces = [[colour, line.ravel().tolist()] for colour, line in _lines(whole)]
            layers.append({"name": name, "mark": "-", "pieces": pieces})
    content = json.dumps(layers, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    values = {"TITLE": html.escape(title), "ALT": html.escape(alt), "LAYERS": content}
    values |= {"WIDTH": WIDTH, "HEIGHT": HEIGHT - 52, "ELEVATION": VIEW[0], "AZIMUTH": VIEW[1], "LINE": LINE}
    page = PAGE
    for key, value in values.items():
        page = page.replace(f"@{key}@", str(value))
    return page


# Orthographic; drawn from back to front. The angles are matplotlib's.
PAGE = """<!doctype html>
<html lang="fr"><meta charset="utf-8"><title>@TITLE@</title>
<style>
body { margin: 0; font: 13px sans-serif; color: #222 }
b, #legend { display: block; text-align: center; height: 24px; line-height: 24px; white-space: nowrap }
#legend label { margin: 0 8px }
canvas { display: block; cursor: grab; touch-action: none }
canvas:focus-visible { outline: 2px solid #0072B2; outline-offset: -2px }
</style>
<b>@TITLE@</b>
<canvas width="@WIDTH@" height="@HEIGHT@" tabindex="0" role="img" aria-label="@ALT@"></canvas>
<div id="legend"></div>
<script>
const layers = @LAYERS@, canvas = document.querySelector("canvas"), pen = canvas.getContext("2d");
const width = canvas.width, height = canvas.height, ratio = window.devicePixelRatio || 1;
let elevation = @ELEVATION@, azimuth = @AZIMUTH@, held = null, waiting = false;
canvas.style.width = width + "px"; canvas.width = width * ratio; canvas.height = height * ratio;
pen.scale(ratio, ratio);
const sign = { "o": "●", "^": "▲", "-": "━" };
for (const layer of layers) {
  layer.shown = true;
  const label = document.createElement("label"), box = document.createElement("input");
  box.type = "checkbox"; box.checked = true;
  box.onchange = () => { layer.shown = box.checked; draw(); };
  label.style.color = layer.mark === "-" ? "@LINE@" : layer.pieces[0][0];
  label.append(box, sign[layer.mark] + " " + layer.name);
  document.querySelector("#legend").append(label);
}
document.querySelector("#legend").append("glisser ou ← ↑ → ↓ : tourner");
function draw() {
  const e = elevation * Math.PI / 180, a = azimuth * Math.PI / 180, unit = height / 3500;
  const [ce, se, ca, sa] = [Math.cos(e), Math.sin(e), Math.cos(a), Math.sin(a)];
  const seen = (x, y, z) => [
    width / 2 + unit * (ca * y - sa * x),
    height / 2 - unit * (ce * z - se * (ca * x + sa * y)),
    ce * (ca * x + sa * y) + se * z,
  ];
  const line = (points, colour, thickness) => {
    pen.strokeStyle = colour; pen.lineWidth = thickness; pen.beginPath();
    points.forEach(([x, y], i) => i ? pen.lineTo(x, y) : pen.moveTo(x, y)); pen.stroke();
  };
  pen.fillStyle = "white"; pen.fillRect(0, 0, width, height);
  const s = 1000, corners = [[-s, -s], [-s, s], [s, s], [s, -s], [-s, -s]];
  for (const z of [-s, s]) line(corners.map(([x, y]) => seen(x, y, z)), "#d0d0d0", 1);
  for (const [x, y] of corners) line([seen(x, y, -s), seen(x, y, s)], "#d0d0d0", 1);
  const things = [];
  for (const layer of layers) if (layer.shown) for (const [colour, p] of layer.pieces) {
    const points = [];
    for (let i = 0; i < p.length; i += 3) points.push(seen(p[i], p[i + 1], p[i + 2]));
    const depth = points.reduce((sum, q) => sum + q[2], 0) / points.length;
    if (layer.mark === "-") things.push([depth, "-", colour, points]);
    else for (const q of points) things.push([q[2], layer.mark, colour, q]);
  }
  things.sort((one, other) => one[0] - other[0]);
  const thickness = layers.some((layer) => layer.mark === "-" && layer.pieces.length > 40) ? 1 : 2;
  for (const [depth, mark, colour, at] of things) {
    pen.globalAlpha = Math.max(0.2, Math.min(0.95, 0.6 + depth / 4000));
    if (mark === "-") { line(at, colour, thickness); continue; }
    pen.fillStyle = colour; pen.beginPath();
    if (mark === "o") pen.arc(at[0], at[1], 1.9, 0, 7);
    else { pen.moveTo(at[0], at[1] - 2.6); pen.lineTo(at[0] + 2.3, at[1] + 1.6); pen.lineTo(at[0] - 2.3, at[1] + 1.6); }
    pen.fill();
  }
  pen.globalAlpha = 1; pen.fillStyle = "#222"; pen.font = "italic 14px serif";
  for (const [name, x, y, z] of [["x₁", 0, -1180, -s], ["x₂", 1180, 0, -s], ["x₃", 1130, 1130, 0]])
    pen.fillText(name, ...seen(x, y, z).slice(0, 2));
  waiting = false;
}
function turn(right, up) {
  azimuth -= right; elevation = Math.max(-90, Math.min(90, elevation + up));
  if (!waiting) { waiting = true; requestAnimationFrame(draw); }
}
canvas.onpointerdown = (event) => { held = [event.clientX, event.clientY]; canvas.setPointerCapture(event.pointerId); };
canvas.onpointerup = canvas.onpointercancel = () => { held = null; };
canvas.onpointermove = (event) => {
  if (!held) return;
  turn((event.clientX - held[0]) / 2, (event.clientY - held[1]) / 2);
  held = [event.clientX, event.clientY];
};
canvas.onkeydown = (event) => {
  const moves = { ArrowLeft: [-5, 0], ArrowRight: [5, 0], ArrowUp: [0, 5], ArrowDown: [0, -5] };
  if (event.key in moves) { event.preventDefault(); turn(...moves[event.key]); }
};
draw();
</script></html>
"""
