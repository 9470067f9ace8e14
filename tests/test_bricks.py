"""Les briques dessinées : formes, lumière, hasard, vitesse ; le cache des images dessinées."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from fresh_process import processor_seconds
from scipy.spatial import ConvexHull

from tp_gan import data
from tp_gan.data.cache import cached_arrays

# `tp_gan.data.bricks` is the function, which hides the module of the same name.
module = sys.modules["tp_gan.data.bricks"]


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """An empty cache, of the test's own: the folder where drawn pictures are kept."""
    monkeypatch.setenv("TP_GAN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "drawn"


@pytest.fixture(scope="module")
def some():
    return data.bricks(1900)


def test_shape_and_values(some):
    assert some.images.shape == (1900, 64, 64, 1)
    assert some.images.dtype == np.uint8
    assert some.labels.shape == (1900,)
    assert some.labels.dtype == np.int64
    assert some.source == "briques dessinées"
    # Both ends of the greys are used, and no picture is flat.
    assert some.images.min() < 60
    assert some.images.max() > 235
    assert some.images.std(axis=(1, 2, 3)).min() > 8


def test_names(some):
    assert len(some.names) == len(set(some.names)) >= 12
    assert all(
        name.startswith(("brique", "plaque", "tuile", "toit", "arche", "esc", "cyl", "dis")) for name in some.names
    )
    assert "lego" not in " ".join((*some.names, some.source)).lower()


def test_no_two_shapes_are_the_same():
    assert len(set(module.SHAPES.values())) == len(module.SHAPES)


def test_every_shape_comes_as_often(some):
    counts = np.bincount(some.labels, minlength=len(some.names))
    np.testing.assert_array_equal(counts, 1900 // len(some.names))
    part = np.bincount(some.labels[:1000], minlength=len(some.names))
    assert part.max() - part.min() <= 1
    assert set(np.bincount(data.bricks(7).labels)) <= {0, 1}
    # In no fixed order.
    kinds = len(some.names)
    assert not np.array_equal(some.labels[:kinds], some.labels[kinds : 2 * kinds])


def test_seed(some):
    again, other = data.bricks(60), data.bricks(60, seed=1)
    np.testing.assert_array_equal(again.images, data.bricks(60, seed=0).images)
    np.testing.assert_array_equal(again.images, some.images[:60])
    assert not np.array_equal(again.labels, other.labels)
    # No picture of one seed is in the other, nor twice in the same.
    several = np.concatenate([some.images, other.images]).reshape(-1, 64 * 64)
    assert len(np.unique(several, axis=0)) == len(several)


@pytest.mark.parametrize("n", [1, 18, 19, 50, 163])
def test_a_picture_does_not_depend_on_how_many_are_asked_for(some, n):
    part = data.bricks(n)
    np.testing.assert_array_equal(part.images, some.images[:n])
    np.testing.assert_array_equal(part.labels, some.labels[:n])


def test_a_picture_does_not_depend_on_the_threads():
    one, four = (module._drawn(100, 3, threads=threads)["images"] for threads in (1, 4))
    np.testing.assert_array_equal(one, four)


@pytest.mark.parametrize("n", [0, -3, 2.0, 2.5, "10", None])
def test_number_that_is_none(n):
    with pytest.raises(ValueError, match="^n vaut .* : il faut un"):
        data.bricks(n)


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_seed_that_is_none(seed):
    with pytest.raises(ValueError, match="^seed vaut .* : il faut un"):
        data.bricks(3, seed)


def test_numbers_of_numpy():
    assert len(data.bricks(np.int64(3), np.uint8(2)).images) == 3


def test_the_ground_is_light_and_the_brick_darker(some):
    images = some.images[..., 0].astype(float)
    border = np.concatenate([images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1)
    ground = np.median(border, axis=1)
    assert ground.min() > 200
    # The ground is most of each picture, smooth, and the darkest twentieth is well below it.
    assert (np.abs(images - ground[:, None, None]) < 25).mean(axis=(1, 2)).min() > 0.4
    assert (ground - np.quantile(images, 0.05, axis=(1, 2))).min() > 30
    # Each brick is in the picture, whole: in no picture is a border darker than a shadow on the ground.
    assert border.min() > 0.45 * ground.min()
    lightest = np.quantile(images, 0.999, axis=(1, 2))
    assert (lightest - ground).max() < 45


def test_greys_and_sizes_vary(some):
    # Nearly all that is dark in a picture of a tile is its top, whose grey and size follow the picture's own.
    images = some.images[some.labels == some.names.index("tuile lisse 2x2"), ..., 0].astype(float)
    dark = images < 0.9 * np.median(images, axis=(1, 2), keepdims=True)
    greys = [np.median(image[where]) for image, where in zip(images, dark, strict=True)]
    assert np.std(greys) > 15
    _, camera, _ = shown("tuile lisse 2x2")
    assert camera.scale.max() > 1.1 * camera.scale.min()


def shown(name, seed=0):
    """A shape, its cameras, and its share of each pixel."""
    shape = module.SHAPES[name]
    draws = np.random.default_rng(seed).random((module.BLOCK, 14))
    camera, frame = module._camera(shape, *draws.T[:8])
    return shape, camera, frame


@pytest.mark.parametrize("name", ["tuile lisse 2x2", "tuile lisse 1x4", "toit"])
def test_silhouette_of_a_convex_brick(name):
    # It is the projection of the solid: its area is that of the convex hull of the projected corners.
    shape, camera, frame = shown(name)
    (box,) = shape.boxes
    corners = np.array([(x, y, z) for x in (0, box.high[0]) for y in (0, box.high[1]) for z in (0, box.high[2])])
    if name == "toit":
        ridge = np.array([(1, 0, module.BRICK), (1, 3, module.BRICK)])
        corners = np.concatenate([corners[corners[:, 2] == 0], corners[corners[:, 2] > 0] * [1, 1, 0.125], ridge])
    _, seen = module._boxes(shape.boxes, camera, frame)
    for k in range(module.BLOCK):
        column, row = camera.take([k] * len(corners)).pixel(corners)
        area = ConvexHull(np.stack([column, row], axis=1)).volume
        # 9 rays a pixel: the error is a small share of the outline.
        assert seen[k].sum() == pytest.approx(area, rel=0.01)


@pytest.mark.parametrize("name", ["cylindre 1x1", "disque lisse"])
def test_silhouette_of_a_round_brick(name):
    # An ellipse of half-axes r and r sin(pitch), moved down by h cos(pitch).
    shape, camera, _ = shown(name)
    part = module.Round(*(np.full(module.BLOCK, value) for value in shape.rounds[0]))
    _, _, seen = module._round(part, camera)
    sine = -camera.view[:, 2]
    area = np.pi * part.radius**2 * sine + 2 * part.radius * (part.high - part.low) * np.sqrt(1 - sine**2)
    np.testing.assert_allclose(seen.sum(axis=(1, 2)), area * camera.scale**2, rtol=0.01)


def test_facets_are_lit_by_lambert():
    # The brightest facet is the one that faces the light the most, whatever the camera: here, always the top.
    shape, camera, frame = shown("tuile lisse 2x2")
    shades, seen = module._boxes(shape.boxes, camera, frame)
    top = camera.lit(np.array([[0, 0, 1.0]] * module.BLOCK))
    for normal in ([1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]):
        assert (camera.lit(np.array([normal] * module.BLOCK, float)) < top).all()
    np.testing.assert_allclose(np.median(shades[seen == 1]), np.median(top * (0.8 + 0.2 * module.PLATE)), atol=0.05)


def test_the_shadow_falls_away_from_the_light():
    for name, shape in module.SHAPES.items():
        _, camera, _ = shown(name)
        dark, foot = module._ground_shadow(shape, camera)
        assert dark.min() == 0
        assert 0.9 < dark.max() <= 1, name
        # From the middle of the brick's foot to the middle of its shadow.
        rows, columns = np.mgrid[:64, :64] + 0.5
        shift = [
            (dark * place).sum(axis=(1, 2)) / dark.sum(axis=(1, 2))
            - ((foot == 1) * place).sum(axis=(1, 2)) / (foot == 1).sum(axis=(1, 2))
            for place in (columns, rows)
        ]
        ends = camera.pixel(camera.middle - camera.light * [1, 1, 0]), camera.pixel(camera.middle)
        away = np.subtract(*ends)
        assert ((np.array(shift) * away).sum(axis=0) > 0).all(), name


def test_shapes_can_be_told_apart(some):
    # A classifier of scikit-learn on 16x16 pixels: 65 to 68 % of right answers over seeds 0 to 2, where chance has 5 %.
    from sklearn.svm import SVC

    x = some.images.reshape(-1, 16, 4, 16, 4).mean(axis=(2, 4)).reshape(len(some.images), -1) / 255
    score = SVC(C=30).fit(x[:1500], some.labels[:1500]).score(x[1500:], some.labels[1500:])
    assert score > 0.55


def test_speed():
    # 500 pictures take 0.3 to 0.4 s of processor time; 20,000 in 30 s would be 0.75 s.
    setup = "import importlib; module = importlib.import_module('tp_gan.data.bricks')"
    assert processor_seconds(setup, "module._drawn(500, 5)") < 5


def test_memory_does_not_grow_with_the_pictures():
    import tracemalloc

    tracemalloc.start()
    data.bricks(600)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 600 * 64 * 64 + 40e6


def count_calls(monkeypatch):
    calls, draw = [], module._drawn

    def counted(n, seed):
        calls.append((n, seed))
        return draw(n, seed)

    monkeypatch.setattr(module, "_drawn", counted)
    return calls


def test_only_many_pictures_are_kept(monkeypatch, cache):
    monkeypatch.setattr(module, "CACHED_FROM", 20)
    calls = count_calls(monkeypatch)
    for _ in range(2):
        data.bricks(19)
    assert calls == [(19, 0)] * 2
    assert not cache.exists()


def test_second_call_reads_the_cache(monkeypatch, cache):
    monkeypatch.setattr(module, "CACHED_FROM", 20)
    calls = count_calls(monkeypatch)
    first, second = data.bricks(20, 1), data.bricks(20, 1)
    assert calls == [(20, 1)]
    assert len(list(cache.iterdir())) == 1
    np.testing.assert_array_equal(first.images, second.images)
    np.testing.assert_array_equal(first.labels, second.labels)
    assert second.images.dtype == np.uint8
    second.images[:] = 0  # what is read is the caller's own
    np.testing.assert_array_equal(data.bricks(20, 1).images, first.images)


def test_numbers_seeds_and_versions_do_not_mix(monkeypatch, cache):
    monkeypatch.setattr(module, "CACHED_FROM", 20)
    calls = count_calls(monkeypatch)
    sets = [data.bricks(20, 0), data.bricks(20, 1), data.bricks(21, 0)]
    assert calls == [(20, 0), (20, 1), (21, 0)]
    assert not np.array_equal(sets[0].images, sets[1].images)
    monkeypatch.setattr(module, "VERSION", module.VERSION + 1)
    data.bricks(20, 0)
    assert calls[3:] == [(20, 0)]
    assert len(list(cache.iterdir())) == 4


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-500])


def altered(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def emptied(path):
    path.write_bytes(b"")


def other_number(path):
    np.savez(path, images=np.zeros((19, 64, 64, 1), np.uint8), labels=np.zeros(19, np.int64))


def other_type(path):
    np.savez(path, images=np.zeros((20, 64, 64, 1), np.float32), labels=np.zeros(20, np.int64))


def other_arrays(path):
    np.savez(path, images=np.zeros((20, 64, 64, 1), np.uint8))


def pickled(path):
    np.savez(path, images=np.array([None] * 20), labels=np.zeros(20, np.int64))


@pytest.mark.parametrize("spoil", [cut_short, altered, emptied, other_number, other_type, other_arrays, pickled])
def test_broken_file_is_made_again(monkeypatch, cache, spoil):
    monkeypatch.setattr(module, "CACHED_FROM", 20)
    right = data.bricks(20)
    (path,) = cache.iterdir()
    content = path.read_bytes()
    spoil(path)
    calls = count_calls(monkeypatch)
    for _ in range(2):
        np.testing.assert_array_equal(data.bricks(20).images, right.images)
    assert calls == [(20, 0)]
    assert len(content) == path.stat().st_size


def test_objects_are_not_read(cache):
    cache.mkdir(parents=True)
    pickled(cache / "a.npz")
    assert list(cached_arrays("a", lambda: {"x": np.arange(3)})) == ["x"]


def test_a_cache_that_cannot_be_written_is_no_error(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    monkeypatch.setenv("TP_GAN_CACHE", str(file))
    np.testing.assert_array_equal(cached_arrays("a", lambda: {"x": np.arange(3)})["x"], [0, 1, 2])
    assert file.read_text() == "x"


def test_a_file_that_cannot_be_written_whole_leaves_nothing(monkeypatch, cache):
    def full(file, **arrays):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    assert cached_arrays("a", lambda: {"x": np.arange(3)})["x"].tolist() == [0, 1, 2]
    assert list(cache.iterdir()) == []


def test_an_error_while_drawing_leaves_nothing(cache):
    with pytest.raises(ZeroDivisionError):
        cached_arrays("a", lambda: {"x": 1 / 0})
    assert not cache.exists()


def test_what_a_killed_process_left_is_removed(cache):
    cache.mkdir(parents=True)
    old, recent = cache / "tmpold", cache / "tmprecent"
    for path in (old, recent):
        path.write_text("half")
    os.utime(old, (time.time() - 700,) * 2)
    cached_arrays("a", lambda: {"x": np.arange(3)})
    assert sorted(path.name for path in cache.iterdir()) == ["a.npz", "tmprecent"]


def test_several_at_once(cache):
    # All four find no file, then all make it and write it.
    barrier = threading.Barrier(4, timeout=60)

    def make():
        barrier.wait()
        return {"x": np.arange(100_000)}

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: cached_arrays("a", make), range(4)))
    assert all(np.array_equal(answer["x"], np.arange(100_000)) for answer in answers)
    assert [path.name for path in cache.iterdir()] == ["a.npz"]
    assert len(cached_arrays("a", None, {"x": ((100_000,), int)})["x"]) == 100_000


def test_several_processes_at_once(cache):
    program = (
        "import sys; from tp_gan import data; sys.modules['tp_gan.data.bricks'].CACHED_FROM = 20; "
        "print(int(data.bricks(300, 9).images.sum()))"
    )
    running = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (process.communicate()[0] for process in running)
    assert [process.returncode for process in running] == [0, 0]
    assert first == second != ""
    assert [path.name for path in cache.iterdir()] == [f"bricks-v{module.VERSION}-300-9.npz"]
