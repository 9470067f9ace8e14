"""Rendre les notes : un tableau, les retours aux étudiants, et la page de l'enseignant."""

import collections
import csv
import dataclasses
import datetime
import io
import json
import math
import re
import statistics
from importlib import resources
from pathlib import Path

from tp_gan import CourseError
from tp_gan.checkpoints import write_whole
from tp_gan.grading.verdicts import Verdicts, digest

__all__ = ["Entry", "entries", "report"]

ABSENT, PENDING, GRADED, BY_HAND = "absente", "pas encore corrigée", "notée", "à corriger à la main"
FAILED, REPAIRED, SUSPICIOUS, CHANGED = "échec", "réparée", "à revoir", "copie changée depuis"
# The order in which an instructor should look at them.
URGENCY = [FAILED, SUSPICIOUS, CHANGED, REPAIRED]
MAX_NOTEBOOK = 200 * 2**20  # bytes of an executed copy: beyond, its messages are not read


@dataclasses.dataclass
class Entry:
    """Ce que l'on sait d'une copie. `states`: words of the CSV; score: None without a grade; reasons: by state."""

    states: list
    score: float | None = None
    reasons: dict = dataclasses.field(default_factory=dict)
    questions: dict = dataclasses.field(default_factory=dict)

    def told(self):
        """L'état en une ligne, tel que l'écrit notes.csv."""
        return ", ".join(
            f"{FAILED} : {'; '.join(self.reasons.get(FAILED, []))}" if state == FAILED else state
            for state in self.states
        )


def report(course, names=None, *, folder=None, progress=iter):
    """Écrit notes.csv, rapport.html et les pages de feedback/ ; returns the paths of the first two and of feedback/.

    names: the assignments (a name, or several; by default all those that someone has handed in).
    folder: where to write the first two (the course's folder by default).
    progress: wraps the list of the copies while their feedback is written, such as tqdm.
    Raises `CourseError` if there is nothing to report.
    """
    names = [names] if isinstance(names, str) else names
    folder = Path(folder or course.root)
    known = entries(course, [course.check_name(name) for name in names or course.names()])
    if not names:
        known = {name: one for name, one in known.items() if any(e.states != [ABSENT] for e in one[1].values())}
    if not known:
        raise CourseError("aucune copie n'a été collectée : lancez d'abord `tp-gan collect`, puis `tp-gan grade`.")
    _write_feedback(course, known, progress)
    written = [folder / "notes.csv", folder / "rapport.html"]
    write_whole(written[0], _table(course, known).encode("utf-8-sig", "replace"))
    write_whole(written[1], _page(course, known).encode("utf8", "replace"))
    return [*written, course.feedback_folder]


def entries(course, names):
    """L'état de chaque copie : {TP: (maximum, {étudiant: Entry})}, the students being the same for each."""
    known, students = {}, set()
    with course.gradebook() as gradebook:
        students.update(student.id for student in gradebook.students)
        for name in names:
            assignment = gradebook.find_assignment(name)
            graded = {submission.student_id: _grades(submission) for submission in assignment.submissions}
            submitted, verdicts = course.submissions(name), Verdicts(course.verdict_folder / name).all()
            everyone = {*graded, *submitted, *verdicts}
            students |= everyone
            of_students = {
                student: _entry(graded.get(student), submitted.get(student), verdicts.get(student), name)
                for student in everyone
            }
            known[name] = (assignment.max_score, of_students)
    for _, of_students in known.values():
        for student in students:
            of_students.setdefault(student, Entry([ABSENT]))
    return known


def _grades(submission):
    """Score, whether a person must still grade, and {question: (points, maximum, whether a program gave them)}."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    # nbgrader itself gives 0 to a written answer that was left empty: no check has failed.
    by_person = {cell.name for notebook in submission.notebooks for cell in notebook.notebook.solution_cells}
    questions = {
        grade.name: (grade.score, grade.max_score, grade.auto_score is not None and grade.name not in by_person)
        for grade in grades
    }
    score = max(0, sum(grade.score for grade in grades) - (submission.late_submission_penalty or 0))
    return score, any(grade.needs_manual_grade for grade in grades), questions


def _entry(graded, folder, verdict, name):
    if verdict and verdict.status == "failed":
        entry = Entry([FAILED], reasons={FAILED: [verdict.reason]})
    elif graded is None:
        return Entry([PENDING])
    else:
        score, by_hand, questions = graded
        entry = Entry([BY_HAND if by_hand else GRADED], score, {}, questions)
    if verdict:
        for state, reasons in ((REPAIRED, verdict.notes), (SUSPICIOUS, verdict.suspicions)):
            if reasons:
                entry.states.append(state)
                entry.reasons[state] = list(reasons)
        path = folder / f"{name}.ipynb" if folder else None
        if path and path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_NOTEBOOK:
            content = path.read_bytes()
            if verdict.status == "executed" and digest(content, b"") != verdict.submission:
                entry.states.append(CHANGED)
                entry.reasons[CHANGED] = [f"lancez de nouveau « tp-gan grade {name} »"]
    return entry


# --- feedback --------------------------------------------------------------------------------------------------------


def _write_feedback(course, known, progress):
    """A page a graded copy; one that cannot be made is told, and the others are made."""
    from tp_gan.grading.feedback import Feedback

    feedback = Feedback(course)
    copies = [
        (name, student, entry) for name, (_, of_students) in known.items() for student, entry in of_students.items()
    ]
    for name, student, entry in progress(sorted(copies, key=lambda copy: copy[:2])):
        try:
            if entry.score is not None:
                feedback.write(student, name)
            elif FAILED in entry.states:
                feedback.write_failure(student, name, entry.reasons[FAILED][0])
            else:
                feedback.forget(student, name)
        except CourseError as error:
            entry.reasons.setdefault("retour", []).append(str(error)[:300])


# --- the table -------------------------------------------------------------------------------------------------------


def _table(course, known):
    """One row a student. Semicolons and decimal commas, as a French spreadsheet reads them (pandas: sep, decimal)."""
    names = _full_names(course)
    with io.StringIO(newline="") as file:
        table = csv.writer(file, delimiter=";", lineterminator="\r\n")
        table.writerow(["étudiant", "nom", "prénom", *(f"{name}{of}" for name in known for of in _COLUMNS)])
        for student in _students(known):
            row = [student, *names.get(student, ("", ""))]
            for maximum, of_students in known.values():
                entry = of_students[student]
                row += [_number(entry.score), _number(maximum), entry.told()]
            table.writerow([_harmless(cell) for cell in row])
        return file.getvalue()


_COLUMNS = ["", " maximum", " état"]


def _students(known):
    return sorted({student for _, of_students in known.values() for student in of_students})


def _full_names(course):
    with course.gradebook() as gradebook:
        return {student.id: (student.last_name or "", student.first_name or "") for student in gradebook.students}


def _number(value):
    return "" if value is None else f"{round(value, 2):g}".replace(".", ",")


def _harmless(cell):
    """A spreadsheet takes a cell that begins with one of these for a formula."""
    cell = " ".join(str(cell).split())
    return f"'{cell}" if cell.lstrip("\"' ").startswith(("=", "+", "-", "@", "|", "%")) else cell


# --- the instructor's page -------------------------------------------------------------------------------------------


def _page(course, known):
    from jinja2 import Environment

    page = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page.filters |= {"number": _number, "french": _unbroken}
    template = resources.files(__package__).joinpath("report.html").read_text("utf8")
    return page.from_string(template).render(
        course=course.course_id,
        date=datetime.datetime.now().strftime("%d/%m/%Y à %H:%M"),
        students=len(_students(known)),
        sections=[_section(course, name, maximum, of_students) for name, (maximum, of_students) in known.items()],
    )


def _unbroken(text):
    """French punctuation stays with its word."""
    return re.sub(r" (?=[;:!?»])|(?<=«) ", "\u00a0", text)


def _section(course, name, maximum, of_students):
    scores = sorted(entry.score for entry in of_students.values() if entry.score is not None)
    counts = collections.Counter(state for entry in of_students.values() for state in entry.states)
    order = [GRADED, BY_HAND, FAILED, SUSPICIOUS, REPAIRED, CHANGED, PENDING, ABSENT]
    looked_at = [
        (student, entry.states, [reason for state in [*URGENCY, "retour"] for reason in entry.reasons.get(state, [])])
        for student, entry in sorted(of_students.items(), key=lambda item: (_urgency(item[1]), item[0]))
        if entry.reasons
    ]
    return {
        "name": name,
        "maximum": maximum,
        "copies": len(of_students) - counts[ABSENT],
        "counts": [(state, counts[state]) for state in order if counts[state]],
        "mean": statistics.fmean(scores) if scores else None,
        "median": statistics.median(scores) if scores else None,
        "extremes": (scores[0], scores[-1]) if scores else None,
        "graded": len(scores),
        "by_hand": counts[BY_HAND],
        "bars": _bars(scores, maximum) if scores else [],
        "questions": _most_failed(course, name, of_students),
        "copies_to_look_at": looked_at,
    }


def _urgency(entry):
    return min((URGENCY.index(state) for state in entry.states if state in URGENCY), default=len(URGENCY))


def _bars(scores, maximum, most=12):
    """The histogram: (from, to, number of copies, share of the highest bar); the last bar holds its upper end."""
    width = max(1, math.ceil(maximum / most))
    number = max(1, math.ceil(maximum / width))
    counts = [0] * number
    for score in scores:
        counts[min(int(score // width), number - 1)] += 1
    return [
        {"low": k * width, "high": min((k + 1) * width, maximum), "count": count, "share": count / max(counts)}
        for k, count in enumerate(counts)
    ]


def _most_failed(course, name, of_students, most=10):
    """The questions checked by a program, the most often failed first, with what the checks said."""
    failed, tried = collections.defaultdict(list), collections.Counter()
    for student, entry in of_students.items():
        for question, (points, worth, automatic) in entry.questions.items():
            if automatic and worth:
                tried[question] += 1
                if points < worth:
                    failed[question].append(student)
    said = collections.defaultdict(collections.Counter)
    for student in {student for students in failed.values() for student in students}:
        for question, message in _messages(course.autograded_folder / student / name / f"{name}.ipynb").items():
            if student in failed.get(question, ()):
                said[question][message] += 1
    ranked = sorted(failed, key=lambda question: (-len(failed[question]) / tried[question], question))
    return [
        {
            "name": question,
            "failed": len(failed[question]),
            "tried": tried[question],
            "share": len(failed[question]) / tried[question],
            "messages": said[question].most_common(3),
        }
        for question in ranked[:most]
    ]


def _messages(path):
    """What each check cell of an executed copy answered, in one line; {} if the copy cannot be read."""
    try:
        if path.is_symlink() or path.stat().st_size > MAX_NOTEBOOK:
            return {}
        cells = json.loads(path.read_bytes())["cells"]
        return {
            cell["metadata"]["nbgrader"]["grade_id"]: message
            for cell in cells
            if cell["cell_type"] == "code"
            and cell["metadata"].get("nbgrader", {}).get("grade")
            and (message := _message(cell["outputs"]))
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _message(outputs):
    from tp_gan.grading.feedback import without_ansi

    for output in outputs:
        if output.get("output_type") == "error":
            trace = without_ansi("\n".join(output.get("traceback", [])))
            lines = [line.strip() for line in trace.split("\n") if line.strip().startswith("✘")]
            told = lines[0] if lines else f"{output.get('ename')} : {output.get('evalue')}".strip().split("\n")[0]
            return told if len(told) <= 240 else told[:240] + "…"
    return None
