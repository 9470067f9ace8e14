"""Portraits dessinés par le cours, en 64x64 et en couleurs : des personnes inventées, dont chaque trait est connu."""

import functools
import operator
import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from tp_gan import CourseError
from tp_gan.data.cache import cached_arrays

__all__ = ["Faces", "faces", "hair_map"]

VERSION = 5  # of the drawing: to be raised whenever a pixel changes, so that no cached picture outlives it
SIDE = 64
BLOCK = 64  # pictures drawn together: their planes stay in the processor's cache
KEPT = 2_000  # pictures from which a result is kept on disk
TRAITS = 160  # uniform numbers drawn for each picture, of which a drawing may leave some unused

# Shares of the hair colours, and the two colours between which each varies. Blond is apart from the others under any
# light of the drawing: tests/test_faces.py tells it from the pixels.
HAIR = {
    "Blond_Hair": (0.33, (222, 172, 84), (252, 224, 142)),
    "Black_Hair": (0.22, (20, 18, 20), (42, 34, 33)),
    "Brown_Hair": (0.25, (62, 38, 26), (112, 70, 42)),
    "Gray_Hair": (0.10, (128, 130, 134), (206, 207, 211)),
    "Red_Hair": (0.05, (122, 54, 30), (162, 82, 46)),  # not one of CelebA's names
    "Bald": (0.05, (0, 0, 0), (0, 0, 0)),
}
# Shares of the cuts.
CUTS = {"short": 0.25, "bob": 0.22, "long": 0.33, "curly": 0.20}
NAMES = (
    "Bald",
    "Bangs",
    "Black_Hair",
    "Blond_Hair",
    "Brown_Hair",
    "Bushy_Eyebrows",
    "Eyeglasses",
    "Gray_Hair",
    "Mouth_Slightly_Open",
    "Narrow_Eyes",
    "Rosy_Cheeks",
    "Smiling",
    "Straight_Hair",
    "Wavy_Hair",
    "Wearing_Lipstick",
)
# From the deepest to the lightest, evenly drawn.
SKINS = (
    (82, 53, 41),
    (108, 69, 51),
    (136, 89, 64),
    (164, 111, 80),
    (194, 141, 105),
    (219, 171, 135),
    (237, 196, 164),
    (247, 215, 190),
)
IRISES = ((58, 36, 24), (84, 52, 30), (112, 78, 42), (80, 98, 60), (66, 98, 130), (92, 108, 118))
LIPSTICKS = ((178, 36, 52), (150, 34, 66), (204, 74, 92), (192, 62, 44))
FRAMES = ((24, 24, 28), (58, 34, 22), (26, 38, 66), (84, 22, 30), (60, 62, 68))


class Faces(NamedTuple):
    """Des portraits et leurs attributs.

    images: uint8 (n, 64, 64, 3), in memory or memory mapped. attributes: bool (n, len(names)). names: CelebA's.
    source: what they are, in French.
    """

    images: np.ndarray
    attributes: np.ndarray
    names: tuple
    source: str

    def has(self, name):
        """Les portraits qui ont cet attribut, par exemple `has("Blond_Hair")` : un booléen par image."""
        if name not in self.names:
            raise CourseError(f"L'attribut « {name} » n'existe pas ici. Au choix : {', '.join(self.names)}.")
        return np.asarray(self.attributes[:, self.names.index(name)])


def faces(n=10_000, seed=0):
    """`n` portraits 64x64 de personnes inventées, avec leurs attributs, toujours les mêmes pour une graine donnée.

    Every trait is drawn independently of the hair colour; picture i does not depend on n. From 2,000 pictures on, the
    result is kept in the cache on disk.
    """
    n, seed = _whole("n", n, 1), _whole("seed", seed, 0)

    def make():
        traits = _traits(-(-n // BLOCK) * BLOCK, seed)
        return {"images": _drawn(traits)[:n], "attributes": _attributes(traits)[:n]}

    like = {"images": ((n, SIDE, SIDE, 3), np.uint8), "attributes": ((n, len(NAMES)), np.bool_)}
    arrays = make() if n < KEPT else cached_arrays(f"faces_v{VERSION}_n{n}_seed{seed}", make, like)
    return Faces(arrays["images"], arrays["attributes"], NAMES, "portraits dessinés par le cours")


def hair_map():
    """La part des portraits dessinés dont les cheveux couvrent chaque pixel : float32 (64, 64), dans [0, 1].

    Over 1,024 faces of a fixed seed, the bald ones included, from the drawing's own mask.
    """
    return _hair_map().copy()


@functools.cache
def _hair_map():
    return _drawn(_traits(1024, 0), with_hair=True).mean(axis=0, dtype=np.float64).astype(np.float32)


def _whole(name, value, least):
    try:
        number = operator.index(value)
    except TypeError:
        raise CourseError(f"{name} vaut {value!r} : il faut un nombre entier.") from None
    if number < least:
        raise CourseError(f"{name} vaut {number} : il faut au moins {least}.")
    return number


def _drawn(traits, with_hair=False):
    """What `_draw` makes of each block, together: blocks are whole, so a picture's neighbours never matter."""
    n = len(traits["x"])

    def block(start):
        part = {name: value[..., start : start + BLOCK] for name, value in traits.items()}
        drawn[start : start + BLOCK] = _draw(part, with_hair)

    drawn = np.empty((n, SIDE, SIDE) if with_hair else (n, SIDE, SIDE, 3), np.float32 if with_hair else np.uint8)
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        list(pool.map(block, range(0, n, BLOCK)))
    return drawn


# The traits ----------------------------------------------------------------------------------------------------------


def _traits(n, seed):
    """Every trait of pictures 0 to n - 1: {name: array (n,) or (3, n)}.

    The table is drawn row after row, so a picture's row does not depend on n. Each trait reads columns of its own, so
    traits are independent, but for those that go together: what is bald has no bangs, deep skins have brown eyes...
    Nothing outside the hair reads the columns of the hair.
    """
    table = np.random.default_rng(seed).random((n, TRAITS))
    columns = iter(table.T)

    def between(low, high):
        return low + (high - low) * next(columns)

    def around(centre, spread):  # triangular: most pictures near the centre, none farther than the spread
        return centre + spread * (next(columns) + next(columns) - 1)

    def chance(share):
        return next(columns) < share

    def among(shares):
        return np.minimum(np.searchsorted(np.cumsum(shares), next(columns), side="right"), len(shares) - 1)

    def colour(choices):
        return np.array(choices, float)[among([1 / len(choices)] * len(choices))].T

    def ramp(choices):
        anchors, place = np.array(choices, float), between(0, len(choices) - 1)
        return np.array([np.interp(place, range(len(choices)), anchors[:, c]) for c in range(3)])

    def mix(first, second, share):
        return first + (second - first) * share

    t = {}
    # Pose: the head's place, tilt and size, and how far it turns (in the features' shift, parallax).
    t["x"], t["y"] = around(32, 2.2), around(34.5, 1.5)
    t["tilt"], t["size"], t["turn"] = around(0, 0.15), around(1.16, 0.07), around(0, 1.0)
    # Light, background, clothes.
    side = np.where(chance(0.5), 1.0, -1.0)
    t["light"] = side * between(0.35, 1.0)
    t["exposure"] = around(1, 0.07)
    hue, value, saturation = between(0, 1), between(0.32, 0.9), between(0.06, 0.38)
    t["wall"] = _rgb(hue, saturation, value)
    t["wall_end"] = _rgb(hue + around(0, 0.16), saturation * between(0.5, 1.2), np.clip(value + around(0, 0.4), 0.2, 1))
    angle = between(0, 2 * np.pi)
    t["wall_x"], t["wall_y"] = np.cos(angle), np.sin(angle)
    t["cloth"] = _rgb(between(0, 1), between(0.05, 0.65), between(0.18, 0.92))
    t["shoulder"], t["shoulder_y"] = around(29, 3), around(56.0, 1.5)
    t["collar"], t["collar_w"] = between(0.5, 5.0), between(8.5, 11.5)
    # Skin and face.
    t["skin"] = ramp(SKINS) * np.stack([around(1, 0.03), around(1, 0.03), around(1, 0.05)])
    t["face_w"], t["face_h"], t["jaw"] = around(14.0, 1.1), around(18.0, 1.0), between(0.10, 0.24)
    t["neck_w"] = around(8.0, 1.0)
    t["rosy"] = chance(0.3)
    t["rose"] = np.where(t["rosy"], between(0.30, 0.45), between(0.0, 0.10))
    # Eyes and eyebrows.
    t["narrow"] = chance(0.2)
    t["eye_h"] = np.where(t["narrow"], between(1.3, 1.45), between(1.8, 2.15))
    t["eye_w"], t["eye_x"], t["eye_y"] = around(3.5, 0.35), around(6.4, 0.5), around(-1.2, 0.6)
    deep = np.clip((175 - t["skin"][0]) / 40, 0, 1)  # deeper skins have brown eyes
    t["iris"] = mix(colour(IRISES), np.array([[66.0], [40], [26]]), deep) * between(0.85, 1.15)
    t["lash"] = between(0.55, 0.95)
    t["bushy"] = chance(0.3)
    t["brow_t"] = np.where(t["bushy"], between(0.95, 1.2), between(0.45, 0.65))
    t["brow_y"], t["brow_arch"], t["brow_slope"] = around(-5.6, 0.5), between(0.4, 1.3), around(-0.05, 0.08)
    t["brow"] = mix(t["skin"] * 0.36, np.array([[44.0], [32], [27]]), between(0.2, 0.9))
    # Nose and mouth.
    t["nose_y"], t["nose_w"] = around(5.0, 0.6), around(2.5, 0.6)
    t["smile"] = chance(0.5)
    t["open"] = chance(0.45)
    t["mouth_y"] = around(10.4, 0.6)
    t["mouth_w"] = np.where(t["smile"], around(6.0, 0.6), around(4.4, 0.5))
    t["curve"] = np.where(t["smile"], between(1.7, 2.5), between(0.1, 0.55))
    t["gap"] = np.where(t["open"], np.where(t["smile"], between(1.3, 1.9), between(0.9, 1.3)), 0.0)
    t["upper"], t["lower"] = around(0.95, 0.3), around(1.3, 0.4)
    t["lipstick"] = chance(0.3)
    natural = t["skin"] * np.array([[0.84], [0.64], [0.64]]) + np.array([[14.0], [0], [4]])
    t["lips"] = np.where(t["lipstick"], colour(LIPSTICKS) * between(0.8, 1.1), natural)
    # Glasses.
    t["glasses"] = chance(0.2)
    t["frame"], t["frame_t"] = colour(FRAMES), between(0.42, 0.68)
    t["lens_w"], t["lens_h"], t["lens_square"] = between(4.6, 5.3), between(3.4, 4.4), between(0, 1)
    # Hair: its colour, then its cut.
    kind = among([share for share, _, _ in HAIR.values()])
    t["kind"] = kind
    ends = np.array([[low, high] for _, low, high in HAIR.values()], float)[kind]
    t["hair"] = mix(ends[:, 0], ends[:, 1], between(0, 1)[:, None]).T
    t["bald"] = kind == list(HAIR).index("Bald")
    cut = among(list(CUTS.values()))
    t["cut"] = cut

    def per_cut(short, bob, long, curly):
        low_high = np.array([short, bob, long, curly], float)[cut]
        return mix(low_high[:, 0], low_high[:, 1], next(columns))

    bangs, wavy = chance(0.35), chance(0.45)
    t["curly"] = cut == 3
    t["bangs"] = bangs & ~t["bald"] & ~t["curly"]
    t["wavy"] = (wavy | t["curly"]) & ~t["bald"] & (cut != 0)
    t["hair_w"] = per_cut((15.2, 16.0), (17.0, 19.0), (17.0, 19.5), (19.0, 23.0))
    t["hair_top"] = per_cut((21.0, 23.5), (21.5, 23.5), (21.5, 23.5), (23.0, 27.5))
    t["hair_from"] = per_cut((-5.5, -4.0), (-3.0, -3.0), (-3.0, -3.0), (-7.0, -4.5))
    t["hair_to"] = np.maximum(t["hair_from"], per_cut((-5.5, -4.0), (5.0, 10.0), (18.0, 30.0), (-4.0, 4.0)))
    t["hair_end"] = per_cut((9.5, 13.0), (5.0, 7.0), (6.0, 8.0), (13.0, 16.0))
    t["flare"] = per_cut((0.0, 0.0), (0.0, 0.10), (0.0, 0.08), (0.0, 0.0))
    waves = [between(0.6, 0.8), between(0.9, 1.5), between(0.2, 0.7)]
    t["wave"] = np.select([t["curly"], t["wavy"], cut == 0], waves, 0.0)
    t["wave_k"], t["wave_at"] = np.where(t["curly"], 0.85, between(0.42, 0.6)), between(0, 2 * np.pi)
    # The opening of the hair on the face: its hairline, its half width, the part's side.
    straight_line, round_line = between(-8.6, -7.4), per_cut((-14, -12), (-13.5, -11.5), (-13.5, -11.5), (-13, -11))
    t["line"] = np.where(t["bangs"], straight_line, round_line)
    t["open_w"] = per_cut((12.2, 12.8), (11.2, 13.0), (11.2, 13.0), (12.4, 13.4))
    t["part"] = np.where(t["bangs"] | t["curly"], around(0, 0.8), np.where(chance(0.5), 1, -1) * between(0.5, 2.8))
    t["sweep"] = t["part"] * between(0.02, 0.10)  # the hairline rises on the part's side
    t["square"] = np.where(t["bangs"], 1.0, np.where(cut == 0, between(0.3, 0.9), 0.0))
    t["strand"], t["strand_k"], t["strand_at"] = between(0.02, 0.05), between(0.9, 1.5), between(0, 2 * np.pi)
    return t


def _rgb(hue, saturation, value):
    """Colours (3, n) in [0, 255] of arrays of hue (a turn is 1), saturation and value."""
    sixth = (np.array([[5.0], [3.0], [1.0]]) + 6 * hue) % 6
    return 255 * value * (1 - saturation * np.clip(np.minimum(sixth, 4 - sixth), 0, 1))


def _attributes(t):
    """The attributes (n, len(NAMES)), in the order of NAMES."""
    columns = {name: t["kind"] == i for i, name in enumerate(HAIR)}
    columns |= {
        "Bangs": t["bangs"],
        "Bushy_Eyebrows": t["bushy"],
        "Eyeglasses": t["glasses"],
        "Mouth_Slightly_Open": t["open"],
        "Narrow_Eyes": t["narrow"],
        "Rosy_Cheeks": t["rosy"],
        "Smiling": t["smile"],
        "Straight_Hair": ~t["wavy"] & ~t["bald"],
        "Wavy_Hair": t["wavy"],
        "Wearing_Lipstick": t["lipstick"],
    }
    return np.stack([columns[name] for name in NAMES], axis=1)


# The drawing ---------------------------------------------------------------------------------------------------------


def _inside(distance, soft=1.0):
    """How much of each pixel a shape covers, from the signed distance (pixels) to its edge, negative inside.

    The edge is `soft` pixels wide. The distances are overwritten.
    """
    distance *= -1 / soft
    distance += 0.5
    return np.clip(distance, 0, 1, out=distance)


def _plain(*colour):
    return np.array(colour, np.float32)[:, None, None, None]


def _blob(x, y, width, height):
    """A soft bump: 1 at the centre, 0 from the ellipse's edge on."""
    x, y = x * (1 / width), y * (1 / height)
    bump = np.maximum(1 - x * x - y * y, 0)
    bump *= bump
    return bump


def _paint(canvas, cover, colour, shade=None, hair=0.0, warm=(0.85, 1.0, 1.08)):
    """Lay a colour (3, b, 1, 1) over the canvas (3 or 4, b, rows, columns), where `cover` says, under `shade`.

    A dark shade is warmer than a grey one, as on skin. The fourth plane, if there is one, follows the hair.
    """
    for plane, value, tone in zip(canvas, colour, warm, strict=False):
        if shade is None:
            layer = value - plane
        else:  # value * (1 + tone * (shade - 1)) - plane
            layer = shade * (value * tone)
            layer += value * (1 - tone)
            layer -= plane
        layer *= cover
        plane += layer
    if len(canvas) > 3:
        canvas[3] += cover * (hair - canvas[3])


def _draw(traits, with_hair=False):
    """The pictures (b, 64, 64, 3), uint8, of one block of traits; with_hair: the share of hair (b, 64, 64) instead."""
    t = {name: np.asarray(value, np.float32)[..., None, None] for name, value in traits.items()}
    b = len(traits["x"])
    canvas = np.zeros((4 if with_hair else 3, b, SIDE, SIDE), np.float32)
    x, y = np.arange(SIDE, dtype=np.float32) + 0.5, (np.arange(SIDE, dtype=np.float32) + 0.5)[:, None]
    # The head's own axes: u to the right, v down, in pixels of a head of size 1.
    cos, sin = np.cos(t["tilt"]) / t["size"], np.sin(t["tilt"]) / t["size"]
    u = (x - t["x"]) * cos + (y - t["y"]) * sin
    v = (y - t["y"]) * cos - (x - t["x"]) * sin
    body = 32 + 0.6 * (t["x"] - 32)

    _background(canvas, t, x, y)
    hair, shade = _hair(t, u, v)
    _paint(canvas, hair, t["hair"], 0.80 * shade, hair=1.0, warm=(1, 1, 1))
    _clothes(canvas[:, :, 40:], t, x - body, y[40:])
    part = (slice(None), slice(40, None), slice(8, 56))
    _neck(canvas[:, *part], t, (x - body)[..., 8:56], y[40:], v[part])
    part = (slice(None), slice(8, 61), slice(7, 57))
    _head(canvas[:, *part], t, u[part], v[part])
    part = (slice(None), slice(18, 58), slice(8, 56))
    _features(canvas[:, *part], t, u[part], v[part])
    _front_hair(canvas, t, u, v, hair, shade)
    part = (slice(None), slice(20, 46), slice(6, 58))
    _glasses(canvas[:, *part], t, u[part], v[part])
    if with_hair:
        return canvas[3]
    np.clip(canvas * t["exposure"], 0, 255, out=canvas)
    return np.rint(canvas, out=canvas).astype(np.uint8).transpose(1, 2, 3, 0)


def _background(canvas, t, x, y):
    along = ((x - 32) * t["wall_x"] + (y - 32) * t["wall_y"]) / 90 + 0.5
    # Light comes from one side, and the corners are a little darker.
    around = 1.03 - 0.16 * (((x - 32) / 45) ** 2 + ((y - 30) / 45) ** 2) + 0.06 * t["light"] * (x - 32) / 32
    for plane, start, end in zip(canvas, t["wall"], t["wall_end"], strict=False):
        plane[:] = (start + (end - start) * along) * around


def _clothes(canvas, t, x, y):
    across = x / t["shoulder"]
    # Shoulders: flat under the neck, then round.
    d = (t["shoulder_y"] + 1.5 + (2 + 8 * across * across) * across * across - y) * 0.9
    shade = 0.92 + 0.16 * t["light"] * across - 0.25 * across * across + 0.010 * (64 - y)
    _paint(canvas, _inside(d), t["cloth"], shade)


def _hair(t, u, v):
    """The hair's outline as a cover, its shading, its strands: an upper half ellipse, straight sides, a rounded end."""
    curl = t["curly"]
    ripple = np.sin(t["wave_k"] * v + t["wave_at"] + 1.3 * curl)
    across = u + 0.6 * t["turn"] + t["wave"] * ripple
    up = v + 0.7 * curl * np.sin(t["wave_k"] * u + t["wave_at"])
    down = np.maximum(up - t["hair_to"], 0) / t["hair_end"]
    above = np.minimum(up - t["hair_from"], 0) / (t["hair_top"] + t["hair_from"])
    width = t["hair_w"] * (1 + t["flare"] * np.clip(up * 0.05, 0, 1))
    side = across / width
    side2 = side * side
    above *= above
    d = np.sqrt(side2 + down * down + above)
    d -= 1
    d *= 0.95 * t["hair_w"]
    cover = _inside(d, 1.5 + 1.3 * curl)
    cover *= 1 - t["bald"]
    # Light from its side, a soft sheen near the crown, and strands that part at the crown and fall along the sides.
    spread = 0.45 + 0.55 * np.sqrt(np.clip(1 - above, 0, 1))
    strands = np.sin(t["strand_k"] * (u - t["part"]) / spread + t["strand_at"])
    shade = 0.97 + 0.15 * t["light"] * side - 0.20 * side2 + t["strand"] * strands
    shade += (0.03 * curl) * ripple
    shade[:, :34] += 0.26 * _blob(u[:, :34] - 6 * t["light"], v[:, :34] + t["hair_top"] - 6.5, 13, 7)
    return cover, shade


def _neck(canvas, t, x, y, v):
    middle, down = x - 0.25 * (t["x"] - 32), y - t["shoulder_y"]
    neck = _inside(np.abs(middle) - t["neck_w"] - 0.02 * np.maximum(y - 54, 0) ** 2) * _inside(down - 3, 3)
    collar = np.sqrt((middle / t["collar_w"]) ** 2 + ((down - 1.2) / (1.5 + t["collar"])) ** 2) - 1
    cover = np.maximum(neck, _inside(collar * 5))
    below = np.clip((v - t["face_h"] + 2) / 9, 0, 1)  # 0 in the chin's shadow
    shade = 0.62 + 0.30 * below + 0.10 * t["light"] * middle / t["neck_w"]
    _paint(canvas, cover, t["skin"], shade)


def _head(canvas, t, u, v):
    # Ears.
    ear_x, ear_y = np.abs(u) - t["face_w"] - 0.2, v - 1.0
    ears = _inside((np.sqrt((ear_x / 2.1) ** 2 + (ear_y / 3.8) ** 2) - 1) * 2.4)
    _paint(canvas, ears, t["skin"], 0.80 + 0.12 * t["light"] * np.sign(u) - 0.25 * _blob(ear_x, ear_y, 1.6, 3))
    # The face: an egg, narrower at the jaw.
    along = v / t["face_h"]
    low = np.clip(along, 0, None)
    across = u / (t["face_w"] * (1 - t["jaw"] * low * low))
    q2 = across * across + along * along
    cover = _inside((np.sqrt(q2) - 1) * t["face_w"] * 1.05, 1.2)
    shade = 1.04 - 0.20 * q2 + 0.19 * t["light"] * across - 0.05 * along
    _paint(canvas, cover, t["skin"], shade)
    # A bald head shines a little.
    shine = 0.22 * t["bald"] * _blob(u - 4.5 * t["light"], v + 12.5, 6, 4)
    _paint(canvas, shine, 0.6 * t["skin"] + 100)


def _features(canvas, t, u, v):
    turn, skin = t["turn"], t["skin"]
    centre = u - 1.6 * turn
    side = np.sign(centre)
    # Soft shadows in the eye sockets, on one side of the nose and under it; light on its bridge; cheeks.
    x, y = np.abs(centre) - t["eye_x"], v - t["eye_y"]
    _paint(canvas, 0.26 * _blob(x + 0.6, y + 1.2, 5.2, 3.8), skin * 0.62)
    cheeks = _blob(np.abs(centre) - 8.2, v - 5.5, 5.5, 4.5)
    _paint(canvas, t["rose"] * cheeks, skin * 0.80 + _plain(52, 2, 12))
    part = (slice(None), slice(None), slice(10, 38))
    _nose(canvas[:, *part], t, (u - 2.3 * turn)[part], v[part])
    # Eyes: an almond, white, iris, pupil, a glint, lashes above.
    _eyes(canvas[:, :, :26], t, x[:, :26], y[:, :26], side[:, :26])
    # Eyebrows: an arched stroke, thinner outwards.
    reach = x / 4.6
    rise = y - t["brow_y"] + t["brow_arch"] * (1 - reach * reach) + t["brow_slope"] * x
    d = np.maximum(np.abs(rise) - t["brow_t"] * (1 - 0.35 * reach), (np.abs(reach) - 1) * 4.6)
    _paint(canvas, 0.85 * _inside(d, 1.3), t["brow"])
    _mouth(canvas[:, :, 18:], t, (u - 1.7 * turn)[:, 18:], v[:, 18:])


def _nose(canvas, t, x, v):
    skin, light, y = t["skin"], t["light"], v - t["nose_y"]
    _paint(canvas, 0.38 * _blob(x + 2.0 * light, y + 3.5, 2.2, 6.5), skin * 0.62)
    _paint(canvas, 0.22 * _blob(x - 0.6 * light, y + 3.0, 1.7, 6.5), skin * 0.75 + 66)
    _paint(canvas, 0.25 * _blob(x - 0.4 * light, y + 0.2, 1.6, 1.5), skin * 0.7 + 80)
    _paint(canvas, 0.45 * _blob(x, y - 1.5, t["nose_w"] + 0.8, 1.5), skin * 0.48)
    _paint(canvas, 0.55 * _blob(np.abs(x) - 0.6 * t["nose_w"], y - 1.0, 1.15, 0.95), skin * 0.30)


def _eyes(canvas, t, x, y, side):
    reach = x / t["eye_w"]
    lens = np.clip(1 - reach * reach, -1, 1)
    almond = _inside((np.abs(y) - t["eye_h"] * lens) * 0.9, 1.2)
    white = _plain(244, 240, 236)
    _paint(canvas, almond, white * 0.74 + 0.22 * t["skin"], 0.97 + 0.06 * y)
    r = np.sqrt(x * x + (y + 0.35) ** 2)
    _paint(canvas, almond * _inside(r - 1.95), t["iris"], 1.0 + 0.22 * y)
    _paint(canvas, almond * _inside(r - 0.85), 0.25 * t["iris"])
    glint = _blob(x * side - 0.7 * t["light"], y + 0.9, 1.0, 1.0)
    _paint(canvas, 0.9 * glint * almond, white)
    upper = np.abs(y + t["eye_h"] * lens) - 0.42
    lashes = _inside(np.maximum(upper, (np.abs(reach) - 1.08) * t["eye_w"]), 1.2)
    _paint(canvas, t["lash"] * lashes, 0.22 * t["skin"] + 8)
    lower = np.abs(y - t["eye_h"] * lens - 0.2) - 0.2
    _paint(canvas, 0.3 * _inside(np.maximum(lower, (np.abs(reach) - 0.95) * t["eye_w"]), 1.2), 0.5 * t["skin"])
    crease = np.abs(y + 1.25 + t["eye_h"] * np.clip(lens, 0, 1)) - 0.2
    _paint(canvas, 0.28 * _inside(np.maximum(crease, (np.abs(reach) - 0.9) * t["eye_w"]), 1.3), 0.5 * t["skin"])


def _mouth(canvas, t, x, v):
    reach = x / t["mouth_w"]
    lens = np.clip(1 - reach * reach, -0.3, 1)
    line = v - t["mouth_y"] - t["curve"] * (lens - 0.5)  # where the lips meet, above the gap
    ends = (np.abs(reach) - 1) * t["mouth_w"]
    _paint(canvas, 0.28 * _blob(x, line - t["gap"] - t["lower"] - 1.6, 0.75 * t["mouth_w"], 1.6), 0.6 * t["skin"])
    top = -line - t["upper"] * lens * (1 - 0.30 * _blob(x, 0 * x, 1.5, 1.0))
    bottom = line - (t["gap"] + t["lower"]) * lens
    lips = _inside(np.maximum(np.maximum(top, bottom), ends), 1.2)
    _paint(canvas, lips, t["lips"], 0.94 + 0.05 * line)
    gleam = 0.25 * lips * _blob(x - 0.8 * t["light"], line - t["gap"] - 0.6 * t["lower"], 2.4, 0.9)
    _paint(canvas, gleam, t["lips"] * 0.6 + 100)
    # Between the lips: teeth if there is room, else a dark line.
    room = np.maximum(-line - 0.15, line - 0.15 - t["gap"] * lens)
    within = _inside(np.maximum(room, ends + 0.3), 1.1)
    _paint(canvas, within, 0.32 * t["lips"])
    teeth = _inside(np.maximum(-line + 0.1, line + 0.25 - 0.8 * t["gap"] * lens), 1.0) * _inside(ends + 1.4, 1.2)
    _paint(canvas, 0.92 * teeth * (t["gap"] > 0), _plain(242, 236, 226))
    # A smile lifts the cheeks: a soft fold at each corner.
    fold = np.abs(x) - t["mouth_w"] - 1.3
    _paint(canvas, 0.30 * t["smile"] * _blob(fold, v - t["mouth_y"] + 0.8, 1.4, 2.4), 0.55 * t["skin"])


def _front_hair(canvas, t, u, v, hair, shade):
    # The opening on the face: as the outline, an ellipse above and straight sides below; flat under bangs.
    across = u - t["part"] - 1.0 * t["turn"]
    up = v + t["sweep"] * across
    middle = np.where(t["bangs"], -3.0, 0.0).astype(np.float32)
    above = np.minimum(up - middle, 0) / (t["line"] - middle)
    width = t["open_w"] + 0.4 * np.abs(t["part"])
    a, c = (across / width) ** 2, above * above
    round_, flat = a + c, np.sqrt(a * a + c * c)
    d = (np.sqrt(round_ + t["square"] * (flat - round_)) - 1) * 11
    # What the hair hides of the light.
    _paint(canvas, 0.30 * hair * np.clip(1 + (d - 0.5) / 3.5, 0, 1) * (v < 8), 0.45 * t["skin"])
    cover = hair * (1 - _inside(d, 1.4))
    _paint(canvas, cover, t["hair"], shade, hair=1.0, warm=(1, 1, 1))


def _glasses(canvas, t, u, v):
    worn = t["glasses"]
    centre = u - 1.9 * t["turn"]
    x, y = np.abs(centre) - t["eye_x"], v - t["eye_y"] - 0.3
    a, c = (x / t["lens_w"]) ** 2, (y / t["lens_h"]) ** 2
    round_, square = a + c, np.sqrt(a * a + c * c)
    d = (np.sqrt(round_ + t["lens_square"] * (square - round_)) - 1) * 4.2
    _paint(canvas, worn * 0.10 * _inside(d + 0.2), _plain(225, 235, 245))
    rim = np.abs(d) - t["frame_t"]
    bridge = np.maximum(np.abs(y + 0.9) - 0.45, np.abs(centre) - t["eye_x"] + t["lens_w"])
    temple = np.maximum(np.abs(y + 1.2) - 0.45, np.maximum(t["lens_w"] - x, np.abs(u) - t["face_w"] - 0.5))
    frame = _inside(np.minimum(np.minimum(rim, bridge), temple), 1.1)
    _paint(canvas, worn * frame, t["frame"])
