"""Briques de construction dessinées, grises, en 64x64 : une brique en relief, éclairée, son ombre sur un fond clair."""

import functools
import itertools
import operator
import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from tp_gan.data.cache import cached_arrays

__all__ = ["Bricks", "bricks"]

VERSION = 1  # of the drawing: to raise with each change of a pixel, so that no older cached file is read
CACHED_FROM = 2000  # pictures; fewer are drawn again, in less than two seconds

SIDE = 64  # pixels
FINE = 3  # each pixel is the mean of FINE x FINE rays
BLOCK = 8  # pictures drawn together: their arrays stay in the processor's cache
FAR = np.float32(1000)
SKY, TOWARDS_SKY, SUN, EDGE = 0.44, 0.1, 0.55, 0.12  # light: from everywhere, from above, from the lamp; on an edge


class Bricks(NamedTuple):
    """Des briques dessinées et leurs formes.

    images: uint8 array (n, 64, 64, 1). labels: int64 array (n,), the shape's index in names. names: the shapes' French
    names. source: what they are, in French.
    """

    images: np.ndarray
    labels: np.ndarray
    names: tuple
    source: str


class Box(NamedTuple):
    """A box, less what lies beyond its cuts: (x, y, z, d) removes the points p with (x, y, z) . p > d."""

    low: tuple
    high: tuple
    cuts: tuple = ()


class Round(NamedTuple):
    """An upright cylinder: a stud, or a round brick."""

    x: float
    y: float
    low: float
    high: float
    radius: float


class Shape(NamedTuple):
    """A brick: its boxes, and its cylinders, which stand on the ground or on a top."""

    boxes: tuple = ()
    rounds: tuple = ()


# The unit is the distance between two studs.
BRICK, PLATE, STUD = 1.2, 0.4, 0.2  # heights
RADIUS = 0.31


def _studs(xs, ys, height):
    return tuple(Round(x + 0.5, y + 0.5, height, height + STUD, RADIUS) for x in xs for y in ys)


def _block(width, length, height, studs=True):
    """A box with a stud on each square."""
    box = Box((0, 0, 0), (width, length, height))
    return Shape((box,), _studs(range(width), range(length), height) if studs else ())


def _corner(width, length, height):
    """Two boxes at a right angle, `width` wide and `length` long, that share a corner."""
    boxes = (Box((0, 0, 0), (width, length, height)), Box((0, 0, 0), (length, width, height)))
    squares = [(x, y) for x in range(length) for y in range(length) if x < width or y < width]
    return Shape(boxes, tuple(stud for x, y in squares for stud in _studs([x], [y], height)))


def _slope():
    """A 2x2 brick whose face falls from the row of studs to a low front."""
    rise = BRICK - 0.25
    box = Box((0, 0, 0), (2, 2, BRICK), ((0, rise, 1, rise + BRICK),))
    return Shape((box,), _studs(range(2), [0], BRICK))


def _roof():
    """A 2x3 ridge: two slopes that meet at the top."""
    rise = BRICK - 0.15
    return Shape((Box((0, 0, 0), (2, 3, BRICK), ((rise, 0, 1, rise + BRICK), (-rise, 0, 1, BRICK - rise))),))


def _arch():
    """A 1x4 bridge on two feet."""
    boxes = (Box((0, 0, 0.65), (1, 4, BRICK)), Box((0, 0, 0), (1, 1, BRICK)), Box((0, 3, 0), (1, 4, BRICK)))
    return Shape(boxes, _studs([0], range(4), BRICK))


def _stairs():
    """Three steps."""
    return Shape(tuple(Box((0, 0, 0), (2, 3 - k, 0.6 * (k + 1))) for k in range(3)))


def _cylinder(diameter, height, studs=True):
    body = Round(diameter / 2, diameter / 2, 0, height, diameter / 2)
    return Shape((), (body, *(_studs(range(diameter), range(diameter), height) if studs else ())))


SHAPES = {
    "brique 1x1": _block(1, 1, BRICK),
    "brique 1x2": _block(1, 2, BRICK),
    "brique 1x4": _block(1, 4, BRICK),
    "brique 2x2": _block(2, 2, BRICK),
    "brique 2x3": _block(2, 3, BRICK),
    "brique 2x4": _block(2, 4, BRICK),
    "plaque 2x2": _block(2, 2, PLATE),
    "plaque 2x4": _block(2, 4, PLATE),
    "tuile lisse 2x2": _block(2, 2, PLATE, studs=False),
    "tuile lisse 1x4": _block(1, 4, PLATE, studs=False),
    "brique d'angle": _corner(1, 2, BRICK),
    "plaque d'angle": _corner(1, 3, PLATE),
    "brique en pente": _slope(),
    "toit": _roof(),
    "arche": _arch(),
    "escalier": _stairs(),
    "brique ronde 2x2": _cylinder(2, BRICK),
    "cylindre 1x1": _cylinder(1, BRICK),
    "disque lisse": _cylinder(2, PLATE, studs=False),
}


def bricks(n=10_000, seed=0):
    """`n` images de briques, grises, 64x64 : dix-neuf formes, tournées au hasard, et leur ombre.

    Ray cast: three-dimensional shapes under one light, seen from above by a camera turned at random, each at its size,
    place and grey. The shapes come in equal numbers, up to one picture. A picture depends on its rank and the seed, not
    on n: bricks(100, seed) begins with bricks(50, seed). From 2,000 pictures on they are kept in the cache. Raises
    ValueError for n < 1 or a negative seed. Returns a `Bricks`.
    """
    n, seed = _whole("n", n, 1), _whole("seed", seed, 0)
    if n < CACHED_FROM:
        arrays = _drawn(n, seed)
    else:
        like = {"images": ((n, SIDE, SIDE, 1), np.uint8), "labels": ((n,), np.int64)}
        arrays = cached_arrays(f"bricks-v{VERSION}-{n}-{seed}", lambda: _drawn(n, seed), like)
    return Bricks(arrays["images"], arrays["labels"], tuple(SHAPES), "briques dessinées")


def _whole(name, value, least):
    try:
        whole = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} vaut {value!r} : il faut un nombre entier.") from None
    if whole < least:
        raise ValueError(f"{name} vaut {whole} : il faut un entier d'au moins {least}.")
    return whole


def _drawn(n, seed, threads=None):
    """Images and labels. The blocks, each of one shape, are drawn in threads (NumPy frees the lock as it computes)."""
    turns, scenes = np.random.default_rng(seed).spawn(2)
    # Each picture takes its own numbers from the generators, in its turn: the first ones do not depend on n.
    # In each run of as many pictures as there are shapes, every shape comes once.
    kinds = len(SHAPES)
    labels = turns.random((-(-n // kinds), kinds)).argsort(axis=1).reshape(-1)[:n].astype(np.int64)
    scenes = scenes.random((n, 14))
    images = np.empty((n, SIDE, SIDE), np.uint8)

    def draw(job):
        shape, rows = job
        # Always as many at once: some of NumPy's results depend, in their last digit, on the length of the arrays.
        images[rows] = _draw(shape, scenes[np.resize(rows, BLOCK)])[: len(rows)]

    jobs = []
    for label, shape in enumerate(SHAPES.values()):
        rows = np.flatnonzero(labels == label)
        jobs += [(shape, rows[start : start + BLOCK]) for start in range(0, len(rows), BLOCK)]
    with ThreadPoolExecutor(threads or min(4, os.cpu_count() or 1)) as pool:
        for _ in pool.map(draw, jobs):
            pass
    return {"images": images[..., None], "labels": labels}


def _between(share, low, high):
    return low + (high - low) * share


class Camera(NamedTuple):
    """The cameras and the lights of several pictures, in the frame of the brick: vectors (m, 3) and numbers (m,).

    The ray of the pixel (column, row) has the direction `view` and goes through middle + x right + y up, where
    x = (column - column0) / scale and y = (row0 - row) / scale: a view from very far, without perspective. light: the
    direction of the light, from the brick.
    """

    right: np.ndarray
    up: np.ndarray
    view: np.ndarray
    light: np.ndarray
    middle: np.ndarray
    column0: np.ndarray
    row0: np.ndarray
    scale: np.ndarray

    def take(self, rows):
        return Camera(*(field[rows] for field in self))

    def along(self, vector, constant, columns, rows):
        """vector . (x right + y up) + constant at each pixel: float32, (m, rows, columns). vector: (m, 3) or (3,)."""
        across = (self.right * vector).sum(axis=1) / self.scale
        upwards = (self.up * vector).sum(axis=1) / self.scale
        constant = constant - self.column0 * across + self.row0 * upwards
        across = (columns * across[:, None]).astype(np.float32)
        upwards = (constant[:, None] - rows * upwards[:, None]).astype(np.float32)
        return across[:, None, :] + upwards[:, :, None]

    def at_height(self, level, x, y, columns, rows):
        """Where each ray crosses the horizontal plane of height `level`, counted from (x, y): two arrays."""
        # A ray moves by view / -view_z as it falls by one.
        slopes = -self.view[:, :2] / self.view[:, 2:]
        answer = []
        for axis, origin in ((0, x), (1, y)):
            vector = np.eye(3)[axis] + slopes[:, axis, None] * np.eye(3)[2]
            constant = self.middle[:, axis] - origin + slopes[:, axis] * (self.middle[:, 2] - level)
            answer.append(self.along(vector, constant, columns, rows))
        return answer

    def pixel(self, points):
        """The column and the row of points (m, 3)."""
        points = points - self.middle
        return (
            self.column0 + self.scale * (points * self.right).sum(axis=1),
            self.row0 - self.scale * (points * self.up).sum(axis=1),
        )

    def lit(self, normal):
        """What a facet sends back of the light, (m,): the sky's, then Lambert's law. normal: (m, 3)."""
        return SKY + TOWARDS_SKY * normal[:, 2] + SUN * np.maximum(0, (normal * self.light).sum(axis=1))


class Frame(NamedTuple):
    """A window of pixels, of the same size in each picture: where it is, and its rays."""

    left: np.ndarray
    top: np.ndarray
    width: int
    depth: int

    def rays(self, fine=FINE):
        """The columns (m, width * fine) and the rows (m, depth * fine) of its rays, fine x fine in each pixel."""
        step = (np.arange(SIDE * fine) + 0.5) / fine
        return (
            step[self.left[:, None] * fine + np.arange(self.width * fine)],
            step[self.top[:, None] * fine + np.arange(self.depth * fine)],
        )

    def of(self, pictures, k, picture=None):
        """The part of a picture that is in the k-th window, a view."""
        top, left = self.top[k], self.left[k]
        return pictures[k if picture is None else picture, top : top + self.depth, left : left + self.width]


def _frame(low_column, high_column, low_row, high_row):
    """The smallest window that holds each of these boxes."""
    left, top = np.floor(low_column), np.floor(low_row)
    width = min(SIDE, int((np.ceil(high_column) - left).max()))
    depth = min(SIDE, int((np.ceil(high_row) - top).max()))
    return Frame(np.clip(left, 0, SIDE - width).astype(int), np.clip(top, 0, SIDE - depth).astype(int), width, depth)


def _draw(shape, draws):
    """Pictures (m, 64, 64) of one shape, from numbers (m, 14) in [0, 1)."""
    *view, tone, ground, slant, slope, shade, corners = draws.T
    camera, frame = _camera(shape, *view)
    tone = _between(tone, 0.46, 0.8)
    dark, foot = _ground_shadow(shape, camera)
    pictures = _ground(
        _between(ground, 0.88, 0.97), 2 * np.pi * slant, _between(slope, 0, 0.05), _between(corners, 0.02, 0.08)
    )
    pictures *= (1 - _numbers(_between(shade, 0.36, 0.52)) * dark) * (1 - np.float32(0.17) * foot)
    if shape.boxes:
        shades, seen = _boxes(shape.boxes, camera, frame)
        _lay(pictures, frame, shades * _numbers(tone), seen)
    for level in sorted({part.low for part in shape.rounds}):
        _cylinders(shape, level, camera, tone, pictures)
    return np.rint(255 * np.clip(pictures, 0, 1)).astype(np.uint8)


def _camera(shape, turn, pitch, roll, size, place_x, place_y, azimuth, elevation):
    """The camera of each picture, and the window that holds the brick. Every argument (m,) is in [0, 1)."""
    turn, roll = 2 * np.pi * turn, np.radians(_between(roll, -14, 14))
    pitch = np.radians(_between(pitch, 26, 62))
    azimuth, elevation = np.radians(_between(azimuth, 175, 235)), np.radians(_between(elevation, 42, 58))
    zero = np.zeros(len(turn))
    right = (np.cos(roll), np.sin(roll) * np.sin(pitch), np.sin(roll) * np.cos(pitch))
    up = (-np.sin(roll), np.cos(roll) * np.sin(pitch), np.cos(roll) * np.cos(pitch))
    view = (zero, np.cos(pitch), -np.sin(pitch))
    light = (np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation))
    # The camera and its light turn about the brick.
    right, up, view, light = (
        np.stack([np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x, z], axis=1)
        for x, y, z in (right, up, view, light)
    )
    solids = [(part.low, part.high) for part in shape.boxes]
    solids += [((x - r, y - r, low), (x + r, y + r, high)) for x, y, low, high, r in shape.rounds]
    corners = np.array(
        [
            (x, y, z)
            for low, high in solids
            for x in (low[0], high[0])
            for y in (low[1], high[1])
            for z in (low[2], high[2])
        ]
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    middle = (low + high) / 2
    # The box that holds the brick in the picture, from its middle: on the left, on the right, above, below.
    across, upwards = ((corners - middle) @ axis.T for axis in (right, up))
    box = np.array([across.min(axis=0), across.max(axis=0), -upwards.max(axis=0), -upwards.min(axis=0)])
    # A brick twice as long is 1.4 times as long in the picture, and a margin of 2 pixels is left.
    scale = 11.6 * (4.6 / np.linalg.norm(high - low)) ** 0.5 * _between(size, 0.86, 1.08)
    scale = np.minimum(scale, (SIDE - 4) / np.maximum(box[1] - box[0], box[3] - box[2]))
    box *= scale
    # A little to the left: the shadow falls on the right.
    room_x, room_y = (SIDE - 4 - (box[1] - box[0])) / 2, (SIDE - 4 - (box[3] - box[2])) / 2
    column0 = SIDE / 2 - (box[0] + box[1]) / 2 + np.clip(_between(place_x, -5.5, 2.5), -room_x, room_x)
    row0 = SIDE / 2 - (box[2] + box[3]) / 2 + np.clip(_between(place_y, -4, 4), -room_y, room_y)
    camera = Camera(right, up, view, light, np.broadcast_to(middle, view.shape), column0, row0, scale)
    return camera, _frame(column0 + box[0], column0 + box[1], row0 + box[2], row0 + box[3])


def _numbers(*arrays):
    """Numbers (m,) as float32 arrays (m, 1, 1)."""
    arrays = [np.asarray(array, np.float32)[:, None, None] for array in arrays]
    return arrays[0] if len(arrays) == 1 else arrays


def _mean(fine):
    """The mean of the FINE x FINE rays of each pixel."""
    rows = fine[:, ::FINE] + fine[:, 1::FINE]
    for k in range(2, FINE):
        rows += fine[:, k::FINE]
    pixels = rows[..., ::FINE] + rows[..., 1::FINE]
    for k in range(2, FINE):
        pixels += rows[..., k::FINE]
    return np.multiply(pixels, 1 / FINE**2, dtype=np.float32)


def _lay(pictures, frame, shades, seen, picture=None):
    """Lay a solid over the pictures: its shade, counted 0 outside it, and the share of each pixel that it covers."""
    rest = 1 - seen
    for k in range(len(shades)):
        part = frame.of(pictures, k, None if picture is None else picture[k])
        part *= rest[k]
        part += shades[k]


def _boxes(boxes, camera, frame):
    """The shade of the boxes in a window, and the share of each pixel that they cover."""
    boxes = [_planes(box, camera) for box in boxes]
    nearest = None
    columns, rows = frame.rays()
    for planes in boxes:
        enters, leaves, bright = _through(planes, camera, columns, rows)
        hit = enters < leaves
        if nearest is None:
            nearest, shades, seen = enters, bright * hit, hit
            if len(boxes) > 1:
                nearest[~hit] = FAR
        else:
            hit &= enters < nearest
            np.copyto(nearest, enters, where=hit)
            np.copyto(shades, bright, where=hit)
            seen |= hit
    shades, seen = _mean(shades), _mean(seen.view(np.uint8))
    # One ray a pixel for what varies slowly: darker near the ground, and a light line on the edges, which are rounded.
    nearest = None
    columns, rows = frame.rays(1)
    for planes in boxes:
        enters, edge = _edges(planes, camera, columns, rows)
        if len(boxes) > 1:
            leaves = _through(planes, camera, columns, rows)[1]
            enters = np.where(enters < leaves, enters, enters + FAR)
        if nearest is None:
            nearest, edges = enters, edge
        else:
            # The edge of one box in the middle of a facet of another is none.
            same = np.abs(enters - nearest) < 1e-3
            edges = np.where(same, np.maximum(edges, edge), np.where(enters < nearest, edge, edges))
            nearest = np.minimum(nearest, enters)
    nearest = np.where(nearest > FAR / 2, nearest - FAR, nearest)
    height = camera.along(np.eye(3)[2], camera.middle[:, 2], columns, rows) + nearest * _numbers(camera.view[:, 2])
    shades *= _near_ground(height)
    shades += np.float32(EDGE) * seen * np.maximum(0, 1 - edges)
    return shades, seen


class Plane(NamedTuple):
    """A plane of a box, in each picture: t, how far it is along a ray, is gradient . (x right + y up) + constant.

    front: where it faces the camera, in each picture, or True or False for all of them.
    """

    gradient: np.ndarray
    constant: np.ndarray
    light: np.ndarray
    front: object


def _planes(box, camera):
    """The planes of a box, those that face the camera first."""
    planes = []
    for axis in (2, 0, 1):
        low, high = box.low[axis], box.high[axis]
        side = np.where(camera.view[:, axis] < 0, 1, -1)
        normal = np.eye(3)[axis] * side[:, None]
        planes.append(_plane(camera, normal, np.where(side > 0, high, -low), True))
        planes.append(_plane(camera, -normal, np.where(side > 0, -low, high), False))
    for *normal, distance in box.cuts:
        length = np.linalg.norm(normal)
        planes.append(_plane(camera, np.array([normal] * len(camera.view)) / length, distance / length, None))
    return sorted(planes, key=lambda plane: plane.front is not True)


def _plane(camera, normal, distance, front):
    """The plane normal . p = distance, where p is in the box if normal . p <= distance."""
    facing = (camera.view * normal).sum(axis=1)
    if front is None:
        front = facing < 0
    facing = np.where(np.abs(facing) < 1e-3, np.where(front, -1e-3, 1e-3), facing)
    constant = (distance - (camera.middle * normal).sum(axis=1)) / facing
    return Plane(-normal / facing[:, None], constant, camera.lit(normal), front)


def _through(planes, camera, columns, rows):
    """Where each ray enters a box and leaves it (it misses it where it would leave first), and the light it meets.

    A ray enters a convex solid by the last of the planes that face it, and leaves by the first of the others.
    """
    enters = leaves = None
    for plane in planes:
        time = camera.along(plane.gradient, plane.constant, columns, rows)
        light = _numbers(plane.light)
        if plane.front is True:
            if enters is None:
                enters, bright = time, light
            else:
                bright = np.where(time > enters, light, bright)
                np.maximum(enters, time, out=enters)
        elif plane.front is False:
            leaves = time if leaves is None else np.minimum(leaves, time, out=leaves)
        else:
            front = _numbers(plane.front) > 0
            np.minimum(leaves, np.where(front, FAR, time), out=leaves)
            time = np.where(front, time, -FAR)
            bright = np.where(time > enters, light, bright)
            np.maximum(enters, time, out=enters)
    return enters, leaves, bright


def _edges(planes, camera, columns, rows):
    """Where each ray enters a box, and how far from the nearest edge between two facets, in pixels."""
    fronts, times = [plane for plane in planes if plane.front is not False], []
    for plane in fronts:
        time = camera.along(plane.gradient, plane.constant, columns, rows)
        times.append(time if plane.front is True else np.where(_numbers(plane.front) > 0, time, -FAR))
    enters = functools.reduce(np.maximum, times)
    edges = FAR
    for (one, time), (two, other) in itertools.combinations(zip(fronts, times, strict=True), 2):
        # Across the picture, the two planes part at this speed, from one pixel to the next.
        slopes = [((one.gradient - two.gradient) * axis).sum(axis=1) for axis in (camera.right, camera.up)]
        speed = np.maximum(np.hypot(*slopes), 1e-3) / camera.scale
        # An edge counts only where one of its two planes is what the ray meets.
        hidden = enters - np.maximum(time, other)
        edges = np.minimum(edges, (np.abs(time - other) + 50 * hidden) * _numbers(1 / speed))
    return enters, edges


def _near_ground(height):
    return np.float32(0.8) + np.float32(0.2) * np.clip(height, 0, 1)


def _cylinders(shape, level, camera, tone, pictures):
    """The cylinders that stand at a height: the shadows of all on what carries them, then each, the farthest first."""
    parts = np.array([part for part in shape.rounds if part.low == level])
    count = len(parts)
    order = np.argsort(-(camera.view[:, :2] @ parts[:, :2].T), axis=1, kind="stable")
    # One window for each cylinder of each picture.
    picture, parts = np.repeat(np.arange(len(tone)), count), parts[order].reshape(-1, 5)
    camera, tone = camera.take(picture), tone[picture]
    part = Round(*parts.T)
    if level > 0:
        frame, left = _round_shadows(shape, part, camera)
        for k in range(len(parts)):
            window = frame.of(pictures, k, picture[k])
            window *= left[k]
    frame, shades, seen = _round(part, camera)
    _lay(pictures, frame, shades * _numbers(tone), seen, picture)


def _disc_window(camera, part, level, away):
    """The window that holds a cylinder's disc at a height and the same moved by a vector (m, 3), and a pixel around."""
    reach_x = 1 + part.radius * np.hypot(camera.right[:, 0], camera.right[:, 1]) * camera.scale
    reach_y = 1 + part.radius * np.hypot(camera.up[:, 0], camera.up[:, 1]) * camera.scale
    point = np.stack([part.x, part.y, level], axis=1)
    (a, c), (b, d) = camera.pixel(point), camera.pixel(point + away)
    return _frame(
        np.minimum(a, b) - reach_x, np.maximum(a, b) + reach_x, np.minimum(c, d) - reach_y, np.maximum(c, d) + reach_y
    )


def _round(part, camera):
    """Cylinders in their windows: their shade, and the share of each pixel that they cover."""
    height = part.high - part.low
    frame = _disc_window(camera, part, part.low, height[:, None] * np.eye(3)[2])
    x, y = camera.at_height(part.high, part.x, part.y, *frame.rays())
    radius, height, low = _numbers(part.radius, height, part.low)
    squares = x * x
    squares += y * y
    squares -= radius * radius
    disc = squares < 0
    # A ray that has fallen by f below the disc has moved sideways by f (u, v).
    u, v = _numbers(*(-camera.view[:, :2] / camera.view[:, 2:]).T)
    speed = u * u + v * v
    half = x * u
    half += y * v
    root = half * half
    root -= speed * squares
    wall = root > 0
    np.sqrt(np.maximum(root, 0, out=root), out=root)
    fall = (half + root) * (-1 / speed)
    wall &= fall > 0
    wall &= fall < height
    # The wall's shade by its normal; a light line round the disc.
    lx, ly, lz = _numbers(*camera.light.T)
    across = x * (lx / radius)
    across += y * (ly / radius)
    across += fall * ((u * lx + v * ly) / radius)
    np.maximum(across, 0, out=across)
    across *= np.float32(SUN)
    across += np.float32(SKY)
    across *= _near_ground(low + height - fall)
    rim = squares * (1 / (np.float32(0.25) * radius))
    rim += 1
    np.maximum(rim, 0, out=rim)
    rim *= np.float32(EDGE)
    rim += (np.float32(SKY + TOWARDS_SKY) + np.float32(SUN) * lz) * _near_ground(low + height)
    wall &= ~disc
    rim *= disc
    across *= wall
    rim += across
    wall |= disc
    return frame, _mean(rim), _mean(wall.view(np.uint8))


def _round_shadows(shape, part, camera):
    """What the shadow of each stud leaves of the light on the brick's top: a disc drawn away from the light."""
    away = -camera.light[:, :2] / camera.light[:, 2:] * (part.high - part.low)[:, None]
    frame = _disc_window(camera, part, part.low, np.pad(away, ((0, 0), (0, 1))))
    x, y = camera.at_height(part.low, part.x, part.y, *frame.rays(1))
    u, v = _numbers(*away.T)
    moved = np.clip((x * u + y * v) / (u * u + v * v), 0, 1)
    apart = np.sqrt((x - moved * u) ** 2 + (y - moved * v) ** 2)
    pixels = _numbers(camera.scale)
    dark = np.clip((_numbers(part.radius) - apart) * pixels * np.float32(0.7) + np.float32(0.5), 0, 1)
    # Distance to the border of the top that carries them, inwards.
    inside = -FAR
    x, y = x + _numbers(part.x), y + _numbers(part.y)
    for box in shape.boxes:
        if box.high[2] == part.low[0]:
            top = _top(box)
            one = np.minimum(np.minimum(x - top[0], top[1] - x), np.minimum(y - top[2], top[3] - y))
            inside = np.maximum(inside, one)
    for other in shape.rounds:
        if other.high == part.low[0]:
            inside = np.maximum(inside, other.radius - np.hypot(x - other.x, y - other.y))
    dark *= np.clip(inside * pixels, 0, 1)
    return frame, 1 - np.float32(0.34) * dark


def _top(box):
    """The rectangle of a box's top: low x, high x, low y, high y. A cut takes its far side away."""
    (x0, y0, _), (x1, y1, z) = box.low, box.high
    for _, b, c, distance in box.cuts:
        if b > 0:
            y1 = min(y1, (distance - c * z) / b)
    return x0, x1, y0, y1


def _ground(level, slant, slope, corners):
    """The ground without a brick, (m, 64, 64): lighter on one side, and in the middle."""
    across = np.linspace(-1, 1, SIDE, dtype=np.float32)
    level, x, y, corners = _numbers(level, slope * np.cos(slant), slope * np.sin(slant), corners)
    return level + (x * across - corners / 2 * across**2) + (y * across - corners / 2 * across**2).swapaxes(1, 2)


def _ground_shadow(shape, camera):
    """How dark the brick's shadow is at each pixel of the ground, and how near its foot is: (m, 64, 64), in [0, 1]."""
    rays = Frame(*np.zeros((2, len(camera.scale)), int), SIDE, SIDE).rays(1)
    # A point is in the shadow where the segment that goes from it to the light meets the brick, between two heights:
    # the longer the part in the brick, the darker. The edge is sharp at the brick's foot and soft far from it.
    speeds = camera.light[:, :2] / camera.light[:, 2:]
    speeds = np.where(np.abs(speeds) < 1e-2, 1e-2, speeds)
    zero = np.zeros(len(camera.scale))
    x, y = camera.at_height(zero, zero, zero, *rays)
    one_x, one_y = x * _numbers(-1 / speeds[:, 0]), y * _numbers(-1 / speeds[:, 1])
    dark = foot = np.float32(0)
    for box in shape.boxes:
        enters, leaves = np.float32(box.low[2]), np.float32(box.high[2])
        for axis, time in ((0, one_x), (1, one_y)):
            ends = np.array([box.low[axis], box.high[axis]]) / speeds[:, axis, None]
            enters = np.maximum(enters, time + _numbers(ends.min(axis=1)))
            leaves = np.minimum(leaves, time + _numbers(ends.max(axis=1)))
        for *normal, distance in box.cuts:
            # Where the segment that starts at (x, y, 0) meets the cut's plane: it leaves the brick there, or enters it.
            rise = normal[2] + normal[0] * speeds[:, 0] + normal[1] * speeds[:, 1]
            rise = np.where(np.abs(rise) < 1e-3, 1e-3, rise)
            time = (np.float32(distance) - np.float32(normal[0]) * x - np.float32(normal[1]) * y) * _numbers(1 / rise)
            out = _numbers(rise) > 0
            leaves = np.minimum(leaves, np.where(out, time, FAR))
            enters = np.maximum(enters, np.where(out, -FAR, time))
        leaves -= enters
        dark = np.maximum(dark, leaves)
        if box.low[2] == 0:
            apart = []
            for axis, place in ((0, x), (1, y)):
                place = np.abs(place - np.float32((box.low[axis] + box.high[axis]) / 2))
                place -= np.float32((box.high[axis] - box.low[axis]) / 2)
                apart.append(np.maximum(place, 0, out=place))
            foot = np.maximum(foot, _foot(apart[0] * apart[0] + apart[1] * apart[1]))
    for part in shape.rounds:
        if part.low == 0:
            a, b = x - np.float32(part.x), y - np.float32(part.y)
            u, v = _numbers(*speeds.T)
            time = np.clip((a * u + b * v) * (-1 / (u * u + v * v)), 0, part.high)
            apart = np.hypot(a + time * u, b + time * v)
            dark = np.maximum(dark, part.radius - apart)
            foot = np.maximum(foot, _foot(np.maximum(0, np.hypot(a, b) - part.radius) ** 2))
    dark = np.clip(dark * np.float32(1 / 0.5), 0, 1)
    return _softened(dark * (2 - dark)), foot


def _softened(pictures):
    """Each pixel averaged with its neighbours, with weights 1, 2, 1 along each axis (the border is left as it is)."""
    for axis in (1, 2):
        moved = np.moveaxis(pictures, axis, 0)
        middle = moved[:-2] + moved[2:]
        middle += moved[1:-1]
        middle += moved[1:-1]
        middle *= np.float32(0.25)
        moved[1:-1] = middle
    return pictures


def _foot(squares):
    """From 1 against the brick to 0 at a distance of 0.55, by the square of the distance."""
    near = np.maximum(0, 1 - squares * np.float32(1 / 0.55**2))
    return near * near
