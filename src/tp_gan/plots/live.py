"""Un entraînement en images : pendant qu'il tourne, puis en animation."""

import io

import numpy as np

from tp_gan.plots.clouds import box_around, cloud, draw_box, flat_points, in_space, limits
from tp_gan.plots.grids import colours, in_colour, mosaic
from tp_gan.plots.lines import averaged, draw_losses, loss_pair
from tp_gan.plots.picture import GENERATED, REAL, Picture, array, comma, few_colours, image, jpeg, opening, pixels, png

DPI = 80
SHOWN = 64  # pictures of a sample: a grid of 8 x 8
LARGE, FEW = 64 * 64, 16  # an animation shows fewer pictures of so many numbers, which would weigh megabytes
GREYS = 12  # levels of grey in an animation of pictures
LOSSES = 336  # pixels given to the losses, beside the sample


def animation(snapshots, real=None, title="Le générateur apprend", milliseconds=120):
    """Une image animée (GIF) des instantanés d'un `training.Run` : des points du plan, de l'espace, ou des images.

    snapshots: a list of (step, sample), a sample being points of shape (n, 2) or (n, 3), or pictures of shape
    (n, channels, h, w) or (n, h, w, channels) in [-1, 1], of which 64 are shown, or 16 of
    64x64. real: what to show with them. The last frame stays for two seconds. Pictures in colour make a WebP.
    """
    if not snapshots:
        raise ValueError("Aucun instantané : lancez d'abord l'entraînement avec un `training.Run` et son `sample`.")
    real = None if real is None else array(real)
    samples = [array(sample) for _, sample in snapshots]
    if samples[-1].ndim == 4 and samples[-1][0].size >= LARGE:
        samples, real = [sample[:FEW] for sample in samples], None if real is None else real[:FEW]
    panel = _panel(real, samples[len(samples) // 2 :], side=240)
    if isinstance(panel, _Grid):
        samples = _steady(samples)
    longest = f"{title} : étape {snapshots[-1][0]}"
    figure = pixels(max(panel.width, 7 * len(longest) + 16), panel.height, DPI)
    panel.draw(figure, (figure.bbox.width - panel.width) // 2)
    stage = _Stage(figure, panel.moving, panel.paste)
    frames = []
    for (step, _), sample in zip(snapshots, samples, strict=True):
        panel.show(sample, f"{title} : étape {step}")
        frames.append(panel.frame(stage.image()))
    content = io.BytesIO()
    durations = [milliseconds] * (len(frames) - 1) + [2000]
    # A GIF has 256 colours, and weighs six times more than a WebP of pictures in colour.
    kind, options = ("webp", {"quality": 65}) if frames[-1].mode == "RGB" else ("gif", {})
    frames[0].save(content, kind, save_all=True, append_images=frames[1:], duration=durations, loop=0, **options)
    first, last = snapshots[0][0], snapshots[-1][0]
    alt = f"{opening(title)}Animation de l'étape {first} à l'étape {last} : {len(snapshots)} images."
    return Picture(None, alt, content.getvalue(), kind)


def _steady(samples):
    """Pictures of few greys, which change only where they move by more than one level: a GIF then weighs half.

    The last ones, which are looked at, are left as they are.
    """
    step = 2 / (GREYS - 1)
    shown, kept = np.full_like(samples[0][:SHOWN], np.inf), []
    for pictures in samples[:-1]:
        pictures = pictures[:SHOWN]
        shown = np.where(np.abs(pictures - shown) <= step, shown, np.rint((pictures + 1) / step) * step - 1)
        kept.append(shown)
    return [*kept, samples[-1]]


class LiveView:
    """La figure d'un entraînement en cours : l'échantillon, et les pertes. Used by `training.Run`.

    real: what to show with the sample, or None; a sample is as in `animation`. tools/bench.py measures what it costs.
    """

    def __init__(self, real, steps):
        from IPython.display import display

        self._display, self._handle, self._steps = display, None, steps
        self._real = None if real is None else array(real)
        self._panel = None
        if real is not None:
            self._draw(self._real)

    def show(self, sample, history, step, steps, remaining):
        if self._panel is None:
            self._draw(np.empty((0, 2)) if sample is None else array(sample))
        status = f"étape {step} sur {steps}" + (f", encore {remaining}" if step < steps else "")
        alt = f"Suivi de l'entraînement, {status}."
        self._panel.show(None if sample is None else array(sample), status)
        loss_d, loss_g = loss_pair(history)
        if loss_d:
            for line, values in zip(self._lines, (loss_d, loss_g), strict=True):
                line.set_data(*averaged(values))
            alt += f" Pertes : D {comma(loss_d[-1])}, G {comma(loss_g[-1])}."
            self._make_room(np.concatenate([line.get_ydata() for line in self._lines]))
        frame = self._panel.frame(self._stage.image())
        content, kind = (jpeg(frame), "jpeg") if frame.mode == "RGB" else (png(frame), "png")
        picture = Picture(None, alt, content, kind)
        if self._handle is None:
            self._handle = self._display(picture, display_id=True)
        else:
            self._handle.update(picture)

    def _draw(self, sample):
        """Draw what does not move: only a sample says which kind of panel is needed."""
        self._panel = panel = _panel(self._real, [sample], side=480 if self._real is None else 240)
        self.figure = figure = pixels(panel.width + LOSSES, panel.height, DPI)
        panel.draw(figure, 0)
        height = min(panel.height, 300)
        bottom = (panel.height - height) / 2
        width = panel.width + LOSSES
        at = ((panel.width + 52) / width, (bottom + 42) / panel.height, 264 / width, (height - 70) / panel.height)
        self._losses = figure.add_axes(at)
        draw_losses(self._losses, {})
        self._losses.set(xlim=(0, self._steps), ylim=(0, 2.5))
        self._losses.legend(loc="upper right", fontsize=8)
        self._lines = self._losses.lines
        self._stage = _Stage(figure, [*panel.moving, *self._lines], panel.paste)

    def _make_room(self, values):
        low, high = self._losses.get_ylim()
        if values.min() < low or values.max() > high:
            self._losses.set_ylim(min(low, 1.3 * values.min()), max(high, 1.3 * values.max()))
            self._stage.draw_background()


def _panel(real, samples, side):
    """The panel that shows samples of this kind; `side`: of a grid of pictures, in pixels.

    Raises ValueError when they are neither points nor pictures.
    """
    shape = samples[-1].shape
    if len(shape) == 2 and shape[1] in (2, 3):
        return (_Plane if shape[1] == 2 else _Space)(real, samples)
    if len(shape) in (3, 4):
        return _Grid(real, samples, side)
    raise ValueError(f"Échantillon de forme {shape} : des points (n, 2) ou (n, 3), ou des images, sont attendus.")


class _Plane:
    """Points of the plane. Like every panel: a size in pixels, what moves once drawn, and how to show a sample."""

    width, height = 320, 310

    def __init__(self, real, samples):
        self._real = np.empty((0, 2)) if real is None else real
        self._limit = limits([self._real, *samples])

    def draw(self, figure, left):
        width, height = figure.bbox.size
        ax = figure.add_axes(((left + 52) / width, 40 / height, 244 / width, 244 / height))
        cloud(ax, [(self._real, REAL), (np.empty((0, 2)), GENERATED)], self._limit, "")
        self._title, self._cloud = ax.title, ax.collections[-1]
        self.moving = [self._title, self._cloud]

    def show(self, points, title):
        self._title.set_text(title)
        if points is not None:
            self._cloud.set_offsets(points)

    def frame(self, image):
        return few_colours(image)

    def paste(self, page):
        pass


class _Space:
    """Points of space, seen from one place: the box stays, the points are laid flat on the page."""

    width, height = 400, 360
    view = (14, -80)

    def __init__(self, real, samples):
        self._real = in_space(samples[-1] if real is None else real, "real")
        self._box = box_around(self._real)
        self._with_real = real is not None

    def draw(self, figure, left):
        width, height = figure.bbox.size
        at = ((left + 5) / width, 5 / height, (self.width - 30) / width, (self.height - 40) / height)
        self._ax = ax = figure.add_axes(at, projection="3d")
        draw_box(ax, self._box, self.view)
        if self._with_real:
            flat_points(ax, self._real, self._box, REAL)
        self._cloud = flat_points(ax, self._real[:0], self._box, GENERATED)
        ax.legend(loc="upper right", fontsize=8, framealpha=0.6)
        self._title = figure.text((left + self.width / 2) / width, 1 - 8 / height, "", ha="center", va="top")
        self.moving = [self._title, self._cloud.artist]

    def show(self, points, title):
        self._title.set_text(title)
        if points is not None:
            self._cloud(points)

    def frame(self, image):
        return few_colours(image)

    def paste(self, page):
        pass


class _Grid:
    """Pictures in a grid, and the real ones at its left when they are given."""

    def __init__(self, real, samples, side):
        self._tiles = tiles = colours(samples[-1][:SHOWN])
        self._real = None if real is None else colours(real[:SHOWN])
        self._columns = int(np.ceil(np.sqrt(len(tiles))))
        self._scale = max(1, side // (self._columns * tiles.shape[2] + 1))
        height, self._across, _ = mosaic(tiles, self._columns, self._scale).shape
        grids = 1 if real is None else 2
        self.width, self.height = grids * (self._across + 16) + 8, height + 46 + 14 * (grids - 1)

    def draw(self, figure, left):
        width, height = figure.bbox.size
        self._left = left = int(left) + 12
        place = {"ha": "center", "va": "top", "fontsize": 9}
        if self._real is not None:
            real = mosaic(self._real, self._columns, self._scale)
            figure.figimage(real, left, 12, origin="upper")
            self._left += self._across + 16
            for name, x in (("réelles", left), ("générées", self._left)):
                figure.text((x + self._across / 2) / width, 1 - 26 / height, name, **place)
        middle = (left + self._left + self._across) / 2
        self._title = figure.text(middle / width, 1 - 8 / height, "", **{**place, "fontsize": 10})
        self.moving = [self._title]

    def show(self, pictures, title):
        self._title.set_text(title)
        if pictures is not None:
            self._tiles = colours(pictures[:SHOWN])

    def paste(self, page):
        grid = mosaic(self._tiles, self._columns, self._scale)
        height, width, _ = grid.shape
        page[-12 - height : -12, self._left : self._left + width] = grid

    def frame(self, image):
        return image if in_colour(self._tiles) else few_colours(image)


class _Stage:
    """A figure of which only some artists move: the rest (axes, ticks, legends) is drawn once.

    paste: a function that may then write on the page, an array of shape (height, width, 3).
    """

    def __init__(self, figure, moving, paste):
        self._figure, self._moving, self._paste = figure, moving, paste
        for artist in moving:
            artist.set_animated(True)
        self.draw_background()

    def draw_background(self):
        self._figure.canvas.draw()
        self._background = self._figure.canvas.copy_from_bbox(self._figure.bbox)

    def image(self):
        self._figure.canvas.restore_region(self._background)
        for artist in self._moving:
            self._figure.draw_artist(artist)
        self._paste(np.asarray(self._figure.canvas.buffer_rgba())[..., :3])
        return image(self._figure)
