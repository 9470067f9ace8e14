"""What instructors receive becomes `submitted/`: names, dates, several tries, and what must not get in."""

import io
import os
import time
import unicodedata
import zipfile
from datetime import UTC, datetime

import nbformat
import pytest
from grading_course import NAME, blank, make_course, right
from notebook_cells import ROOT

from tp_gan import CourseError
from tp_gan.grading import cli, received
from tp_gan.grading.collect import collect
from tp_gan.grading.course import Course

RIGHT = nbformat.writes(right()).encode()
BLANK = nbformat.writes(blank()).encode()
MOODLE = "_assignsubmission_file_"


@pytest.fixture
def course(tmp_path):
    make_course(tmp_path / "cours")
    return Course.find(tmp_path / "cours")


@pytest.fixture
def packed(tmp_path):
    """Write a zip: entries are (name, content) or (name, content, date)."""

    def pack(*entries, name="recu.zip"):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, content, *date in entries:
                info = zipfile.ZipInfo(entry, *(date or [(2026, 3, 1, 12, 0, 0)]))
                archive.writestr(info, content)
        return tmp_path / name

    return pack


@pytest.fixture
def laid(tmp_path):
    """Write a folder: paths and contents, one minute apart."""

    def lay(*entries):
        root = tmp_path / "recu"
        for number, (name, content) in enumerate(entries):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            os.utime(path, (1.8e9 + 60 * number,) * 2)
        root.mkdir(exist_ok=True)
        return root

    return lay


def done(records):
    return [(record.action, record.student) for record in records]


def submitted(course):
    return sorted(path.parent.parent.name for path in course.submitted_folder.glob(f"*/{NAME}/{NAME}.ipynb"))


def content(course, student):
    return (course.submitted_folder / student / NAME / f"{NAME}.ipynb").read_bytes()


@pytest.mark.parametrize(
    ("path", "student"),
    [
        (f"Dupont Marie_123456{MOODLE}/{NAME}.ipynb", "dupont-marie"),
        (f"Dupont Marie_123456{MOODLE}{NAME}.ipynb", "dupont-marie"),
        (f"Lefèvre-Çelik Anaïs Zoé_7{MOODLE}/{NAME}.ipynb", "lefevre-celik-anais-zoe"),
        (f"de la Tour_du Pin Guy_99{MOODLE}/mon travail/TP.ipynb", "de-la-tour-du-pin-guy"),
        (f"O'Brien Seán_12{MOODLE}/Copie de {NAME}.ipynb", "o-brien-sean"),
        (f"Dupont_1_assignsubmission_file/{NAME}.ipynb", "dupont"),
        (f"dupontmarie_12345_67890_{NAME}.ipynb", "dupontmarie"),
        (f"dupontmarie_LATE_12345_67890_{NAME}-2.ipynb", "dupontmarie"),
        (f"dupont_{NAME}.ipynb", "dupont"),
        (f"{NAME}-dupont-marie.ipynb", "dupont-marie"),
        (f"Copie de {NAME} Dupont Marie.ipynb", "dupont-marie"),
        (f"{NAME.upper()}_DUPONT (3).IPYNB", "dupont"),
        ("mini_dupont_final.ipynb", "dupont"),
        (f"Dupont Marie/Copie de {NAME}.ipynb", "dupont-marie"),
        (f"Dupont Marie/Copy of Copie de {NAME} (1).ipynb", "dupont-marie"),
        (f"Dupont Marie/{NAME}-final.ipynb", "dupont-marie"),
        (f"rendus/dupont/{NAME}/{NAME}.ipynb", "dupont"),
        (f"Rendus TP00/dupont_{NAME}.ipynb", "dupont"),
        (f"Dupont Marie/{NAME}.ipynb.txt", "dupont-marie"),
        (f"Œdipe Ørsted/{NAME} - Copie.ipynb", "oedipe-orsted"),
        (f"{NAME}_{unicodedata.normalize('NFD', 'Hélène')}.ipynb", "helene"),
    ],
)
@pytest.mark.parametrize("form", ["packed", "laid"])
def test_student_of_a_name(course, request, form, path, student):
    records = collect(request.getfixturevalue(form)((path, RIGHT)), course)
    assert done(records) == [("collecté", student)]
    assert content(course, student) == RIGHT


def test_names_that_are_not_latin_stay_apart(course, laid):
    records = collect(laid((f"李雷/{NAME}.ipynb", RIGHT), (f"王伟/{NAME}.ipynb", BLANK)), course)
    assert [record.action for record in records] == ["collecté", "collecté"]
    names = submitted(course)
    assert len(set(names)) == 2
    assert all(name.isascii() for name in names)
    again = [record.student for record in collect(laid(), course)]
    assert sorted(again) == names


def test_zip_whose_names_are_utf8_or_cp437(course, packed):
    path = packed((f"Hélène_1{MOODLE}/{NAME}.ipynb", RIGHT), ("Zoé_2{MOODLE}/x.txt", b""))
    raw = path.read_bytes()
    utf8 = "Hélène".encode()
    assert utf8 in raw
    # The same names without the flag that says UTF-8, then in the encoding of an old Windows.
    unflagged = raw.replace(b"\x00\x08\x08\x00", b"\x00\x00\x08\x00")
    path.write_bytes(unflagged)
    assert done(collect(path, course))[0] == ("collecté", "helene")
    cp437 = packed(("HXlXne/00_mini.ipynb", BLANK), name="dos.zip")
    cp437.write_bytes(cp437.read_bytes().replace(b"HXlXne", "Hélène".encode("cp437")))
    assert done(collect(cp437, course))[0] == ("remplacé", "helene") or submitted(course) == ["helene"]


def test_flat_folder_of_a_class(course, laid):
    entries = [(f"Promo 2026/{name}_{NAME}.ipynb", RIGHT) for name in ("dupont", "martin", "li")]
    records = collect(laid(*entries, (f"Promo 2026/{NAME}.ipynb", BLANK)), course)
    assert done(records)[:3] != done(records)[3:]
    assert submitted(course) == ["dupont", "li", "martin"]
    (refused,) = (record for record in records if record.action == "refusé")
    assert "étudiant inconnu" in refused.why


def test_content_says_the_assignment_and_wins_over_the_name(course, packed):
    other = course.root / "notebooks" / NAME
    source = ROOT / "notebooks" / "04_mnist" / "04_mnist.ipynb"
    course.release_folder.joinpath("04_mnist").mkdir()
    course.release_folder.joinpath("04_mnist", "04_mnist.ipynb").write_bytes(source.read_bytes())
    with course.gradebook() as gradebook:
        gradebook.add_assignment("04_mnist")
    assert other.exists()
    records = collect(
        packed(
            (f"A B_11{MOODLE}/devoir.ipynb", RIGHT),
            (f"C D_22{MOODLE}/04_mnist.ipynb", RIGHT),
            (f"E F_33{MOODLE}/sans titre.ipynb", source.read_bytes()),
            (f"G H_44{MOODLE}/04_mnist.ipynb", b"{"),
        ),
        course,
    )
    assert [(record.action, record.assignment) for record in records] == [
        ("collecté", NAME),
        ("collecté", NAME),
        ("collecté", "04_mnist"),
        ("collecté", "04_mnist"),
    ]
    assert "contenu" in records[0].why
    assert "son nom dit 04_mnist, son contenu est celui de 00_mini" in records[1].why
    only = collect(packed((f"E F_33{MOODLE}/sans titre.ipynb", source.read_bytes())), course, name=NAME)
    assert done(only)[0][0] == "ignoré"
    with pytest.raises(CourseError, match="inconnu"):
        collect(packed(), course, name="99_rien")


def test_stripped_notebook_is_known_by_its_text(course, packed):
    notebook = right()
    for cell in notebook.cells:
        cell.metadata = {}
    records = collect(packed((f"A B_11{MOODLE}/travail.ipynb", nbformat.writes(notebook))), course)
    assert (records[0].action, records[0].assignment) == ("collecté", NAME)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        RIGHT[:900],
        RIGHT.decode().encode("utf-16"),
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"null",
        b'{"cells": 3}',
    ],
    ids=["empty", "brace", "cut", "utf16", "bytes", "deep", "null", "cells"],
)
def test_broken_notebook_is_collected_all_the_same(course, packed, broken):
    records = collect(packed((f"A B_11{MOODLE}/{NAME}.ipynb", broken)), course)
    assert done(records) == [("collecté", "a-b")]
    assert "collecté tout de même" in records[0].why
    assert content(course, "a-b") == broken


def test_newest_of_several_tries(course, packed):
    early, late = (2026, 3, 1, 9, 0, 0), (2026, 3, 2, 9, 0, 0)
    folder = f"A B_11{MOODLE}/"
    records = collect(packed((f"{folder}{NAME}.ipynb", RIGHT, late), (f"{folder}b/{NAME}.ipynb", BLANK, early)), course)
    assert done(records) == [("collecté", "a-b"), ("mis de côté", "a-b")]
    assert content(course, "a-b") == RIGHT
    ties = [(f"C_{NAME}.ipynb", BLANK), (f"C_{NAME} (2).ipynb", RIGHT), (f"C_{NAME} (1).ipynb", BLANK)]
    assert [d for d, _ in done(collect(packed(*ties), course))] == ["mis de côté", "collecté", "mis de côté"]
    # A newer file that is not a notebook of the course does not hide the work.
    odd = [(f"D/{NAME}.ipynb", RIGHT, early), (f"D/{NAME} (1).ipynb", b"{", late)]
    assert [d for d, _ in done(collect(packed(*odd), course))] == ["collecté", "mis de côté"]


def test_collecting_again(course, packed):
    name = f"A B_11{MOODLE}/{NAME}.ipynb"
    first = packed((name, BLANK, (2026, 3, 2, 9, 0, 0)))
    assert done(collect(first, course)) == [("collecté", "a-b")]
    assert done(collect(first, course)) == [("inchangé", "a-b")]
    older = collect(packed((name, RIGHT, (2026, 3, 1, 9, 0, 0))), course)
    assert done(older) == [("refusé", "a-b")]
    assert content(course, "a-b") == BLANK
    newer = collect(packed((name, RIGHT, (2026, 3, 3, 9, 0, 0))), course)
    assert done(newer) == [("remplacé", "a-b")]
    assert content(course, "a-b") == RIGHT
    (aside,) = (course.root / "received" / NAME / "a-b").iterdir()
    assert aside.read_bytes() == BLANK
    assert aside.name in newer[0].why


def test_timestamp_is_nbgrader_s(course, packed, monkeypatch):
    from nbgrader.coursedir import CourseDirectory

    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    try:
        collect(packed((f"A B_11{MOODLE}/{NAME}.ipynb", RIGHT, (2026, 7, 1, 12, 0, 0))), course)
    finally:
        monkeypatch.undo()
        time.tzset()
    folder = course.submitted_folder / "a-b" / NAME
    assert CourseDirectory().get_existing_timestamp(str(folder)) == datetime(2026, 7, 1, 10)
    assert sorted(path.name for path in folder.iterdir()) == [f"{NAME}.ipynb", "timestamp.txt"]


def test_zip_without_dates_takes_its_own(course, packed):
    path = packed((f"A B_11{MOODLE}/{NAME}.ipynb", RIGHT, (1980, 1, 1, 0, 0, 0)))
    os.utime(path, (1.7e9, 1.7e9))
    collect(path, course)
    stamp = (course.submitted_folder / "a-b" / NAME / "timestamp.txt").read_text()
    assert stamp.startswith(datetime.fromtimestamp(1.7e9, UTC).strftime("%Y-%m-%d %H:%M:%S"))


def test_two_students_of_one_name(course, packed):
    one, two = f"Martin Paul_111{MOODLE}/{NAME}.ipynb", f"Martin Paul_222{MOODLE}/{NAME}.ipynb"
    collect(packed((one, RIGHT), (two, BLANK)), course)
    assert submitted(course) == ["martin-paul-111", "martin-paul-222"]


def test_second_student_of_a_name_comes_later(course, packed):
    one, two = f"martinpaul_111_9999_{NAME}.ipynb", f"martinpaul_222_9998_{NAME}.ipynb"
    collect(packed((one, RIGHT)), course)
    records = collect(packed((one, RIGHT), (two, BLANK)), course)
    assert done(records) == [("inchangé", "martinpaul"), ("collecté", "martinpaul-222")]
    assert "numéro 222" in records[1].why


def zipped(*entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["packed", "laid"])
def test_zip_of_a_student_inside(course, request, form):
    inner = zipped(("travail/Copie de 00_mini.ipynb", RIGHT), ("travail/notes.txt", "x"), ("encore.zip", zipped()))
    given = request.getfixturevalue(form)((f"A B_11{MOODLE}/rendu.zip", inner), ("Dupont Marie.zip", inner))
    records = collect(given, course)
    assert submitted(course) == ["a-b", "dupont-marie"]
    assert {record.action for record in records if record.path.endswith("encore.zip")} == {"refusé"}
    bad = request.getfixturevalue(form)(
        (f"C D_12{MOODLE}/rendu.zip", inner[:100]), (f"E_13{MOODLE}/{NAME}.ipynb", RIGHT)
    )
    states = {record.path.split("_")[0]: record.action for record in collect(bad, course)}
    assert (states["C D"], states["E"]) == ("refusé", "collecté")


def link(name, target="/etc/passwd", kind=0o120777):
    info = zipfile.ZipInfo(name, (2026, 3, 1, 12, 0, 0))
    info.create_system, info.external_attr = 3, kind << 16
    return info, target


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (f"/abs/{NAME}.ipynb", "chemin"),
        (f"../../dehors_{NAME}.ipynb", "sort du dossier"),
        (f"a/../../b/{NAME}.ipynb", "sort du dossier"),
        (f"C:/dupont_{NAME}.ipynb", "chemin"),
        (f"..\\dupont_{NAME}.ipynb", "chemin"),
        (f"dupont\n_{NAME}.ipynb", "commande"),
        (f"\u202edupont_{NAME}.ipynb", "commande"),
        ("a/CON.ipynb", "Windows"),
        (f"nul/{NAME}.ipynb", "Windows"),
        ("/".join("abcdefghijklmnop") + f"/{NAME}.ipynb", "profond"),
        ("dupont/rendu.rar", "zip"),
        (f"dupont/{NAME}.py", "pas un notebook"),
        (f"__MACOSX/._dupont_{NAME}.ipynb", "caché"),
        (f"dupont/.ipynb_checkpoints/{NAME}.ipynb", "caché"),
        (f"dupont/.{NAME}.ipynb", "caché"),
    ],
)
def test_what_a_zip_may_not_hold(course, packed, name, why):
    outside = sorted(path.name for path in course.root.parent.iterdir())
    records = collect(packed((name, RIGHT), (f"martin_{NAME}.ipynb", RIGHT)), course)
    assert records[0].action in ("refusé", "ignoré")
    assert why in records[0].why
    assert done(records)[1] == ("collecté", "martin")
    assert submitted(course) == ["martin"]
    assert sorted(path.name for path in course.root.parent.iterdir()) == sorted({*outside, "recu.zip"})


@pytest.mark.parametrize("kind", [0o120777, 0o010644, 0o020644, 0o060644, 0o140644])
def test_links_and_devices_of_a_zip(course, tmp_path, kind):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr(*link(f"dupont_{NAME}.ipynb", kind=kind))
        archive.writestr(f"martin_{NAME}.ipynb", RIGHT)
    records = collect(tmp_path / "z.zip", course)
    assert [record.action for record in records] == ["refusé", "collecté"]


def test_links_and_devices_of_a_folder(course, laid, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(RIGHT)
    root = laid((f"martin_{NAME}.ipynb", RIGHT))
    (root / f"lien_{NAME}.ipynb").symlink_to(secret)
    (root / f"rompu_{NAME}.ipynb").symlink_to("nulle-part")
    (root / "dossier").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(root / f"tube_{NAME}.ipynb")
    records = collect(root, course)
    assert {record.path: record.action for record in records} == {
        "dossier": "refusé",
        f"lien_{NAME}.ipynb": "refusé",
        f"martin_{NAME}.ipynb": "collecté",
        f"rompu_{NAME}.ipynb": "refusé",
        f"tube_{NAME}.ipynb": "refusé",
    }


def test_a_link_in_submitted_is_not_followed(course, packed, tmp_path):
    (tmp_path / "ailleurs").mkdir()
    course.submitted_folder.mkdir(exist_ok=True)
    (course.submitted_folder / "dupont").symlink_to(tmp_path / "ailleurs", target_is_directory=True)
    assert done(collect(packed((f"dupont_{NAME}.ipynb", RIGHT)), course)) == [("refusé", "dupont")]
    assert not list((tmp_path / "ailleurs").iterdir())


def test_names_that_differ_only_by_case(course, packed):
    records = collect(packed((f"Dupont/{NAME}.ipynb", RIGHT), (f"dupont/{NAME}.ipynb", BLANK)), course)
    assert [record.action for record in records] == ["collecté", "refusé"]
    assert "casse" in records[1].why


def test_encrypted_and_damaged_entries(course, packed):
    path = packed((f"a_{NAME}.ipynb", RIGHT), (f"b_{NAME}.ipynb", RIGHT))
    raw = bytearray(path.read_bytes())
    central = raw.index(b"PK\x01\x02")
    raw[central + 8] |= 1
    raw[raw.index(b"b_00_mini") + 200] ^= 0xFF
    path.write_bytes(raw)
    records = collect(path, course)
    assert [record.action for record in records] == ["refusé", "refusé"]
    assert "mot de passe" in records[0].why
    assert "abîmé" in records[1].why


def test_sizes_are_limited_as_declared_and_as_they_are(course, packed, monkeypatch):
    monkeypatch.setattr(received, "MAX_NOTEBOOK", 10_000)
    path = packed((f"a_{NAME}.ipynb", b" " * 10_001), (f"b_{NAME}.ipynb", BLANK))
    assert [record.action for record in collect(path, course)] == ["refusé", "collecté"]
    # A bomb that declares 100 bytes.
    path = packed((f"c_{NAME}.ipynb", b" " * 5_000_000))
    raw = path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    path.write_bytes(raw)
    assert [record.action for record in collect(path, course)] == ["refusé"]
    monkeypatch.setattr(received, "MAX_TOTAL", 50)
    with pytest.raises(CourseError, match="déclare"):
        collect(packed((f"a_{NAME}.ipynb", RIGHT)), course)
    monkeypatch.setattr(received, "MAX_FILES", 2)
    with pytest.raises(CourseError, match="plus de 2 fichiers"):
        collect(packed(*[(f"{n}.txt", b"") for n in range(3)]), course)


def test_sources_that_are_no_source(course, tmp_path):
    with pytest.raises(CourseError, match="n'existe pas"):
        collect(tmp_path / "absent.zip", course)
    (tmp_path / "faux.zip").write_bytes(b"PK\x03\x04 rien")
    with pytest.raises(CourseError, match="lisible"):
        collect(tmp_path / "faux.zip", course)
    with pytest.raises(CourseError, match="dossier du cours"):
        collect(course.root, course)


def test_a_full_disk_leaves_no_half_of_a_file(course, packed, monkeypatch):
    name = f"A B_11{MOODLE}/{NAME}.ipynb"
    collect(packed((name, BLANK, (2026, 3, 1, 9, 0, 0))), course)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    newer = packed((name, RIGHT, (2026, 3, 2, 9, 0, 0)))
    with pytest.raises(CourseError, match="place"):
        collect(newer, course)
    monkeypatch.undo()
    assert content(course, "a-b") == BLANK
    assert done(collect(newer, course)) == [("remplacé", "a-b")]
    assert sorted(path.name for path in (course.submitted_folder / "a-b" / NAME).iterdir()) == [
        f"{NAME}.ipynb",
        "timestamp.txt",
    ]


def test_the_table_ends_with_what_to_do(course, packed, capsys):
    sent = packed(
        (f"Durand Anne_1{MOODLE}_/{NAME}.ipynb", RIGHT),
        (f"Petit Luc_2{MOODLE}_/devoir.pdf", b"%PDF"),
        ("__MACOSX/._x", b"x"),
    )
    assert cli.main(["collect", str(sent), "--course", str(course.root)]) == cli.DONE
    told = capsys.readouterr().out
    assert "durand-anne" in told
    assert "Fichiers : 1 collecté, 2 ignorés." in told
    assert f"Sans notebook collecté : Petit Luc_2{MOODLE}_." in told
    assert f"Ensuite : tp-gan grade {NAME}" in told
