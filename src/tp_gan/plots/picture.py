"""Une image et son texte de remplacement ; ce que toutes les figures partagent : couleurs, styles, taille exacte."""

import base64
import functools
import html
import io
from pathlib import Path

import numpy as np

BLUE, ORANGE, GREEN, PURPLE, GREY, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#666666", "#56B4E9"
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
    {"color": SKY, "linestyle": (0, (7, 2, 1, 2, 1, 2))},
    {"color": "black", "linestyle": (0, (2, 1))},
]


class Picture:
    """Une image et le texte qui la remplace pour qui ne la voit pas.

    `figure` is the matplotlib figure, or None for one that is already drawn: `content` then holds its bytes, of
    `kind` "png", "jpeg", "gif" or "webp". `alt` is the text. `save(path)` writes the picture.
    """

    # Keeps notebooks small. A figure with colour gradients needs more colours.
    palette = True
    # A page of pictures in colour, which weighs less as a JPEG.
    photo = False

    def __init__(self, figure, alt, content=None, kind="png"):
        self.figure, self.alt, self._content, self._kind = figure, alt, content, kind

    def _encoded(self):
        if self._content is not None:
            return self._content
        self.figure.canvas.draw()
        if self.photo:
            self._kind = "jpeg"
            return jpeg(image(self.figure))
        return png(image(self.figure), self.palette)

    def save(self, path):
        Path(path).write_bytes(self._encoded())

    def _repr_mimebundle_(self, include=None, exclude=None):
        content = base64.b64encode(self._encoded()).decode("ascii")
        # JupyterLab ignores the alternative text of a bare image, hence the HTML form beside it.
        page = f'<img alt="{html.escape(self.alt)}" src="data:image/{self._kind};base64,{content}">'
        bundle = {"text/html": page, "text/plain": self.alt}
        kind = f"image/{self._kind}"
        if self._kind in ("png", "jpeg"):  # for front ends that show no HTML
            bundle[kind] = content
        return bundle, {kind: {"alt": self.alt}}


def image(figure):
    """What the canvas of a figure holds, as an RGB image of PIL."""
    from PIL import Image

    return Image.fromarray(np.asarray(figure.canvas.buffer_rgba())).convert("RGB")


def few_colours(image):
    """An image of a moving figure, in colours taken from a fixed list: choosing them each time costs 10 times more."""
    return image.quantize(palette=_palette(), dither=0)


@functools.cache
def _palette():
    """Shades of the series on white, and greys."""
    from PIL import Image

    def shades(start, end, n):
        start, end = (np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) for color in (start, end))
        return np.linspace(start, end, n).round().astype(np.uint8)

    pairs = [(BLUE, "#ffffff"), (ORANGE, "#ffffff"), (BLUE, ORANGE), (BLUE, "#000000"), (ORANGE, "#000000")]
    colours = np.concatenate([shades("#000000", "#ffffff", 32), *(shades(*pair, 16) for pair in pairs)])
    holder = Image.new("P", (1, 1))
    holder.putpalette(colours.tobytes())
    return holder


def png(image, palette=True):
    content = io.BytesIO()
    (image.quantize(256) if palette and image.mode == "RGB" else image).save(content, "png")
    return content.getvalue()


def jpeg(image):
    content = io.BytesIO()
    image.save(content, "jpeg", quality=90, subsampling=0)
    return content.getvalue()


def subplots(rows, columns, width, height, layout="compressed", **kind):
    """A figure and its axes, each of `width` by `height` inches. kind: keywords of every axes (projection="3d")."""
    # Not pyplot: it would show every figure twice in a notebook, and keep it in memory.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width * columns, height * rows), layout=layout, dpi=100)
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, squeeze=False, subplot_kw=kind)


def pixels(width, height, dpi=100):
    """An empty figure of exactly `width` by `height` pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # matplotlib rounds down, hence the hundredth of a pixel.
    figure = Figure(figsize=((width + 0.01) / dpi, (height + 0.01) / dpi), dpi=dpi)
    FigureCanvasAgg(figure)
    return figure


def styles(series):
    """Pairs (name, values), style of a dictionary of curves. Raises ValueError beyond what an eye can tell apart."""
    if len(series) > len(SERIES):
        raise ValueError(f"{len(series)} courbes : au plus {len(SERIES)} se distinguent sur une même figure.")
    return zip(series.items(), SERIES, strict=False)


def array(values):
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    return np.asarray(values)


def comma(value):
    return f"{value:.2f}".replace(".", ",")


def significant(value, digits=2):
    """A number with `digits` significant digits, as French writes it: 1234, 12, 1,2, 0,0012 or 1,2e-05."""
    value = float(value)
    text = f"{value:.0f}" if abs(value) >= 10**digits else f"{value:#.{digits}g}"
    return text.rstrip(".").replace(".", ",")


def opening(title):
    """A title as the first sentence of an alternative text, with the space after it."""
    return f"{title}{'' if title.endswith(('.', '?', '!', '…')) else '.'} " if title else ""
