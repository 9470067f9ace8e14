"""Des images en grille : chaque pixel d'une image devient un carré entier de pixels, sans flou ni mélange."""

import numpy as np

from tp_gan.plots.picture import GREY, Picture, array, comma, opening, pixels, significant

GAP = 2  # pixels between two pictures
WIDTH = 680  # what the pictures of a line may take, in pixels
TITLE = 34  # pixels kept for a title
LINE = 17  # pixels kept for a line of text


def images(images, labels=None, columns=10, title="", scores=None, alt=None):
    """Une grille d'images, en gris ou en couleur ; sous chacune, si on les donne, son étiquette et son score.

    images: (n, channels, h, w), (n, h, w, channels) or (n, h, w), in [-1, 1] or uint8, 1 or 3 channels. labels: n
    texts or integers. scores: n numbers. alt: what the pictures show, when the title does not say it.
    """
    tiles = colours(images)
    texts = _texts(len(tiles), labels, scores)
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    sheet = _Sheet(tiles, rows, columns, title, under=LINE if texts else 0)
    for index, tile in enumerate(tiles):
        sheet.put(tile, *divmod(index, columns), text=texts[index] if texts else "")
    described = f"{opening(title)}Grille de {len(tiles)} images de {tiles.shape[1]} x {tiles.shape[2]} pixels"
    if labels is not None and len(tiles) <= 20:
        described += f", d'étiquettes {', '.join(str(_plain(label)) for label in labels)}"
    if scores is not None:
        described += f". Scores : {comma(np.mean(array(scores)))} en moyenne"
    return sheet.picture(alt or described + ".")


def class_grid(images, labels, title="", names=None, columns=10):
    """Une ligne par classe, de 0 à 9, nommée à gauche ; chaque ligne montre les premières images de la classe.

    images: (n, channels, h, w) or (n, h, w), in [-1, 1]. labels: n integers. names: the names of the classes, when
    they are not the ten digits. A class without any picture leaves its line empty.
    """
    tiles, labels = colours(images), array(labels).reshape(-1)
    if len(labels) != len(tiles):
        raise ValueError(f"labels compte {len(labels)} valeurs pour {len(tiles)} images.")
    names = [str(digit) for digit in range(10)] if names is None else list(names)
    if labels.min() < 0 or labels.max() >= len(names):
        raise ValueError(
            f"labels va de {labels.min()} à {labels.max()} : des entiers de 0 à {len(names) - 1} sont attendus."
        )
    counts = np.bincount(labels.astype(int), minlength=len(names))
    left = 14 + max(11 if len(name) == 1 else 7 * len(name) for name in names)
    sheet = _Sheet(tiles, len(names), min(columns, counts.max()), title, left=left)
    for row, name in enumerate(names):
        sheet.name(row, name)
        if counts[row] == 0:
            sheet.say(row, "aucune")
        for column, tile in enumerate(tiles[labels == row][: sheet.columns]):
            sheet.put(tile, row, column)
    empty = [name for name, count in zip(names, counts, strict=True) if count == 0]
    alt = f"{opening(title)}Grille d'images : une ligne par classe ({', '.join(names)}), "
    alt += f"{sheet.columns} images au plus par ligne."
    if empty:
        alt += f" Classes sans image : {', '.join(empty)}."
    return sheet.picture(alt)


def image_pairs(left, right, titles=("générée", "plus proche voisin"), distances=None, title="", columns=10):
    """Des images deux à deux : celles de `left`, et sous chacune celle de `right` qui va avec elle.

    left, right: (n, channels, h, w) or (n, h, w), in [-1, 1]. titles: the names of the two lines. distances: n numbers,
    written under each pair.
    """
    above, below = colours(left), colours(right)
    if above.shape != below.shape:
        raise ValueError(f"Les images vont par deux, de mêmes formes : {array(left).shape} et {array(right).shape}.")
    texts = _texts(len(above), None, distances)
    columns = min(columns, len(above))
    bands = -(-len(above) // columns)
    names = [name.replace(" ", "\n") if len(name) > 12 else name for name in titles]
    margin = 14 + 7 * max(len(line) for name in names for line in name.split("\n"))
    # Two lines of pictures and the text under them make a band; an empty line of text separates the bands.
    sheet = _Sheet(above, 2 * bands, columns, title, left=margin, under=LINE if texts or bands > 1 else 0, every=2)
    for index in range(len(above)):
        band, column = divmod(index, columns)
        sheet.put(above[index], 2 * band, column)
        sheet.put(below[index], 2 * band + 1, column, text=texts[index] if texts else "")
    for band in range(bands):
        sheet.name(2 * band, names[0])
        sheet.name(2 * band + 1, names[1])
    alt = f"{opening(title)}{len(above)} paires d'images : {titles[0]} au-dessus, {titles[1]} au-dessous."
    if texts:
        values = array(distances)
        alt += f" Distances de {significant(values.min())} à {significant(values.max())}"
        alt += f", {significant(np.median(values))} en médiane."
    return sheet.picture(alt)


class _Sheet:
    """A page of pictures: where each goes, in pixels from the top left, and the texts around them."""

    def __init__(self, tiles, rows, columns, title, left=0, under=0, every=1):
        self.columns, self._under, self._every, self._title = columns, under, every, title
        _, height, width, _ = tiles.shape
        self._scale = scale = max(1, min(WIDTH // (columns * (width + 1)), 112 // width))
        self._tile = (height * scale, width * scale)
        across = columns * (width * scale + GAP) - GAP
        down = rows * (height * scale + GAP) - GAP + rows // every * under
        lines = title.split("\n") if title else []
        page = max(left + across + 2 * GAP, 320, 8 * max(map(len, lines), default=0))
        self._left, self._top = (
            left + (page - left - across) // 2,
            GAP + (TITLE + LINE * (len(lines) - 1)) * bool(lines),
        )
        self._page = np.full((self._top + down + GAP, page, 3), 255, dtype=np.uint8)
        self._texts = []

    def _corner(self, row, column):
        height, width = self._tile
        return self._top + row * (height + GAP) + row // self._every * self._under, self._left + column * (width + GAP)

    def put(self, tile, row, column, text=""):
        (top, left), (height, width) = self._corner(row, column), self._tile
        self._page[top : top + height, left : left + width] = enlarge(tile, self._scale)
        if text:
            style = {"ha": "center", "va": "top", "fontsize": 8}
            self._texts.append((left + width / 2, top + height + 2, text, style))

    def name(self, row, text):
        """Write the name of a line at its left."""
        top, left = self._corner(row, 0)
        style = {"ha": "right", "va": "center", "fontsize": 11 if len(text) == 1 else 9}
        self._texts.append((left - 8, top + self._tile[0] / 2, text, style))

    def say(self, row, text):
        """Write in the place of the first picture of a line."""
        (top, left), (height, width) = self._corner(row, 0), self._tile
        style = {"ha": "center", "va": "center", "fontsize": 8, "color": GREY}
        self._texts.append((left + width / 2, top + height / 2, text, style))

    def picture(self, alt):
        height, width, _ = self._page.shape
        figure = pixels(width, height)
        figure.figimage(self._page, 0, 0, origin="upper")
        for x, y, text, style in self._texts:
            figure.text(x / width, 1 - y / height, text, **style)
        if self._title:
            figure.suptitle(self._title, y=1 - 7 / height, va="top")
        picture = Picture(figure, alt)
        picture.photo = bool(in_colour(self._page))
        return picture


def in_colour(values):
    """Whether any of these colours (..., 3) is not a grey."""
    return (values[..., :1] != values).any()


def colours(images, levels=64):
    """The colours of pictures: integers of shape (n, h, w, 3). Grey takes `levels` values, to weigh less.

    images: in [-1, 1] or uint8, of shape (n, h, w), (n, channels, h, w) or, as Keras has them, (n, h, w, channels).
    """
    values = array(images)
    if values.ndim == 3:
        values = values[:, None]
    elif values.ndim == 4 and values.shape[1] not in (1, 3) and values.shape[3] in (1, 3):
        values = values.transpose(0, 3, 1, 2)
    if values.dtype == np.uint8:
        values = values / np.float32(127.5) - 1
    if values.ndim != 4 or 0 in values.shape:
        raise ValueError(f"Forme {values.shape} : des images (n, canaux, hauteur, largeur) sont attendues.")
    if values.shape[1] not in (1, 3):
        raise ValueError(f"Forme {values.shape} : {values.shape[1]} canaux, au lieu de 1 (gris) ou 3 (couleur).")
    low, high = values.min(), values.max()
    if not (low >= -1.001 and high <= 1.001):  # false for NaN too
        raise ValueError(f"Valeurs de {low:.3g} à {high:.3g} : des images à valeurs dans [-1, 1] sont attendues.")
    values = (values.astype(np.float32).clip(-1, 1) + 1) / 2
    if values.shape[1] == 1:
        values = np.rint(values * (levels - 1)) / (levels - 1)
    shades = np.rint(255 * values).astype(np.uint8).transpose(0, 2, 3, 1)
    return np.broadcast_to(shades, (*shades.shape[:3], 3))


def enlarge(tile, scale):
    """Each pixel of (h, w, 3) as a square of scale x scale pixels."""
    return tile.repeat(scale, axis=0).repeat(scale, axis=1)


def mosaic(tiles, columns, scale):
    """Pictures of shape (n, h, w, 3) side by side, as one picture on a white page, `GAP` pixels apart."""
    n, height, width, _ = tiles.shape
    rows = -(-n // columns)
    page = np.full((rows, columns, height * scale + GAP, width * scale + GAP, 3), 255, dtype=np.uint8)
    cells = page.reshape(rows * columns, *page.shape[2:])
    cells[:n, : height * scale, : width * scale] = tiles.repeat(scale, axis=1).repeat(scale, axis=2)
    page = page.transpose(0, 2, 1, 3, 4).reshape(rows * (height * scale + GAP), columns * (width * scale + GAP), 3)
    return page[:-GAP, :-GAP]


def _texts(n, labels, scores):
    """The text under each of n pictures; an empty list when there is nothing to write."""
    parts = []
    for name, values in (("labels", labels), ("scores", scores)):
        if values is not None:
            if len(values) != n:
                raise ValueError(f"{name} compte {len(values)} valeurs pour {n} images.")
            write = significant if name == "scores" else str
            parts.append([write(_plain(value)) for value in values])
    return [" : ".join(texts) for texts in zip(*parts, strict=True)]


def _plain(value):
    return value.item() if hasattr(value, "item") else value
