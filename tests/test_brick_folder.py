"""Les briques en fichiers : le dossier de celles de Kaggle, leurs types, et les dessinées écrites en PNG."""

import errno
import os
import signal
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tp_gan import CourseError, data
from tp_gan.data import brick_files, kaggle

HANDLE = "joosthazelzet/lego-brick-images"
TYPES = ("2357 Brick corner 1x2x2", "3001 Brick 2x4", "3003 Brick 2x2")


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    """Nothing of this machine's: no shared folder, empty caches, no kagglehub."""
    monkeypatch.delenv("TP_GAN_DATA", raising=False)
    monkeypatch.setenv("TP_GAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TP_GAN_BUDGET", "cpu")
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kagglehub"))
    monkeypatch.setattr(kaggle, "MOUNT", tmp_path / "mount")
    monkeypatch.setitem(sys.modules, "kagglehub", None)


def grey(kind, view):
    return 80 * kind + view


def write(folder, views=4, mode="L"):
    """A small set, as Kaggle's is: each type seen from some places, by both eyes."""
    folder.mkdir(parents=True)
    for kind, name in enumerate(TYPES):
        for view in range(views):
            for eye in "LR":
                picture = Image.new("L", (40, 40), grey(kind, view)).convert(mode)
                picture.save(folder / f"{name} {view:03d}{eye}.png")
    (folder.parent / "validation.txt").write_text("3001 Brick 2x4 000L.png\n")
    return folder


def check(bricks, n):
    assert bricks.images.shape == (n, 64, 64, 1)
    assert bricks.images.dtype == np.uint8
    assert bricks.labels.dtype == np.int64
    assert bricks.names == TYPES
    assert HANDLE in bricks.source
    # Each grey says its type.
    np.testing.assert_array_equal(bricks.images[:, 0, 0, 0] // 80, bricks.labels)
    assert (bricks.images == bricks.images[:, :1, :1]).all()


# The folder


def test_the_folder_is_the_one_of_the_pictures(tmp_path):
    folder = write(tmp_path / "set" / "dataset")
    assert data.brick_folder(folder.parent) == folder
    assert data.brick_folder(str(folder)) == folder


@pytest.mark.parametrize("name", ["bricks", "lego-brick-images"])
def test_the_shared_folder(monkeypatch, tmp_path, capsys, name):
    folder = write(tmp_path / "shared" / name / "dataset")
    monkeypatch.setenv("TP_GAN_DATA", str(tmp_path / "shared"))
    assert data.brick_folder() == folder
    check(data.brick_pictures(), 24)
    assert capsys.readouterr().out == f"Données : briques de Kaggle ({HANDLE}), 24 images 64x64\n"


def test_no_folder_no_picture(monkeypatch, tmp_path):
    with pytest.raises(CourseError, match="n'est pas un dossier.*data.bricks()"):
        data.brick_folder(tmp_path / "nowhere")
    (tmp_path / "shared" / "bricks").mkdir(parents=True)
    (tmp_path / "shared" / "bricks" / "notes.txt").write_text("x")
    monkeypatch.setenv("TP_GAN_DATA", str(tmp_path / "shared"))
    for ask in (data.brick_folder, data.brick_pictures):
        with pytest.raises(CourseError, match="Aucune image .*bricks.*data.bricks()"):
            ask()
    monkeypatch.setenv("TP_GAN_DATA", str(tmp_path / "shared" / "bricks" / "notes.txt"))
    for ask in (data.brick_folder, data.brick_pictures):
        with pytest.raises(CourseError, match="TP_GAN_DATA désigne"):
            ask()


def test_kaggle(monkeypatch, tmp_path, capsys):
    with pytest.raises(CourseError, match=f"{HANDLE}.*pip install kagglehub.*data.bricks()"):
        data.brick_folder()
    folder = write(tmp_path / "elsewhere" / "dataset")
    asked = []
    fake = types.ModuleType("kagglehub")
    fake.dataset_download = lambda handle: asked.append(handle) or str(folder.parent)
    monkeypatch.setitem(sys.modules, "kagglehub", fake)
    assert data.brick_pictures(n=5).source != brick_files.SOURCE
    assert asked == []
    monkeypatch.setattr("tp_gan.training.budget", lambda: "gpu")
    assert data.brick_folder() == folder
    check(data.brick_pictures(), 24)
    assert asked == [HANDLE] * 2

    def fail(handle):
        raise RuntimeError("no")

    fake.dataset_download = fail
    capsys.readouterr()
    assert data.brick_pictures(n=5).images.shape == (5, 64, 64, 1)
    said = capsys.readouterr()
    assert "RuntimeError, no" in said.err
    assert "Les briques dessinées par le cours les remplacent." in said.err
    assert "5 images 64x64" in said.out


def test_without_kaggle_the_drawn_ones(monkeypatch, capsys):
    monkeypatch.setattr("tp_gan.training.budget", lambda: "gpu")
    bricks = data.brick_pictures(n=7)
    assert bricks.images.shape == (7, 64, 64, 1)
    said = capsys.readouterr()
    assert said.out == f"Données : {bricks.source}, 7 images 64x64\n"
    assert said.err == ""


# Their pictures


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
def test_the_pictures_are_grey_whatever_the_files_are(tmp_path, mode):
    check(brick_files._published(write(tmp_path / "set", mode=mode)), 24)


def test_few_of_them_are_of_every_type(tmp_path):
    folder = write(tmp_path / "set", views=40)
    bricks = brick_files._published(folder, 24)
    check(bricks, 24)
    assert len(set(bricks.labels.tolist())) == 3
    # The same ones each time, and the beginning of the whole.
    np.testing.assert_array_equal(brick_files._published(folder).images[:24], bricks.images)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("3001 Brick 2x4 000L.png", "3001 Brick 2x4"),
        ("3001 Brick 2x4 399R.png", "3001 Brick 2x4"),
        ("3001 Brick 2x4.png", "3001 Brick 2x4"),
        ("6632 Technic Lever 3M 012L.png", "6632 Technic Lever 3M"),
        ("brique_00012.png", "brique"),
        ("00012.png", "folder"),
    ],
)
def test_the_type_that_a_name_says(name, kind):
    assert brick_files._type(name, Path("some/folder")) == kind


def test_a_picture_that_does_not_open(tmp_path, capsys):
    folder = write(tmp_path / "set")
    (folder / f"{TYPES[1]} 000L.png").write_bytes(b"\x89PNG")
    check(brick_files._published(folder), 23)
    said = capsys.readouterr().err
    assert f"{HANDLE} : 1 image sur 24 ne s'ouvre pas, laissée de côté (la première : « {TYPES[1]} 000L.png »)" in said


# The drawn ones, written


def some(n=5, channels=1):
    return np.random.default_rng(0).integers(0, 256, (n, 16, 16, channels), dtype=np.uint8)


@pytest.mark.parametrize("channels", [1, 3])
def test_written_pictures_are_the_same_ones(tmp_path, channels):
    images = some(channels=channels)
    folder = data.write_pictures(images, tmp_path / "a" / "briques")
    assert folder == tmp_path / "a" / "briques"
    assert sorted(path.name for path in folder.iterdir()) == [f"0000{i}.png" for i in range(5)]
    for i, image in enumerate(images):
        read = np.asarray(Image.open(folder / f"0000{i}.png"))
        np.testing.assert_array_equal(read.reshape(16, 16, channels), image)
    assert [path.name for path in folder.parent.iterdir()] == ["briques"]


def test_written_again_nothing_older_stays(tmp_path):
    data.write_pictures(some(9), tmp_path / "briques")
    data.write_pictures(some(4), tmp_path / "briques")
    assert len(list((tmp_path / "briques").iterdir())) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["briques"]


def test_another_folder_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "00000.png").write_text("x")
    (tmp_path / "mine" / "thesis.tex").write_text("x")
    (tmp_path / "file").write_text("x")
    for name in ("mine", "file"):
        with pytest.raises(CourseError, match=f"{name} » existe et contient autre chose"):
            data.write_pictures(some(), tmp_path / name)
    assert len(list((tmp_path / "mine").iterdir())) == 2


@pytest.mark.parametrize(
    "images", [some().astype(np.float32), some()[..., 0], some()[:0], some(channels=2), [[1, 2], [3, 4]]]
)
def test_what_is_not_pictures(tmp_path, images):
    with pytest.raises(CourseError, match="au lieu de uint8 \\(n, hauteur"):
        data.write_pictures(images, tmp_path / "briques")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    data.write_pictures(some(3), tmp_path / "briques")
    saved = Image.Image.save
    done = []

    def save(picture, path, **options):
        done.append(path)
        if len(done) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        saved(picture, path, **options)

    monkeypatch.setattr(Image.Image, "save", save)
    with pytest.raises(CourseError, match="briques .disque plein.*Choisissez un autre dossier"):
        data.write_pictures(some(5), tmp_path / "briques")
    assert len(done) == 3
    # The former ones are still there, whole.
    assert [path.name for path in tmp_path.iterdir()] == ["briques"]
    assert len(list((tmp_path / "briques").iterdir())) == 3


CHILD = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
import numpy as np
from PIL import Image
from tp_gan import data
saved = Image.Image.save
Image.Image.save = lambda *args, **options: saved(*args, **options) or print("x", flush=True) or time.sleep(0.2)
data.write_pictures(np.zeros((20, 8, 8, 1), np.uint8), sys.argv[1])
"""


@pytest.mark.skipif(os.name != "posix", reason="signaux de POSIX")
def test_a_cut_leaves_nothing(tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path / "briques")], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    child.stdout.readline()
    child.send_signal(signal.SIGINT)
    assert child.wait(30) != 0
    child.stdout.close()
    assert list(tmp_path.iterdir()) == []


def test_keras_reads_the_folder(tmp_path):
    keras = pytest.importorskip("keras")
    images = some(6)
    folder = data.write_pictures(images, tmp_path / "briques")
    read = keras.utils.image_dataset_from_directory(
        folder, labels=None, color_mode="grayscale", image_size=(16, 16), batch_size=6, shuffle=False, verbose=False
    )
    (batch,) = read
    np.testing.assert_array_equal(batch, images)
