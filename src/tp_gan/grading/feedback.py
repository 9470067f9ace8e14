"""Le retour à l'étudiant : sa copie corrigée, en une page HTML sans tests cachés et sans rien qui s'exécute."""

import base64
import functools
import html
import re
from pathlib import Path

import nbformat
from bleach.css_sanitizer import CSSSanitizer
from bleach.sanitizer import Cleaner
from jinja2 import DictLoader, pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades
from traitlets import Bool, List
from traitlets.config import Config

from tp_gan import CourseError
from tp_gan.checkpoints import write_whole

__all__ = ["Feedback", "Sanitize", "markdown", "without_ansi"]

# Bounds of one page. The heaviest solution (TP 08) is a page of 4 MB; a printed output of the course, 3 kB.
MAX_TEXT = 100_000  # characters of a cell or of an output
MAX_OUTPUTS = 100  # of a cell
MAX_PAGE = 20_000_000  # characters of the outputs together
CUT = "\n… (coupé ici : la suite était trop longue)"

_HIDDEN = re.compile(
    r"[^\n]*BEGIN HIDDEN TESTS[^\n]*\n?(.*?)(?:^[^\n]*END HIDDEN TESTS[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE
)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
# The page asks no address for anything: the badge of Colab, for one, shows its words.
_REMOTE_PICTURE = re.compile(r"!\[([^\]\n]{0,200})\]\(https?://[^)\s]{0,500}\)")
_ACTIVE_SVG = re.compile(r"<\s*script|\bon\w+\s*=|javascript:|foreignobject|<!entity|<\s*iframe|href", re.IGNORECASE)
_TAGS = set(
    re.findall(
        r"\w+",
        """a abbr b blockquote br caption cite code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3
        h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th
        thead tr tt u ul var""",
    )
)
# No position, no z-index: nothing may be laid over the marks.
_STYLES = set(
    re.findall(
        r"[\w-]+",
        """background-color border border-collapse color font-family font-size font-style font-weight line-height
        text-align text-decoration vertical-align white-space""",
    )
)
_FRENCH = {
    "<html>": '<html lang="fr">',
    "(Score: -{{": "({{ '-' }}{{",
    "(Score: ": "(",
    "Score: ": "",
    "Test cell</a>": "{{ cell.metadata.nbgrader.grade_id }}</a>",
    "Coding free-response</a>": "{{ cell.metadata.nbgrader.grade_id }} (code, à la main)</a>",
    "Written response</a>": "{{ cell.metadata.nbgrader.grade_id }} (texte, à la main)</a>",
    "Late submission penalty": "Pénalité de retard",
    "Task</a>": "Travail</a>",
    ">Comment</a>": ">Commentaire</a>",
    "<b>Comments:</b>": "<b>Commentaire :</b>",
    "Student's answer": "Réponse",
    "Student's task": "Travail",
    "Grade cell:": "Vérification",
    "Task:": "Travail",
    "(Top)": "(haut)",
    # No formula is drawn, and no address is asked for anything: the page is whole, and nothing in it runs.
    "{{ mathjax() }}": "<style>pre { white-space: pre-wrap; } img { max-width: 100%; }</style>",
    "| float | round(2) }}": "| points }}",
    '<meta charset="utf-8" />': '<meta charset="utf-8" />\n<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
    '<meta name="viewport" content="width=device-width">',
}


_FAILURE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{name}</title>
</head>
<body style="font: 1rem/1.5 sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem"><h1>{name}</h1>
<p>Cette copie n'a pas pu être corrigée : {reason}.</p>
<p>Adressez-vous à votre enseignant.</p></body></html>
"""


class Feedback:
    """Les pages de retour d'un cours. One object for a whole class: nbgrader's exporter is made once."""

    def __init__(self, course):
        self.course = course
        config = Config(course.config)
        config.HTMLExporter.preprocessors = []
        config.HTMLExporter.filters = {"markdown2html": markdown}
        config.HTMLExporter.template_name = "feedback"
        config.HTMLExporter.exclude_anchor_links = True
        directory = CourseDirectory(config=config)
        directory.root = str(course.root)
        self.converter = _Converter(coursedir=directory, config=config)
        source = Path(self.converter.config.HTMLExporter.extra_template_basedirs[0], "feedback", "index.html.j2")
        text = source.read_text("utf8")
        for english, french in _FRENCH.items():
            text = text.replace(english, french)
        self.converter.exporter = HTMLExporter(
            parent=self.converter, config=self.converter.config, extra_loaders=[DictLoader({"index.html.j2": text})]
        )
        self.converter.exporter.register_filter("points", _points)
        for preprocessor in self.converter.preprocessors:
            self.converter.exporter.register_preprocessor(preprocessor)

    def write(self, student, name):
        """Écrit la page d'une copie corrigée ; returns its path. Raises `CourseError` if it cannot be made."""
        source = self.course.autograded_folder / student / name / f"{name}.ipynb"
        target = self._target(student, name)
        try:
            if any(path.is_symlink() for path in (source, source.parent, source.parent.parent)):
                raise CourseError(f"{source} est un lien")
            notebook = nbformat.read(source, as_version=4)
            _make_plain(notebook, self._graded(name))
            resources = self.converter.init_single_notebook_resources(str(source))
            page, _ = self.converter.exporter.from_notebook_node(notebook, resources=resources)
        except Exception as error:
            self.forget(student, name)
            raise CourseError(f"pas de retour pour {student} ({type(error).__name__} : {error})") from error
        write_whole(target, page.encode("utf8", "replace"))
        return target

    @functools.cache  # noqa: B019
    def _graded(self, name):
        with self.course.gradebook() as gradebook:
            known = gradebook.find_notebook(name, name)
            return {cell.name for cell in [*known.grade_cells, *known.solution_cells, *known.task_cells]}

    def write_failure(self, student, name, reason):
        """Une page qui dit seulement pourquoi la copie n'a pas de note."""
        target = self._target(student, name)
        page = _FAILURE.format(name=html.escape(name), reason=html.escape(reason.rstrip(".")))
        write_whole(target, page.encode("utf8", "replace"))
        return target

    def forget(self, student, name):
        """Retire la page d'une copie qui n'a plus de note."""
        self._target(student, name).unlink(missing_ok=True)

    def _target(self, student, name):
        target = self.course.feedback_folder / student / name / f"{name}.html"
        for place in (self.course.feedback_folder, target.parent.parent, target.parent):
            if place.is_symlink():
                raise CourseError(f"{place} est un lien : remettez un vrai dossier à sa place")
        return target


def without_ansi(text):
    """Un texte de sortie, sans ses couleurs."""
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)


def _points(value):
    return "à venir" if value is None else f"{round(float(value), 2):g}".replace(".", ",")


def _text(value):
    value = "".join(map(str, value)) if isinstance(value, list) else str(value)
    return value if len(value) <= MAX_TEXT else value[:MAX_TEXT] + CUT


def _make_plain(notebook, graded):
    """Leave in an executed copy what its page shows, and nothing else.

    graded: the grade_ids of the assignment; what a student invents is no question.
    """
    hidden, spent = _hidden_lines(notebook, graded), 0
    for number, cell in enumerate(notebook.cells):
        marks = cell.metadata.get("nbgrader")
        is_ours = isinstance(marks, dict) and marks.get("grade_id") in graded
        cell.metadata = nbformat.from_dict({"nbgrader": marks} if is_ours else {})
        cell.id = f"cellule-{number}"
        if is_ours and marks.get("grade") and not marks.get("solution"):
            cell.source = _HIDDEN.sub("", cell.source).rstrip("\n")
        cell.source = _text(cell.source)
        if cell.cell_type == "raw":
            cell.cell_type, cell.source = "markdown", f"<pre>{html.escape(cell.source)}</pre>"
        if cell.cell_type != "code":
            cell.source = _REMOTE_PICTURE.sub(r"\1", cell.source)
            continue
        count = cell.get("execution_count")
        cell.execution_count = count if isinstance(count, int) else None
        kept = []
        for output in cell.outputs[:MAX_OUTPUTS]:
            output = _plain_output(output, hidden)
            spent += len(str(output))
            if spent > MAX_PAGE:
                kept.append(nbformat.v4.new_output("stream", text="… (page trop lourde : sortie retirée)"))
                break
            kept.append(output)
        cell.outputs = kept
    # metadata.widgets without state stops nbconvert; the language's name chooses a program there.
    notebook.metadata = nbformat.from_dict({"language_info": {"name": "python", "pygments_lexer": "ipython3"}})


def _hidden_lines(notebook, graded):
    """The lines of the hidden tests that are not also in plain sight, the longest first."""
    hidden, seen = set(), set()
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader") or {}
        if isinstance(marks, dict) and marks.get("grade_id") in graded and not marks.get("solution"):
            for block in _HIDDEN.findall(cell.source):
                hidden.update(line.strip() for line in block.split("\n"))
            seen.update(line.strip() for line in _HIDDEN.sub("", cell.source).split("\n"))
    return sorted((line for line in hidden - seen if len(line) >= 6), key=len, reverse=True)


def _without_hidden(text, hidden):
    plain = without_ansi(text)
    if not any(line in plain for line in hidden):
        return text
    for line in hidden:
        plain = plain.replace(line, "(test caché)")
    return plain


def _plain_output(output, hidden):
    """An output with only what the page shows of it."""
    kind = output.get("output_type")
    if kind == "stream":
        return nbformat.v4.new_output("stream", text=_without_hidden(_text(output.get("text", "")), hidden))
    if kind == "error":
        trace = [_text(line) for line in output.get("traceback", [])][:200]
        told = without_ansi("\n".join(trace))
        evalue = _without_hidden(_text(output.get("evalue", "")), hidden)
        if any(line in told for line in hidden):
            # The lines around a hidden one are hidden too: only the last line of the trace is left.
            trace = [f"{str(output.get('ename', ''))[:100]}: {evalue}"]
        return nbformat.v4.new_output("error", ename="", evalue="", traceback=trace)
    data, metadata = {}, {}
    given = output.get("metadata", {})
    for kind, value in output.get("data", {}).items():
        value = "".join(map(str, value)) if isinstance(value, list) else str(value)
        if kind in ("image/png", "image/jpeg"):
            if not _PICTURE.match(f"data:{kind};base64,{value}"):
                continue
            alt = given.get(kind, {}).get("alt") if isinstance(given.get(kind), dict) else None
            metadata[kind] = {"alt": str(alt)[:2000]} if alt else {}
        elif kind == "image/svg+xml":
            if _ACTIVE_SVG.search(value):
                continue
            value = value[:MAX_PAGE]
        elif kind == "text/html":
            value = _without_hidden(value[:MAX_PAGE], hidden)
        else:
            value = _without_hidden(_text(value), hidden)
        data[kind] = value
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


def _attribute(tag, name, value):
    """Whether an attribute of a student's HTML stays."""
    if tag == "img" and name == "src":
        return bool(_PICTURE.match(value))
    if tag == "a" and name == "href":
        return bool(re.match(r"(https?://|mailto:)", value.strip(), re.IGNORECASE))
    if name == "class":  # of pygments, in markdown
        return bool(re.fullmatch(r"highlight|hll|[a-z]{1,2}\d?", value))
    return name in {"alt", "title", "style", "lang", "dir", "colspan", "rowspan", "scope", "open", "start"} or (
        name in {"width", "height"} and value.isdigit()
    )


@functools.cache
def _cleaner():
    return Cleaner(
        tags=_TAGS,
        attributes=_attribute,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=_STYLES),
    )


def _clean(text):
    """HTML that shows and does nothing; what was inside scripts and styles goes too."""
    kept = text
    for tag in ("script", "style", "template", "noscript", "title"):
        pieces, rest = [], kept
        while found := re.search(rf"<{tag}\b", rest, re.IGNORECASE):
            pieces.append(rest[: found.start()])
            end = re.compile(rf"</{tag}[^>]*>?", re.IGNORECASE).search(rest, found.end())
            rest = rest[end.end() :] if end else ""
        kept = "".join([*pieces, rest])
    return _cleaner().clean(kept)


class _Grades(GetGrades):
    """nbgrader's, without its 0 for what a person has yet to grade."""

    def _get_score(self, cell, resources):
        super()._get_score(cell, resources)
        where = (self.notebook_id, self.assignment_id, self.student_id)
        if self.gradebook.find_grade(cell.metadata["nbgrader"]["grade_id"], *where).needs_manual_grade:
            cell.metadata.nbgrader["score"] = None


class Sanitize(SanitizeHTML):
    """Les sorties d'une copie, sans rien qui s'exécute, images gardées. Its markdown is for the filter below.

    nbgrader_config.py gives both to Formgrader too, where a student's script would act with the instructor's rights.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.cell_type == "code":
            for output in cell.outputs:
                data = output.get("data", {})
                svg = data.pop("image/svg+xml", None)
                markdown = data.pop("text/markdown", None)
                self.sanitize_code_outputs([output])
                data.pop("application/json", None)
                if markdown is not None:
                    data["text/markdown"] = markdown
                if svg is not None and not {"image/png", "image/jpeg", "text/html"} & set(data):
                    # In an <img> a drawing is only a picture.
                    encoded = base64.b64encode(svg.encode("utf8", "replace")).decode()
                    data["text/html"] = f'<img alt="Figure" src="data:image/svg+xml;base64,{encoded}">'
            cell.outputs = [output for output in cell.outputs if output.get("data", True)]
        return cell, resources

    def sanitize_html_tags(self, html_str):
        return _clean(html_str)


class _Converter(GenerateFeedback):
    """nbgrader's feedback; it never copies the other files of a submission, and these may be links."""

    preprocessors = List([_Grades, Sanitize])

    def init_assignment(self, assignment_id, student_id):
        pass


@pass_context
def markdown(context, source):
    """Le filtre `markdown2html` de nbconvert, dont le HTML est nettoyé. Before, the formulas would suffer."""
    cell = context.get("cell", {})
    renderer = IPythonRenderer(escape=False, attachments=cell.get("attachments", {}), exclude_anchor_links=True)
    return _clean(MarkdownWithMath(renderer=renderer).render(source))
