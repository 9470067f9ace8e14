"""CelebA : des visages réels et leurs attributs, depuis un dossier, un zip lu sur place, ou Kaggle.

Z. Liu, P. Luo, X. Wang and X. Tang, "Deep Learning Face Attributes in the Wild", ICCV 2015: 202,599 pictures aligned
on the eyes, 178x218, each with 40 attributes. For research that is not commercial: this course keeps no copy of it.
"""

import sys
from pathlib import Path, PurePosixPath

import numpy as np

from tp_gan import CourseError
from tp_gan.data import kaggle, sources
from tp_gan.data.picture_files import find_pictures, holds_pictures, read_pictures, spaced, squared

__all__ = ["celeba", "face_pictures"]

KAGGLE = "jessicali9530/celeba-dataset"
INSTEAD = "data.faces()"
ALIGNED = (178, 218)  # width and height of the published pictures
# Left, top, right and bottom in a published picture: its centred square of 148 pixels, the one that most public
# trainings on CelebA take (CenterCrop(148), then Resize(64)). It holds all the hair of most heads; a square of 128 on
# the face cuts it, and that of 178 gives the head a third fewer pixels.
CROP = (15, 35, 163, 183)

ATTRIBUTES = (  # noqa: SIM905 -- forty lines otherwise
    "5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair Blond_Hair "
    "Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup High_Cheekbones Male "
    "Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose Receding_Hairline Rosy_Cheeks "
    "Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat Wearing_Lipstick Wearing_Necklace "
    "Wearing_Necktie Young"
).split()


def face_pictures(n=None):
    """Les visages des TP 09 et 10, et une ligne qui dit lesquels : CelebA, ou ceux que dessine le cours.

    CelebA where TP_GAN_DATA or Kaggle's cache holds it and, with the budget "gpu" and kagglehub installed, by
    download; else `data.faces`, which also replaces a download that fails. n: how many at most; by default, all of
    CelebA or 10,000 drawn ones.
    """
    found, noun = None, "visages"
    if _shared() is not None:
        found = celeba(n=n)
    elif kaggle.is_wanted(KAGGLE):
        try:
            found = celeba(n=n)
        except CourseError as error:
            print(f"{error}\nLes visages dessinés par le cours les remplacent.", file=sys.stderr)
    if found is None:
        from tp_gan.data.faces import faces

        found, noun = faces(10_000 if n is None else n), "images"
    height, width = found.images.shape[1:3]
    print(f"Données : {found.source}, {spaced(len(found.images))} {noun} {height}x{width}")
    return found


def celeba(folder=None, size=64, n=None):
    """CelebA : les visages, carrés, et leurs attributs.

    From folder, else TP_GAN_DATA (its folder celeba, or itself), else Kaggle by kagglehub (its copy on this machine
    if there is one). A folder holds img_align_celeba, as pictures or as a zip, which is read in place, and
    list_attr_celeba.txt or .csv. size: height and width; n: only the first pictures.

    The first time, 500 to 900 pictures a second (6,128 of 89x109, on two busy cores), 12 KB of disk each (2.5 GB for
    all 202,599), 12 MB of memory. Later, 0.7 s (about 3 s of processor for all). Measured by timing this function.

    Returns Faces: images uint8 (n, size, size, 3), mapped in memory from the cache where they are kept reduced;
    attributes bool (n, 40). Pictures without attributes, or that do not open, are left out, counted and said.
    Raises CourseError.
    """
    from tp_gan.data.faces import Faces

    if folder is None:
        folder = _shared() or kaggle.download(KAGGLE, "CelebA", INSTEAD)
    place, attributes_path = _pictures_and_attributes(Path(folder).expanduser())
    attribute_names, rows, attributes = _read_attributes(attributes_path)
    files = find_pictures(place, INSTEAD)
    known = [i for i, name in enumerate(files.names) if PurePosixPath(name).name in rows]
    _say_unknown(files, known, attributes_path)
    images, kept = read_pictures(
        files.only(known), (size, size, 3), lambda picture: _portrait(picture, size), f"{CROP} {size}", "CelebA",
        INSTEAD, n,
    )  # fmt: skip
    attributes = attributes[[rows[PurePosixPath(name).name] for name in kept]]
    return Faces(images, attributes, attribute_names, "CelebA")


def _portrait(picture, size):
    """The square of a published picture, or of one that is a reduction of it; of another, the centred square."""
    width, height = picture.size
    published = abs(width * ALIGNED[1] - height * ALIGNED[0]) <= 2 * max(picture.size)
    box = tuple(edge * width / ALIGNED[0] for edge in CROP) if published else None
    return squared(picture.convert("RGB"), size, box)


# Where it is


def _shared():
    """The folder that holds CelebA under TP_GAN_DATA, or None."""
    root = sources.shared_folder()
    for folder in [] if root is None else [root / "celeba", root]:
        if any(path.exists() for path in (*_attribute_paths(folder), *_picture_paths(folder))):
            return folder
    return None


def _attribute_paths(folder):
    return [folder / part / f"list_attr_celeba.{suffix}" for part in ("", "Anno") for suffix in ("txt", "csv")]


def _picture_paths(folder):
    """Kaggle's folder twice nested, the published one, the zip; under Img as its authors' drive has them."""
    ways = ("img_align_celeba/img_align_celeba", "img_align_celeba", "img_align_celeba.zip")
    return [folder / part / way for part in ("", "Img") for way in ways]


def _pictures_and_attributes(folder):
    """The folder of pictures, or the zip, and the attribute file."""
    remedy = f"Vérifiez ce chemin, ou prenez {INSTEAD}, qui ne lit aucun fichier."
    if folder.suffix.lower() == ".zip" and folder.is_file():
        places, folder = [folder], folder.parent
    elif not folder.is_dir():
        raise CourseError(f"CelebA : « {folder} » n'est pas un dossier. {remedy}")
    else:
        choices = [*_picture_paths(folder), folder]
        places = [path for path in choices if path.is_file() or holds_pictures(path)]
    if not places:
        raise CourseError(f"CelebA : ni img_align_celeba.zip ni images .jpg dans {folder}. {remedy}")
    attributes = [path for path in _attribute_paths(folder) if path.is_file()]
    if not attributes:
        raise CourseError(
            f"CelebA : ni list_attr_celeba.txt ni list_attr_celeba.csv dans {folder}. Ajoutez-y l'un des deux, ou "
            f"prenez {INSTEAD}, dont les attributs sont connus."
        )
    return places[0], attributes[0]


def _say_unknown(files, known, attributes_path):
    """Say how many pictures have no row in the attribute file; raise CourseError when none has."""
    missing = len(files.names) - len(known)
    if not missing:
        return
    first = next(name for i, name in enumerate(files.names) if i >= len(known) or known[i] != i)
    if not known:
        raise CourseError(
            f"Aucune des {spaced(missing)} images de {files.place} n'a sa ligne dans {attributes_path.name} (la "
            f"première : « {first} »). Prenez images et attributs à la même source, ou {INSTEAD}."
        )
    several = missing > 1
    print(
        f"CelebA : {spaced(missing)} image{'s' * several} sur {spaced(len(files.names))} sans ligne dans "
        f"{attributes_path.name}, laissée{'s' * several} de côté (la première : « {first} »).",
        file=sys.stderr,
    )


# Its attributes


def _read_attributes(path):
    """(names, {picture: row}, bool array (rows, names)) of list_attr_celeba.txt or .csv.

    The txt has a line with the count, one with the names, then `000001.jpg -1  1 ...`; the csv has a line
    `image_id,NAME,...`, then `000001.jpg,-1,1,...`. Raises CourseError.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise CourseError(f"« {path} » ne se lit pas ({error.strerror}). Vérifiez-le, ou prenez {INSTEAD}.") from error
    comma = "," if path.suffix == ".csv" else None
    first = 1 if comma else 2
    head = [[part.strip() for part in line.split(comma)] for line in lines[:first]]
    well = len(head) == first and (head[0][0] == "image_id" if comma else len(head[0]) == 1 and head[0][0].isdecimal())
    names = head[-1][1 if comma else 0 :] if well else []
    if not names or len(set(names)) < len(names):
        shape = "« image_id,5_o_Clock_Shadow,... »" if comma else "le nombre d'images, puis la ligne des noms"
        raise _bad(path, f"son en-tête n'est pas celui de CelebA ({shape})")
    unknown = [name for name in names if name not in ATTRIBUTES]
    if unknown:
        raise _bad(path, f"« {unknown[0]} » n'est pas un attribut de CelebA")
    rows, digits = {}, []
    for number, line in enumerate(lines[first:], first + 1):
        picture, *values = line.split(comma) if line.strip() else [""]
        if not picture:
            continue
        text = "".join(values).replace(" ", "").replace("-1", "0")
        if len(values) != len(names):
            cut = " : le fichier est tronqué" if number == len(lines) else ""
            raise _bad(path, f"ligne {number}, {len(values)} valeurs au lieu de {len(names)}{cut}")
        if len(text) != len(names) or text.strip("01"):
            raise _bad(path, f"ligne {number}, une valeur n'est ni 1 ni -1")
        if rows.setdefault(picture, len(digits)) == len(digits):
            digits.append(text)
        elif digits[rows[picture]] != text:
            raise _bad(path, f"deux lignes donnent à « {picture} » des attributs différents")
    if not rows:
        raise _bad(path, "il n'a aucune ligne d'attributs")
    table = np.frombuffer("".join(digits).encode(), np.uint8).reshape(len(rows), len(names)) == ord("1")
    return tuple(names), rows, table


def _bad(path, what):
    return CourseError(f"« {path} » : {what}. Remplacez ce fichier par celui qui est publié, ou prenez {INSTEAD}.")
