"""Les images : chiffres intégrés, MNIST depuis un dossier, le cache ou un miroir (un serveur local)."""

import gzip
import hashlib
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pooch
import pytest
import torch

from tp_gan import CourseError, data
from tp_gan.data import idx, sources

TRAIN = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
REAL = os.environ.get("TP_GAN_DATA", "")


def idx_bytes(array):
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def small_set(n, seed=0):
    generator = np.random.default_rng(seed)
    images = generator.integers(0, 256, (n, 28, 28), dtype=np.uint8)
    images[0, 0, 0], images[0, 0, 1] = 0, 255
    return images, (np.arange(n) % 10).astype(np.uint8)


def write(folder, names, images, labels, compressed=True):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(names, (images, labels), strict=True):
        content = idx_bytes(array)
        if compressed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    """Nothing of this machine's: no shared folder, an empty cache, and no mirror to ask."""
    monkeypatch.delenv("TP_GAN_DATA", raising=False)
    monkeypatch.setenv("TP_GAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TP_GAN_BUDGET", "cpu")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for name in sources.MIRRORS:
        monkeypatch.setitem(sources.MIRRORS, name, [])


@pytest.fixture
def shared(monkeypatch, tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    monkeypatch.setenv("TP_GAN_DATA", str(folder))
    return folder


# The embedded digits


def test_digits_are_those_of_scikit_learn_in_two_parts():
    train, test = data.digits(), data.digits("test")
    assert [len(train.images), len(test.images)] == [1437, 360]
    for part in (train, test):
        assert part.images.dtype == torch.float32
        assert part.images.shape[1:] == (1, 28, 28)
        assert part.labels.dtype == torch.int64
        assert set(part.labels.tolist()) == set(range(10))
        data.check_pictures(part.images)
    # Averaged over the cells of 2.5 pixels, each picture is still the one it was made from.
    from sklearn.datasets import load_digits

    bunch = load_digits()
    order = np.random.default_rng(0).permutation(1797)
    np.testing.assert_array_equal(torch.cat([train.labels, test.labels]), bunch.target[order])
    box = torch.cat([train.images, test.images])[:, :, 4:24, 4:24]
    cells = torch.nn.functional.interpolate(box, 40, mode="nearest").reshape(-1, 8, 5, 8, 5).mean((2, 4)).numpy()
    source = bunch.images[order]
    correlations = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(cells, source, strict=True)]
    assert min(correlations) > 0.93  # the least of the 1,797 is 0.957, as this test computes it


def test_digits_have_the_range_the_margin_and_the_crispness_of_mnist():
    images = data.digits().images
    assert images.min() == -1
    assert (images.amax((1, 2, 3)) == 1).all()
    # Three pixels of pure background all around, but for strokes that touch the edge of their source.
    inside = torch.zeros(28, 28, dtype=torch.bool)
    inside[3:25, 3:25] = True
    assert (images[:, 0, ~inside] == -1).all()
    # MNIST's 10,000 test pictures: 13.3 % of light, 8.6 % of pixels between a tenth and nine tenths of it.
    light = (images + 1) / 2
    assert 0.12 < light.mean() < 0.15
    assert ((light > 0.1) & (light < 0.9)).float().mean() < 0.09


def test_digits_are_the_callers_own():
    data.digits().images.zero_()
    assert data.digits().images.min() == -1


def test_unknown_split():
    for read in (data.digits, data.mnist, data.fashion_mnist):
        with pytest.raises(CourseError, match="« train » ou « test »"):
            read("validation")


# Cutting and checking


def test_hold_out_is_a_partition_by_the_seeded_permutation():
    pictures = data.Pictures(torch.arange(10.0).view(10, 1, 1, 1), torch.arange(10), "essai")
    train, test = data.hold_out(pictures)
    assert torch.cat([train.labels, test.labels]).tolist() == np.random.default_rng(0).permutation(10).tolist()
    assert len(test.labels) == 2
    assert (train.images.flatten() == train.labels).all()
    assert train.source == "essai"
    assert (
        data.hold_out(pictures, share=0.3, seed=1)[1].labels.tolist() != data.hold_out(pictures, 0.3)[1].labels.tolist()
    )
    for share in (0, 1, 1.5):
        with pytest.raises(ValueError, match="serait vide"):
            data.hold_out(pictures, share)


GOOD = torch.linspace(-1, 1, 2 * 28 * 28).view(2, 1, 28, 28)


@pytest.mark.parametrize(
    "images", [GOOD, GOOD.numpy(), GOOD.double(), -torch.ones(1, 1, 28, 28), torch.ones(2, 1, 28, 28), GOOD[:, :, :14]]
)
def test_good_pictures(images):
    data.check_pictures(images)


def test_colour_pictures():
    data.check_pictures(GOOD.expand(2, 3, 28, 28), channels=3)
    with pytest.raises(CourseError, match=re.escape("permute(0, 3, 1, 2)")):
        data.check_pictures(torch.zeros(2, 28, 28, 3), channels=3)


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (None, "de type NoneType"),
        ([[0.0]], "de type list"),
        (GOOD[:0], "aucune"),
        (GOOD.view(2, 784), "view"),
        (GOOD[:, 0], "unsqueeze"),
        (GOOD[0, 0, 0], "au lieu de"),
        (GOOD.permute(0, 2, 3, 1), "permute(0, 3, 1, 2)"),
        (GOOD.expand(2, 3, 28, 28), "(2, 3, 28, 28)"),
        (torch.full_like(GOOD, torch.nan), "NaN"),
        (torch.where(GOOD > 0.99, torch.nan, GOOD), "NaN"),
        (torch.where(GOOD > 0.99, torch.inf, GOOD), "hors de [-1, 1]"),
        ((GOOD + 1) / 2, "2 * images - 1"),
        ((GOOD + 1) * 127.5, "divisez par 127.5"),
        (((GOOD + 1) * 127.5).to(torch.uint8), "divisez par 127.5"),
        (GOOD * 1.5, "hors de [-1, 1]"),
    ],
)
def test_bad_pictures(images, words):
    with pytest.raises(CourseError, match=re.escape(words)):
        data.check_pictures(images)


# Files of the shared folder


@pytest.mark.parametrize("where", ["mnist", "."])
@pytest.mark.parametrize("compressed", [True, False])
def test_mnist_from_the_shared_folder(shared, where, compressed):
    images, labels = small_set(30)
    write(shared / where, TEST, images, labels, compressed)
    pictures = data.mnist("test")
    assert pictures.source == "MNIST"
    assert pictures.images.shape == (30, 1, 28, 28)
    assert pictures.images.dtype == torch.float32
    np.testing.assert_allclose(pictures.images[:, 0], images / 127.5 - 1, atol=1e-6)
    assert pictures.images[0, 0, 0, :2].tolist() == [-1, 1]
    assert pictures.labels.tolist() == labels.tolist()


def test_fashion_mnist_is_not_taken_for_mnist(shared):
    write(shared / "fashion_mnist", TRAIN, *small_set(12))
    write(shared, TRAIN, *small_set(13))
    assert len(data.fashion_mnist().images) == 12
    assert data.fashion_mnist().source == "Fashion-MNIST"
    assert len(data.mnist().images) == 13


def test_mnist_from_an_npz(shared):
    (x_train, y_train), (x_test, y_test) = small_set(20), small_set(10, seed=1)
    np.savez(shared / "mnist.npz", x_train=x_train, y_train=y_train.astype(int), x_test=x_test, y_test=y_test)
    assert len(data.mnist().images) == 20
    np.testing.assert_allclose(data.mnist("test").images[:, 0], x_test / 127.5 - 1, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x_train": None}, "Il manque x_train"),
        ({"x_train": np.zeros((20, 784), np.uint8)}, "(20, 784)"),
        ({"x_train": np.zeros((20, 28, 28), np.float32)}, "float32"),
        ({"y_train": np.zeros(20)}, "float64"),
        ({"y_train": np.full(20, 10)}, "0 à 9"),
        ({"y_train": np.full(20, -1)}, "0 à 9"),
        ({"y_train": np.zeros(19, int)}, "ne vont pas ensemble"),
        ({"y_train": np.array([{}] * 20)}, "objets Python"),
    ],
)
def test_bad_npz(shared, change, words):
    images, labels = small_set(20)
    arrays = {"x_train": images, "y_train": labels} | change
    np.savez(shared / "mnist.npz", **{name: array for name, array in arrays.items() if array is not None})
    with pytest.raises(CourseError, match=re.escape(words)) as caught:
        data.mnist()
    assert "mnist.npz" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 truncated", b"<html>403</html>"])
def test_npz_that_is_none(shared, content):
    (shared / "mnist.npz").write_bytes(content)
    with pytest.raises(CourseError, match="mnist.npz.*ne se lit pas"):
        data.mnist()


def test_npz_cut_or_altered(shared):
    images, labels = small_set(20)
    path = shared / "mnist.npz"
    np.savez_compressed(path, x_train=images, y_train=labels)
    whole = path.read_bytes()
    for bad in (whole[: len(whole) // 2], whole[:3000] + bytes(50) + whole[3050:]):
        path.write_bytes(bad)
        with pytest.raises(CourseError, match="ne se lit pas"):
            data.mnist()
    path.unlink()
    np.save(shared / "array.npy", images)
    (shared / "array.npy").rename(path)
    with pytest.raises(CourseError, match="ne se lit pas"):
        data.mnist()


IMAGES, LABELS = small_set(20)


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (b"", idx_bytes(LABELS), "images-idx3-ubyte.gz » n'est pas un fichier idx"),
        (b"<html>403 Forbidden</html>", idx_bytes(LABELS), "n'est pas un fichier idx d'images"),
        (idx_bytes(LABELS), idx_bytes(LABELS), "00 00 08 01, au lieu de 00 00 08 03"),
        (idx_bytes(IMAGES), idx_bytes(IMAGES), "labels-idx1-ubyte.gz » n'est pas un fichier idx d'étiquettes"),
        (b"\0\0\x0d\x03" + idx_bytes(IMAGES)[4:], idx_bytes(LABELS), "00 00 0d 03"),
        (idx_bytes(IMAGES)[:10], idx_bytes(LABELS), "n'est pas un fichier idx"),
        (idx_bytes(IMAGES)[:-1], idx_bytes(LABELS), "annonce 20 x 28 x 28 = 15680 octets et en contient 15679"),
        (idx_bytes(IMAGES) + b"\0", idx_bytes(LABELS), "15681"),
        (idx_bytes(IMAGES).replace(b"\0\0\0\x1c", b"\xff\xff\xff\xff"), idx_bytes(LABELS), "4294967295"),
        (idx_bytes(IMAGES.reshape(20, 14, 56)), idx_bytes(LABELS), "(20, 14, 56)"),
        (idx_bytes(IMAGES[:0]), idx_bytes(LABELS[:0]), "(0, 28, 28)"),
        (idx_bytes(IMAGES), idx_bytes(LABELS[:-1]), "ne vont pas ensemble"),
        (idx_bytes(IMAGES), idx_bytes(LABELS + 1), "étiquettes de 1 à 10"),
        (gzip.compress(idx_bytes(IMAGES))[:-100], idx_bytes(LABELS), "tronqué ou altéré"),
        (gzip.compress(idx_bytes(IMAGES))[:200] + bytes(99), idx_bytes(LABELS), "tronqué ou altéré"),
        (gzip.compress(idx_bytes(IMAGES))[:-8] + bytes(8), idx_bytes(LABELS), "tronqué ou altéré"),
    ],
)
def test_bad_idx(shared, images, labels, words):
    for name, content in zip(TRAIN, (images, labels), strict=True):
        (shared / f"{name}.gz").write_bytes(content)
    with pytest.raises(CourseError, match=re.escape(words)):
        data.mnist()


def test_a_split_that_is_absent_says_so(shared):
    write(shared / "mnist", TEST, *small_set(10))
    with pytest.raises(CourseError) as caught:
        data.mnist()
    for words in (str(shared / "mnist"), "seulement « test »", TRAIN[0], TRAIN[1]):
        assert words in str(caught.value)
    (shared / "mnist" / f"{TEST[1]}.gz").unlink()
    for ask in (lambda: data.mnist("test"), data.handwritten):
        with pytest.raises(CourseError, match="sans leur pair"):
            ask()


def test_ten_thousand_pictures_are_read_in_half_a_second(tmp_path):
    """0.05 to 0.25 s for the real files, on two shared cores: one array at a time, never a picture at a time."""
    images, labels = np.zeros((10_000, 28, 28), np.uint8), np.zeros(10_000, np.uint8)
    images[:, 4:24, 4:24] = np.random.default_rng(0).integers(0, 256, (20, 20))
    write(tmp_path, TEST, images, labels)
    paths = [tmp_path / f"{name}.gz" for name in TEST]
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        data.pictures._pictures(*idx.read_idx(*paths), "MNIST")
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.5


@pytest.mark.skipif(not REAL, reason="sans TP_GAN_DATA, pas de vrai MNIST")
def test_real_mnist(monkeypatch):
    monkeypatch.setenv("TP_GAN_DATA", REAL)
    if "test" not in sources.at_hand("mnist"):
        pytest.skip("pas de MNIST dans TP_GAN_DATA")
    pictures = data.mnist("test")
    data.check_pictures(pictures.images)
    # The counts by digit that the published test split has.
    assert pictures.labels.bincount().tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    # What the embedded digits are tuned to.
    light = (pictures.images + 1) / 2
    assert abs(light.mean().item() - 0.1325) < 1e-4
    assert round(((light > 0.1) & (light < 0.9)).float().mean().item(), 3) == 0.086
    published = sources.PUBLISHED["mnist"].files["test"].values()
    for path, (md5, size) in zip(sources.locate("mnist", "test"), published, strict=False):
        if path.suffix == ".gz":
            assert (hashlib.md5(path.read_bytes()).hexdigest(), path.stat().st_size) == (md5, size)


# Mirrors


class Mirror(BaseHTTPRequestHandler):
    """/good/FILE gives it; /403/, /503/, /silent/, /truncated/, /altered/ and /slow/ each fail in their way."""

    files, asked, release = None, None, None  # set by the fixture

    def do_GET(self):
        way, name = self.path.strip("/").split("/")
        self.asked.append((way, name))
        content = self.files[name]
        if way.isdigit():
            self.send_error(int(way))
            return
        if way == "silent":
            self.release.wait(10)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if way == "slow":
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self.release.wait(10)
        elif way == "truncated":
            self.wfile.write(content[: len(content) // 2])
        else:
            self.wfile.write(content if way == "good" else content[:-9] + bytes(9))

    def log_message(self, *arguments):
        pass


@pytest.fixture
def mirror(monkeypatch):
    """A server of small files published as MNIST; gives a function that sets the mirrors by their ways."""
    contents = {}
    for names, n in ((TRAIN, 30), (TEST, 10)):
        for name, array in zip(names, small_set(n), strict=True):
            contents[f"{name}.gz"] = gzip.compress(idx_bytes(array))
    described = {
        split: {
            f"{name}.gz": (hashlib.md5(contents[f"{name}.gz"]).hexdigest(), len(contents[f"{name}.gz"]))
            for name in names
        }
        for split, names in (("train", TRAIN), ("test", TEST))
    }
    monkeypatch.setitem(sources.PUBLISHED, "mnist", sources.Published("MNIST", described))
    monkeypatch.setattr(Mirror, "files", contents)
    monkeypatch.setattr(Mirror, "asked", [])
    monkeypatch.setattr(Mirror, "release", threading.Event())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def use(*ways):
        addresses = [f"http://127.0.0.1:{server.server_port}/{way}/" for way in ways]
        monkeypatch.setitem(sources.MIRRORS, "mnist", addresses)
        return Mirror

    yield use
    Mirror.release.set()
    server.shutdown()
    server.server_close()


def cached(tmp_path):
    return sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


def test_a_download_is_kept_in_the_cache(mirror, tmp_path, capsys):
    asked = mirror("good").asked
    pictures = data.mnist()
    assert len(pictures.images) == 30
    assert cached(tmp_path) == sorted(f"{name}.gz" for name in TRAIN)
    said = capsys.readouterr()
    assert said.out.startswith("Téléchargement de MNIST (« train », 0,0 Mo)")
    assert said.err == ""
    assert not pooch.get_logger().isEnabledFor(logging.INFO)
    assert torch.equal(data.mnist().images, pictures.images)
    assert len(asked) == 2
    assert capsys.readouterr().out == ""


def test_a_large_download_shows_its_progress(mirror, capsys, monkeypatch):
    files = mirror("good").files
    name = f"{TEST[0]}.gz"
    # Stored, not compressed: over the megabyte from which a bar is shown.
    files[name] = gzip.compress(idx_bytes(np.zeros((2000, 28, 28), np.uint8)), 0)
    files[f"{TEST[1]}.gz"] = gzip.compress(idx_bytes(np.zeros(2000, np.uint8)))
    for file in (name, f"{TEST[1]}.gz"):
        entry = (hashlib.md5(files[file]).hexdigest(), len(files[file]))
        monkeypatch.setitem(sources.PUBLISHED["mnist"].files["test"], file, entry)
    assert len(data.mnist("test").images) == 2000
    said = capsys.readouterr()
    assert "1,6 Mo" in said.out
    assert "100%" in said.err


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("403", "a répondu 403"),
        ("503", "a répondu 503"),
        ("404", "a répondu 404"),
        ("silent", "est resté muet 0,3 s"),
        ("slow", "est resté muet 0,3 s"),
        ("truncated", "a coupé avant la fin"),
        ("altered", "altéré"),
    ],
)
def test_a_mirror_that_fails(mirror, tmp_path, monkeypatch, way, words):
    if way in ("silent", "slow"):
        monkeypatch.setattr(sources, "TIMEOUT", 0.3)
    mirror(way)
    with pytest.raises(CourseError) as caught:
        data.mnist()
    for part in (words, "127.0.0.1", TRAIN[0], "TP_GAN_DATA", "data.digits()"):
        assert part in str(caught.value)
    assert cached(tmp_path) == []


@pytest.mark.parametrize("way", ["403", "silent", "truncated", "altered"])
def test_the_next_mirror_makes_up_for_one_that_fails(mirror, monkeypatch, way):
    # Long enough for the good mirror to answer on a loaded machine.
    monkeypatch.setattr(sources, "TIMEOUT", 1.0 if way == "silent" else 15.0)
    asked = mirror(way, "good").asked
    assert len(data.mnist().images) == 30
    assert sorted(asked) == sorted((one, f"{name}.gz") for one in (way, "good") for name in TRAIN)


def test_every_mirror_is_named(mirror, monkeypatch):
    mirror("403", "altered")
    # A port where nobody listens: as without a network.
    sources.MIRRORS["mnist"].append("http://127.0.0.1:9/")
    with pytest.raises(CourseError, match="a répondu 403, .*altéré.*, 127.0.0.1:9 est injoignable"):
        data.mnist()


def test_a_damaged_file_of_the_cache_is_downloaded_again(mirror, tmp_path):
    asked = mirror("good").asked
    data.mnist()
    path = tmp_path / "cache" / "mnist" / f"{TRAIN[0]}.gz"
    whole = path.read_bytes()
    for damaged in (whole[:-5], b"", whole[:100] + b"?" + whole[101:]):
        path.write_bytes(damaged)
        asked.clear()
        assert len(data.mnist().images) == 30
        assert asked == [("good", path.name)]
        assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written(mirror, tmp_path, monkeypatch):
    mirror("good")
    file = tmp_path / "file"
    file.write_text("x")
    monkeypatch.setenv("TP_GAN_CACHE", str(file))
    with pytest.raises(CourseError, match="TP_GAN_CACHE"):
        data.mnist()


def test_a_killed_download_leaves_nothing_under_the_final_name(mirror, tmp_path):
    handler = mirror("slow")
    code = f"""
import sys
sys.path.insert(0, {str(Path(sources.__file__).parents[2])!r})
from tp_gan.data import sources
sources.PUBLISHED["mnist"] = sources.Published("MNIST", {sources.PUBLISHED["mnist"].files!r})
sources.MIRRORS["mnist"] = {sources.MIRRORS["mnist"]!r}
sources.locate("mnist", "train")
"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not handler.asked and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    (left,) = (tmp_path / "cache" / "mnist").iterdir()
    assert left.name.startswith("tmp")
    assert sources.at_hand("mnist") == set()
    # A later download completes; what was left goes once nobody can be writing to it any more.
    mirror("good")
    data.mnist("test")
    assert left.exists()
    os.utime(left, (time.time() - 3600,) * 2)
    data.mnist("train")
    assert cached(tmp_path) == sorted(f"{name}.gz" for name in TRAIN + TEST)


# What the sessions use


def test_handwritten_without_mnist_is_the_embedded_digits(capsys):
    train, test = data.handwritten()
    assert [len(train.images), len(test.images)] == [1437, 360]
    assert capsys.readouterr().out == (
        "Données : chiffres intégrés (scikit-learn), 1 437 et 360 images pour l'entraînement et pour le test\n"
    )


def test_handwritten_cuts_a_single_split(shared, capsys):
    images, labels = small_set(50)
    write(shared / "mnist", TEST, images, labels)
    train, test = data.handwritten()
    order = np.random.default_rng(0).permutation(50)
    np.testing.assert_array_equal(train.labels, labels[order[:40]])
    np.testing.assert_array_equal(test.labels, labels[order[40:]])
    assert capsys.readouterr().out == "Données : MNIST, 40 et 10 images pour l'entraînement et pour le test\n"


def test_handwritten_takes_both_splits(shared):
    write(shared, TRAIN, *small_set(30))
    write(shared, TEST, *small_set(10))
    assert [len(part.images) for part in data.handwritten()] == [30, 10]


def test_handwritten_from_the_cache(mirror):
    asked = mirror("good").asked
    data.mnist("test")
    assert [len(part.images) for part in data.handwritten()] == [8, 2]
    assert len(asked) == 2


def test_handwritten_downloads_for_a_gpu_only(mirror, monkeypatch):
    asked = mirror("good").asked
    assert len(data.handwritten()[0].images) == 1437
    assert asked == []
    monkeypatch.setattr("tp_gan.training.budget", lambda: "gpu")
    assert [len(part.images) for part in data.handwritten()] == [30, 10]


def test_handwritten_says_that_a_download_failed_and_goes_on(mirror, monkeypatch, capsys):
    mirror("503")
    monkeypatch.setattr("tp_gan.training.budget", lambda: "gpu")
    assert len(data.handwritten()[0].images) == 1437
    said = capsys.readouterr()
    assert "a répondu 503" in said.err
    assert "Les chiffres intégrés au cours les remplacent." in said.err
    assert "chiffres intégrés" in said.out


def test_published_files_are_four_with_their_checksums():
    assert set(sources.PUBLISHED) == set(sources.MIRRORS) == {"mnist", "fashion_mnist"}
    for published in sources.PUBLISHED.values():
        for split, names in (("train", TRAIN), ("test", TEST)):
            assert list(published.files[split]) == [f"{name}.gz" for name in names]
            assert all(re.fullmatch("[0-9a-f]{32}", md5) for md5, _ in published.files[split].values())
