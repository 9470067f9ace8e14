"""CelebA : dossier, zip, attributs, cache, Kaggle (un faux module), et ce qui arrive quand l'un d'eux est abîmé."""

import errno
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
import types
import zipfile
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from tp_gan import CourseError, data
from tp_gan.data import kaggle, picture_files

MODULE = sys.modules["tp_gan.data.celeba"]  # data.celeba is its function
NAMES = tuple(MODULE.ATTRIBUTES)
REAL = os.environ.get("TP_GAN_DATA", "")


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    """Nothing of this machine's: no shared folder, empty caches, no kagglehub."""
    monkeypatch.delenv("TP_GAN_DATA", raising=False)
    monkeypatch.setenv("TP_GAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TP_GAN_BUDGET", "cpu")
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "kagglehub"))
    monkeypatch.setattr(kaggle, "MOUNT", tmp_path / "mount")
    monkeypatch.setitem(sys.modules, "kagglehub", None)


def shade(i):
    """The colour of picture i: flat pictures, so that JPEG changes them by little."""
    return (i * 11 % 256, i * 37 % 256, i * 71 % 256)


def jpeg(i, size=(178, 218)):
    content = io.BytesIO()
    Image.new("RGB", size, shade(i)).save(content, "JPEG", quality=95)
    return content.getvalue()


def signs(n):
    return np.random.default_rng(1).random((n, len(NAMES))) < 0.4


def txt(rows, names=NAMES, count=None):
    """list_attr_celeba.txt as it is published: rows is a dictionary {file: booleans}."""
    lines = [str(len(rows) if count is None else count), " ".join(names) + " "]
    lines += [f"{name} " + " ".join(f"{2 * int(value) - 1:2d}" for value in values) for name, values in rows.items()]
    return "\n".join(lines) + "\n"


def csv(rows, names=NAMES):
    lines = [",".join(["image_id", *names])]
    lines += [",".join([name, *(str(2 * int(value) - 1) for value in values)]) for name, values in rows.items()]
    return "\n".join(lines) + "\n"


def rows_of(n):
    return {f"{i + 1:06d}.jpg": row for i, row in enumerate(signs(n))}


def write(folder, n=6, attributes=True, inside="img_align_celeba"):
    """A small CelebA: a folder of pictures, or a zip if inside ends with .zip."""
    pictures = {name: jpeg(i) for i, name in enumerate(rows_of(n))}
    folder.mkdir(parents=True, exist_ok=True)
    if inside.endswith(".zip"):
        with zipfile.ZipFile(folder / inside, "w") as archive:
            for name, content in pictures.items():
                archive.writestr(f"img_align_celeba/{name}", content)
    else:
        (folder / inside).mkdir(parents=True, exist_ok=True)
        for name, content in pictures.items():
            (folder / inside / name).write_bytes(content)
    if attributes:
        (folder / "list_attr_celeba.txt").write_text(txt(rows_of(n)))
    return folder


def check(faces, rows):
    """The pictures and attributes of these indices, in this order."""
    assert faces.images.shape == (len(rows), 64, 64, 3)
    assert faces.images.dtype == np.uint8
    np.testing.assert_allclose(
        faces.images, np.array([shade(i) for i in rows])[:, None, None] + 0 * faces.images, atol=3
    )
    assert faces.attributes.dtype == bool
    np.testing.assert_array_equal(faces.attributes, signs(max(rows) + 1)[list(rows)])
    assert faces.names == NAMES
    assert faces.source == "CelebA"


def cached(tmp_path):
    return sorted(path.name for path in (tmp_path / "cache").rglob("*") if path.is_file())


# What is read


@pytest.mark.parametrize(
    "inside",
    [
        "img_align_celeba",
        "img_align_celeba/img_align_celeba",
        "Img/img_align_celeba",
        ".",
        "img_align_celeba.zip",
        "Img/img_align_celeba.zip",
    ],
)
def test_a_folder_or_a_zip(tmp_path, inside):
    folder = tmp_path / "set"
    (folder / "Img").mkdir(parents=True)
    check(data.celeba(write(folder, inside=inside)), range(6))


def test_a_zip_by_its_own_name(tmp_path):
    check(data.celeba(str(write(tmp_path / "set", inside="img_align_celeba.zip") / "img_align_celeba.zip")), range(6))


def test_the_csv_says_the_same_as_the_txt(tmp_path):
    folder = write(tmp_path / "set", attributes=False)
    (folder / "list_attr_celeba.csv").write_text(csv(rows_of(6)))
    check(data.celeba(folder), range(6))
    (folder / "list_attr_celeba.csv").unlink()
    (folder / "Anno").mkdir()
    # With a byte order mark and Windows's line ends.
    (folder / "Anno" / "list_attr_celeba.txt").write_bytes(
        b"\xef\xbb\xbf" + txt(rows_of(6)).replace("\n", "\r\n").encode()
    )
    check(data.celeba(folder), range(6))


def test_attributes_follow_the_names_of_the_pictures(tmp_path):
    """Rows in another order, some of them for pictures that are not there."""
    folder = write(tmp_path / "set")
    rows = list(rows_of(9).items())
    shuffled = dict(rows[i] for i in (8, 3, 1, 0, 6, 5, 2, 4, 7))
    (folder / "list_attr_celeba.txt").write_text(txt(shuffled))
    check(data.celeba(folder), range(6))
    assert data.celeba(folder).has("Blond_Hair").tolist() == signs(9)[:6, NAMES.index("Blond_Hair")].tolist()
    with pytest.raises(CourseError, match="Blond_Hairs"):
        data.celeba(folder).has("Blond_Hairs")


@pytest.mark.parametrize(("width", "height"), [(178, 218), (89, 109)])
def test_the_crop_is_the_centred_square_of_148(tmp_path, width, height):
    """A ramp along each axis: the ends and the middle of what is kept are those of columns 15-163 and rows 35-183."""
    folder = write(tmp_path / "set", n=1)
    x, y = np.meshgrid((np.arange(width) + 0.5) * 178 / width, (np.arange(height) + 0.5) * 218 / height)
    content = io.BytesIO()
    Image.fromarray(np.stack([x, y, 0 * x], -1).round().astype(np.uint8)).save(content, "PNG")
    (folder / "img_align_celeba" / "000001.jpg").write_bytes(content.getvalue())
    image = data.celeba(folder).images[0].astype(float)
    centres = (np.arange(64) + 0.5) / 64 * 148
    np.testing.assert_allclose(image[..., 0], np.tile(15 + centres, (64, 1)), atol=1.5)
    np.testing.assert_allclose(image[..., 1], np.tile(35 + centres, (64, 1)).T, atol=1.5)


def test_another_shape_keeps_its_centred_square(tmp_path):
    folder = write(tmp_path / "set", n=1)
    array = np.zeros((40, 80, 3), np.uint8)
    array[:, 20:60] = 255
    Image.fromarray(array).save(folder / "img_align_celeba" / "000001.jpg", quality=100)
    assert data.celeba(folder).images.min() > 200
    assert data.celeba(folder, size=16).images.shape == (1, 16, 16, 3)


def test_grey_and_transparent_pictures_are_made_rgb(tmp_path):
    folder = write(tmp_path / "set", n=2)
    for name, mode in (("000001.jpg", "L"), ("000002.jpg", "RGBA")):
        content = io.BytesIO()
        Image.new(mode, (178, 218), 200 if mode == "L" else (200, 200, 200, 255)).save(content, "PNG")
        (folder / "img_align_celeba" / name).write_bytes(content.getvalue())
    assert (data.celeba(folder).images == 200).all()


def test_the_first_ones(tmp_path):
    folder = write(tmp_path / "set")
    check(data.celeba(folder, n=2), range(2))
    check(data.celeba(folder, n=np.int64(10)), range(6))
    for n in (0, -1, 2.5):
        with pytest.raises(CourseError, match=f"n vaut {n}"):
            data.celeba(folder, n=n)


# The cache


@pytest.fixture
def count(monkeypatch):
    """How many pictures were decoded."""
    done = []
    squared = MODULE.squared
    monkeypatch.setattr(MODULE, "squared", lambda *args: done.append(1) or squared(*args))
    return done


def test_the_array_is_made_once_and_mapped(tmp_path, count):
    folder = write(tmp_path / "set")
    images = data.celeba(folder).images
    assert len(count) == 6
    again = data.celeba(folder).images
    assert len(count) == 6
    assert isinstance(again, np.memmap)
    np.testing.assert_array_equal(again, images)
    with pytest.raises(ValueError, match="read-only"):
        again[0] = 0
    assert cached(tmp_path) == ["broken.txt", "images.npy"]
    # The whole one serves for its beginning.
    check(data.celeba(folder, n=3), range(3))
    assert len(count) == 6


def test_another_picture_another_size_or_another_crop_is_another_array(tmp_path, count, monkeypatch):
    folder = write(tmp_path / "set")
    data.celeba(folder)
    (folder / "img_align_celeba" / "000002.jpg").write_bytes(jpeg(1) + b" ")
    check(data.celeba(folder), range(6))
    assert len(count) == 12
    data.celeba(folder, size=32)
    data.celeba(folder)
    assert len(count) == 18
    monkeypatch.setattr(MODULE, "CROP", (25, 45, 153, 173))
    data.celeba(folder)
    assert len(count) == 24


def test_a_zip_is_known_by_its_content(tmp_path, count):
    folder = write(tmp_path / "set", inside="img_align_celeba.zip")
    data.celeba(folder)
    folder = folder.rename(tmp_path / "elsewhere")
    os.utime(folder / "img_align_celeba.zip", (0, 0))
    check(data.celeba(folder), range(6))
    assert len(count) == 6
    # Same names, dates and sizes, another picture.
    for i in (0, 1):
        with zipfile.ZipFile(folder / "img_align_celeba.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo("000001.jpg"), jpeg(i).ljust(20_000))
        np.testing.assert_allclose(data.celeba(folder).images[0, 0, 0], shade(i), atol=3)


def test_the_attributes_are_read_each_time(tmp_path, count):
    folder = write(tmp_path / "set")
    data.celeba(folder)
    (folder / "list_attr_celeba.txt").write_text(txt({name: ~row for name, row in rows_of(6).items()}))
    np.testing.assert_array_equal(data.celeba(folder).attributes, ~signs(6))
    assert len(count) == 6


def test_a_damaged_cache_is_made_again(tmp_path, count):
    folder = write(tmp_path / "set")
    data.celeba(folder)
    (path,) = (tmp_path / "cache").rglob("images.npy")
    whole = path.read_bytes()
    for made, bad in enumerate((whole[:-1], b"", b"\0" * len(whole), whole[:50]), 2):
        path.write_bytes(bad)
        check(data.celeba(folder), range(6))
        assert len(count) == 6 * made
        assert path.read_bytes() == whole


def test_the_header_is_one_that_numpy_writes():
    for shape in ((7, 64, 64, 3), (202_599, 64, 64, 3), (0, 64, 64, 1)):
        assert np.lib.format.read_magic(io.BytesIO(picture_files._header(shape))) == (1, 0)
        file = io.BytesIO(picture_files._header(shape))
        file.seek(8)
        assert np.lib.format.read_array_header_1_0(file) == (shape, False, np.dtype(np.uint8))
        assert file.tell() == len(picture_files._header(shape)) == 128


def test_the_array_is_never_whole_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(picture_files, "CHUNK", 8)
    folder = write(tmp_path / "set", n=200)
    data.celeba(folder, n=10)  # what is imported, and kept by Pillow
    tracemalloc.start()
    images = data.celeba(folder).images
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert images.nbytes == 200 * 64 * 64 * 3 == 2_457_600
    assert peak < 1_000_000


def fail_to_write(monkeypatch, way):
    """No place left: said before, or found out on the way (here, a limit on the size of a file)."""
    if way == "before":
        full = types.SimpleNamespace(free=1000)
        monkeypatch.setattr(picture_files.shutil, "disk_usage", lambda path: full)
    elif way == "meanwhile":

        class Full(io.FileIO):
            def write(self, content):
                if self.tell() > 30_000:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return super().write(content)

        monkeypatch.setattr(picture_files, "open", lambda path, mode: Full(path, mode), raising=False)
    else:
        file = Path(os.environ["TP_GAN_CACHE"])
        file.write_text("x")


@pytest.mark.parametrize("way", ["before", "meanwhile", "a file"])
def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch, capsys, way):
    folder = write(tmp_path / "set")
    (folder / "img_align_celeba" / "000003.jpg").write_bytes(b"")
    fail_to_write(monkeypatch, way)
    faces = data.celeba(folder)
    check(faces, [0, 1, 3, 4, 5])
    assert not isinstance(faces.images, np.memmap)
    said = capsys.readouterr().err
    assert "les images restent en mémoire" in said
    assert "TP_GAN_CACHE" in said
    assert way == "a file" or "disque plein" in said
    assert "1 image sur 6 ne s'ouvre pas" in said
    assert cached(tmp_path) == []


CHILD = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
from tp_gan import data
module = sys.modules["tp_gan.data.celeba"]
squared = module.squared
module.squared = lambda *args: print("x", flush=True) or time.sleep(0.2) or squared(*args)
data.celeba(sys.argv[1])
"""


@pytest.mark.skipif(os.name != "posix", reason="signaux de POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_cut_leaves_nothing_under_the_final_name(tmp_path, number):
    folder = write(tmp_path / "set", n=20)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    child.stdout.readline()
    child.send_signal(number)
    assert child.wait(30) != 0
    child.stdout.close()
    left = list((tmp_path / "cache" / "images").iterdir())
    if number == signal.SIGINT:
        assert left == []
    else:
        assert [path.name[:3] for path in left] == ["tmp"]
    check(data.celeba(folder), range(20))
    # What a killed session left goes once nobody can be writing to it any more.
    for path in (*left, *(path for draft in left for path in draft.rglob("*"))):
        os.utime(path, (time.time() - 3600,) * 2)
    data.celeba(folder, size=32)
    assert [path.name[:6] for path in (tmp_path / "cache" / "images").iterdir()] == ["celeba"] * 2


# Bad pictures


def test_pictures_that_do_not_open_are_left_out_counted_and_said(tmp_path, capsys):
    folder = write(tmp_path / "set", n=12)
    place = folder / "img_align_celeba"
    (place / "000002.jpg").write_bytes(jpeg(1)[:700])
    (place / "000005.jpg").write_text("<html>Quota exceeded</html>")
    (place / "000009.jpg").write_bytes(b"")
    rows = [0, 2, 3, 5, 6, 7, 9, 10, 11]
    check(data.celeba(folder), rows)
    said = capsys.readouterr().err
    assert "CelebA : 3 images sur 12 ne s'ouvrent pas, laissées de côté (la première : « 000002.jpg »)" in said
    check(data.celeba(folder), rows)
    assert capsys.readouterr().err == ""
    # Repaired, it is taken again.
    (place / "000002.jpg").write_bytes(jpeg(1))
    check(data.celeba(folder), sorted([*rows, 1]))


def test_no_picture_opens(tmp_path):
    folder = write(tmp_path / "set")
    for path in (folder / "img_align_celeba").iterdir():
        path.write_bytes(b"\xff\xd8\xff")
    with pytest.raises(CourseError, match="Aucune des 6 images .* ne s'ouvre .*000001.jpg.* data.faces()"):
        data.celeba(folder)
    assert list((tmp_path / "cache" / "images").iterdir()) == []


def test_no_picture(tmp_path):
    with pytest.raises(CourseError, match="n'est pas un dossier.*data.faces()"):
        data.celeba(tmp_path / "nowhere")
    (tmp_path / "set").mkdir()
    for _ in range(2):
        with pytest.raises(CourseError, match=r"ni img_align_celeba.zip ni images .jpg dans .*set.*data.faces()"):
            data.celeba(tmp_path / "set")
        (tmp_path / "set" / "img_align_celeba").mkdir(exist_ok=True)
        (tmp_path / "set" / "img_align_celeba" / "notes.txt").write_text("x")


# Bad zips


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.99])
def test_a_zip_cut_short(tmp_path, keep):
    folder = write(tmp_path / "set", inside="img_align_celeba.zip")
    path = folder / "img_align_celeba.zip"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep * len(whole))])
    with pytest.raises(CourseError, match="n'est pas un zip complet.*coupé.*data.faces()"):
        data.celeba(folder)
    path.write_text("<html>Quota exceeded</html>")
    with pytest.raises(CourseError, match="n'est pas un zip complet"):
        data.celeba(folder)
    assert cached(tmp_path) == []


def test_odd_members_of_a_zip(tmp_path, monkeypatch, capsys):
    """No member is ever written to disk; what is not a picture is not read."""
    monkeypatch.setattr(picture_files, "LARGEST", 100_000)
    folder = write(tmp_path / "set", inside="img_align_celeba.zip")
    with zipfile.ZipFile(folder / "img_align_celeba.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("img_align_celeba/", b"")
        archive.writestr("000008.jpg/", b"")
        archive.writestr("__MACOSX/img_align_celeba/._000001.jpg", b"\0" * 20)
        archive.writestr("img_align_celeba/notes.txt", b"x")
        archive.writestr("img_align_celeba/000008.jpg", b"\0" * 100_001)
        archive.writestr("../../../000007.jpg", jpeg(6))
        archive.writestr("/000009.png", jpeg(8))
    rows = {**rows_of(9), "000009.png": rows_of(9)["000009.jpg"]}
    (folder / "list_attr_celeba.txt").write_text(txt(rows))
    before = sorted(tmp_path.rglob("*"))
    faces = data.celeba(folder)
    # By name, "../" and "/" come first.
    check(faces._replace(images=faces.images[2:], attributes=faces.attributes[2:]), range(6))
    np.testing.assert_allclose(faces.images[:2, 0, 0], [shade(6), shade(8)], atol=3)
    assert capsys.readouterr().err == ""
    assert {path for path in tmp_path.rglob("*") if "cache" not in path.parts} == set(before)


def test_a_damaged_member_of_a_zip(tmp_path, capsys):
    folder = write(tmp_path / "set", inside="img_align_celeba.zip")
    path = folder / "img_align_celeba.zip"
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("img_align_celeba/000004.jpg").header_offset + 200
    whole = path.read_bytes()
    path.write_bytes(whole[:start] + bytes(50) + whole[start + 50 :])
    check(data.celeba(folder), [0, 1, 2, 4, 5])
    assert "1 image sur 6 ne s'ouvre pas" in capsys.readouterr().err


# Bad attributes


def test_pictures_without_a_row_are_left_out_counted_and_said(tmp_path, capsys):
    folder = write(tmp_path / "set")
    rows = rows_of(6)
    del rows["000002.jpg"], rows["000006.jpg"]
    (folder / "list_attr_celeba.txt").write_text(txt(rows))
    check(data.celeba(folder), [0, 2, 3, 4])
    assert (
        "CelebA : 2 images sur 6 sans ligne dans list_attr_celeba.txt, laissées de côté (la première : « 000002.jpg »)"
        in capsys.readouterr().err
    )
    (folder / "list_attr_celeba.txt").write_text(
        txt({name: row for name, row in rows_of(6).items() if name < "000006"})
    )
    check(data.celeba(folder), range(5))
    assert "1 image sur 6 sans ligne" in capsys.readouterr().err
    (folder / "list_attr_celeba.txt").write_text(txt({f"a{name}": row for name, row in rows_of(6).items()}))
    with pytest.raises(CourseError, match="Aucune des 6 images .* n'a sa ligne dans list_attr_celeba.txt.*000001.jpg"):
        data.celeba(folder)


def test_no_attributes(tmp_path):
    folder = write(tmp_path / "set", attributes=False)
    with pytest.raises(CourseError, match=r"ni list_attr_celeba.txt ni list_attr_celeba.csv dans .*data.faces()"):
        data.celeba(folder)


GOOD_TXT, GOOD_CSV = txt(rows_of(6)), csv(rows_of(6))
ROW = GOOD_TXT.splitlines()[3]
OTHER = ROW.replace("-1", "+").replace(" 1", " -1").replace("+", " 1")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("txt", "", "son en-tête n'est pas celui de CelebA"),
        ("txt", "6\n", "son en-tête n'est pas celui de CelebA (le nombre d'images"),
        ("txt", GOOD_TXT.split("\n", 1)[1], "son en-tête n'est pas"),
        ("txt", GOOD_CSV, "son en-tête n'est pas"),
        ("txt", "<html>403 Forbidden</html>\n", "son en-tête n'est pas"),
        ("txt", "6\n" + " ".join(NAMES) + "\n", "il n'a aucune ligne d'attributs"),
        ("txt", GOOD_TXT.replace("Blond_Hair", "Blond_Hairs"), "« Blond_Hairs » n'est pas un attribut de CelebA"),
        ("txt", GOOD_TXT.replace("Blond_Hair", "Bald"), "son en-tête n'est pas"),
        ("txt", GOOD_TXT[:-40], "ligne 8,"),
        ("txt", GOOD_TXT[:-40], "valeurs au lieu de 40 : le fichier est tronqué"),
        ("txt", GOOD_TXT.replace(ROW, ROW + " 1"), "ligne 4, 41 valeurs au lieu de 40. Remplacez"),
        ("txt", GOOD_TXT.replace(ROW, ROW[:-1] + "7"), "ligne 4, une valeur n'est ni 1 ni -1"),
        ("txt", GOOD_TXT.replace(ROW, ROW + "1"), "ligne 4, une valeur n'est ni 1 ni -1"),
        ("txt", GOOD_TXT.replace(ROW, ROW[:-2] + " x"), "ligne 4, une valeur n'est ni 1 ni -1"),
        ("txt", GOOD_TXT + OTHER, "deux lignes donnent à « 000002.jpg » des attributs différents"),
        ("csv", "", "son en-tête n'est pas celui de CelebA (« image_id,"),
        ("csv", GOOD_TXT, "son en-tête n'est pas"),
        ("csv", "image_id,lefteye_x,lefteye_y\n000001.jpg,69,109\n", "« lefteye_x » n'est pas un attribut"),
        ("csv", GOOD_CSV[:-30], "le fichier est tronqué"),
        ("csv", GOOD_CSV.replace("-1,", ",", 1), "ligne 2, une valeur n'est ni 1 ni -1"),
        ("csv", GOOD_CSV.replace("-1,", "-2,"), "ligne 2, une valeur n'est ni 1 ni -1"),
    ],
)
def test_bad_attributes(tmp_path, name, content, words):
    folder = write(tmp_path / "set", attributes=False)
    (folder / f"list_attr_celeba.{name}").write_text(content)
    with pytest.raises(CourseError) as caught:
        data.celeba(folder)
    assert words in str(caught.value)
    assert "data.faces()" in str(caught.value)
    assert cached(tmp_path) == []


def test_a_row_twice_the_same_is_one_row(tmp_path):
    folder = write(tmp_path / "set")
    (folder / "list_attr_celeba.txt").write_text(GOOD_TXT + "\n" + ROW + "\n\n")
    check(data.celeba(folder), range(6))


# TP_GAN_DATA, Kaggle, and the chooser


@pytest.fixture
def shared(monkeypatch, tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    monkeypatch.setenv("TP_GAN_DATA", str(folder))
    return folder


@pytest.mark.parametrize("inside", ["celeba", "."])
def test_the_shared_folder(shared, capsys, inside):
    write(shared / inside, inside="img_align_celeba.zip")
    check(data.celeba(), range(6))
    check(data.face_pictures(), range(6))
    assert capsys.readouterr().out == "Données : CelebA, 6 visages 64x64\n"
    check(data.face_pictures(n=2), range(2))


def test_a_shared_folder_without_celeba_is_not_searched(shared):
    for name in ("mnist", "bricks"):
        (shared / name).mkdir()
        (shared / name / "000001.jpg").write_bytes(jpeg(0))
    assert data.face_pictures(n=3).source != "CelebA"


def test_a_shared_folder_with_half_of_celeba_says_so(shared):
    write(shared / "celeba", attributes=False)
    with pytest.raises(CourseError, match="ni list_attr_celeba.txt"):
        data.face_pictures()


def test_a_shared_folder_that_is_a_file(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    monkeypatch.setenv("TP_GAN_DATA", str(file))
    for ask in (data.celeba, data.face_pictures):
        with pytest.raises(CourseError, match="TP_GAN_DATA désigne .*file.*pas un dossier"):
            ask()


class FakeHub(types.ModuleType):
    """What this course uses of kagglehub: it copies a folder as a version of a data set, or raises."""

    def __init__(self, source=None, error=None):
        super().__init__("kagglehub")
        self.source, self.error, self.asked = source, error, []

    def dataset_download(self, handle, path=None, force_download=False):
        self.asked.append(handle)
        if self.error is not None:
            raise self.error
        folder = Path(os.environ["KAGGLEHUB_CACHE"], "datasets", handle)
        shutil.copytree(self.source, folder / "versions" / "2")
        (folder / "2.complete").touch()
        return str(folder / "versions" / "2")


@pytest.fixture
def hub(monkeypatch, tmp_path):
    fake = FakeHub(write(tmp_path / "kaggle", inside="img_align_celeba/img_align_celeba", attributes=False))
    (fake.source / "list_attr_celeba.csv").write_text(GOOD_CSV)
    monkeypatch.setitem(sys.modules, "kagglehub", fake)
    return fake


def test_kaggle(hub, capsys, monkeypatch):
    check(data.celeba(), range(6))
    assert hub.asked == ["jessicali9530/celeba-dataset"]
    assert capsys.readouterr().out == "Téléchargement de jessicali9530/celeba-dataset par kagglehub\n"
    # From then on, neither the network nor kagglehub are needed.
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    check(data.celeba(), range(6))
    check(data.face_pictures(), range(6))
    assert capsys.readouterr().out == "Données : CelebA, 6 visages 64x64\n"


def test_the_copies_that_kaggle_leaves(tmp_path):
    handle = "jessicali9530/celeba-dataset"
    folder = tmp_path / "kagglehub" / "datasets" / handle
    assert kaggle.held(handle) is None
    for version in ("2", "9", "10"):
        (folder / "versions" / version).mkdir(parents=True)
    assert kaggle.held(handle) is None  # no mark: the archive is not all unpacked
    for version in ("2", "9"):
        (folder / f"{version}.complete").touch()
    assert kaggle.held(handle) == folder / "versions" / "9"
    (folder / "10.complete").touch()
    (folder / "11.complete").touch()
    assert kaggle.held(handle) == folder / "versions" / "10"
    for mounted in ("datasets/" + handle, "celeba-dataset"):
        (kaggle.MOUNT / mounted).mkdir(parents=True)
        assert kaggle.held(handle) == kaggle.MOUNT / mounted


def http_error(status):
    response = requests.Response()
    response.status_code = status
    return requests.HTTPError(f"{status} Client Error.\n\nYou don't have permission\n", response=response)


def named(name, *args):
    return type(name, (Exception,), {})(*args)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.ConnectionError("Max retries exceeded"), "Kaggle est injoignable"),
        (requests.Timeout("timed out"), "Kaggle est injoignable"),
        (http_error(403), "a répondu 403 (identifiants absents ou refusés"),
        (http_error(401), "a répondu 401"),
        (http_error(429), "le quota est atteint"),
        (http_error(404), "Kaggle a répondu 404"),
        (named("UnauthenticatedError", "User is not authenticated"), "demande vos identifiants"),
        (named("DataCorruptionError", "The checksum..."), "le fichier reçu est altéré"),
        (OSError(errno.ENOSPC, "No space left on device"), "le disque est plein"),
        (RuntimeError("Missing implementation.\nTried: ...\n" + 50 * "x"), "RuntimeError, Missing implementation."),
        (ValueError(), "ValueError. Désignez"),
    ],
)
def test_kaggle_fails(hub, monkeypatch, capsys, error, words):
    hub.error = error
    with pytest.raises(CourseError) as caught:
        data.celeba()
    message = str(caught.value)
    for part in (words, "CelebA", "TP_GAN_DATA", "data.faces()"):
        assert part in message
    assert len(message) < 300
    assert "\n" not in message
    # The chooser goes on with the drawn faces.
    monkeypatch.setattr("tp_gan.training.budget", lambda: "gpu")
    assert data.face_pictures(n=3).source != "CelebA"
    said = capsys.readouterr()
    assert words in said.err
    assert "Les visages dessinés par le cours les remplacent." in said.err
    assert "dessinés par le cours, 3 images 64x64" in said.out


def test_without_kagglehub():
    with pytest.raises(CourseError, match="pip install kagglehub.*data.faces()"):
        data.celeba()


def test_the_chooser_downloads_for_a_gpu_only(hub, monkeypatch, capsys):
    assert data.face_pictures(n=3).source != "CelebA"
    assert hub.asked == []
    monkeypatch.setattr("tp_gan.training.budget", lambda: "gpu")
    check(data.face_pictures(n=3), range(3))
    assert hub.asked == ["jessicali9530/celeba-dataset"]


def test_the_chooser_asks_nothing_without_kagglehub(monkeypatch, capsys):
    monkeypatch.setattr("tp_gan.training.budget", lambda: "gpu")
    faces = data.face_pictures(n=3)
    assert faces.images.shape == (3, 64, 64, 3)
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("Données : ")
    with pytest.raises(CourseError):
        data.face_pictures(n=0)


# The real ones


@pytest.mark.skipif(not REAL, reason="sans TP_GAN_DATA, pas de vrai CelebA")
def test_real_celeba(monkeypatch):
    monkeypatch.setenv("TP_GAN_DATA", REAL)
    if MODULE._shared() is None:
        pytest.skip("pas de CelebA dans TP_GAN_DATA")
    faces = data.celeba(n=1000)
    assert faces.images.shape == (1000, 64, 64, 3)
    assert set(faces.names) == set(NAMES)
    # A blond head is lighter at the crown, and more yellow.
    crown = faces.images[:, 6:14, 24:40].astype(float).mean((1, 2))
    blond = faces.has("Blond_Hair")
    lightness, yellow = crown.mean(1), crown[:, :2].mean(1) - crown[:, 2]
    assert lightness[blond].mean() > lightness[~blond].mean() + 20
    assert yellow[blond].mean() > yellow[~blond].mean() + 10
