"""Corriger les copies d'un TP : exécuter ce qui ne l'a pas encore été, puis écrire les notes.

Everything done is kept at once under verdicts/, so that a run that was cut is simply started again.
"""

import contextlib
import copy
import datetime
import logging
import os
import shutil
import sqlite3
import stat
import tempfile
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from tp_gan import CourseError, __version__
from tp_gan.checkpoints import write_whole
from tp_gan.grading import cluster
from tp_gan.grading.execution import Limits, Outcome, Submission
from tp_gan.grading.verdicts import Verdict, Verdicts, digest

__all__ = ["grade"]

LARGEST = 50 * 2**20  # bytes of a submitted notebook
ROOM = 200 * 2**20  # bytes that must be free on the disk before the gradebook is touched
# The machine's failures, which say nothing of the submission, as nbgrader tells them.
_MACHINE = ("No space left", "disk is full", "readonly database", "database is locked", "disk I/O", "Permission denied")


def grade(course, name, *, students=None, workers=1, scheduler=None, sandbox=True, limits=None, force=False, tell=None):
    """Corrige les copies de `submitted/*/<name>` ; returns the `Verdict` of each student treated or already done.

    students: only these; workers: processes of this machine; scheduler: a Dask one instead (see `cluster`);
    sandbox: False runs the students' code unprotected; force: also what is already graded;
    tell(student, verdict, done, total): called for each student as it is done.
    Raises `CourseError`, before anything was touched, when there is nothing to grade or no way to do it.
    """
    course.check_name(name)
    folders = course.submissions(name)
    for student in students or []:
        if student not in folders:
            raise CourseError(f"pas de copie de {student} pour {name} dans {course.submitted_folder}.")
    if not folders:
        raise CourseError(f"aucune copie de {name} dans {course.submitted_folder} : lancez d'abord `tp-gan collect`.")
    wanted = [student for student in folders if not students or student in students]
    with _alone(course):
        _check_room(course)
        if sandbox and scheduler is None:
            from tp_gan.grading.sandbox import preflight

            preflight(course.root)
        _keep_copy(course.database)
        return _grade(course, name, wanted, workers, scheduler, sandbox, limits or Limits(), force, tell)


def _grade(course, name, wanted, workers, scheduler, sandbox, limits, force, tell):
    course.release(name)  # a broken one is not the students' fault
    verdicts = Verdicts(course.verdict_folder / name)
    portable, assignment = course.portable(name), _assignment_digest(course, name)
    done, to_execute, results = 0, [], {}

    def settle(student, verdict):
        nonlocal done
        if not verdict.merged:
            _merge(course, name, student, verdict, verdicts)
        done += 1
        results[student] = verdict
        if tell:
            tell(student, verdict, done, len(wanted))

    digests = {}
    for student in wanted:
        content, problem, note = _read(course.submitted_folder / student / name, name)
        digests[student] = digest(content or b"", (problem or "").encode())
        verdict = verdicts.read(student)
        if force or verdict is None or (verdict.submission, verdict.assignment) != (digests[student], assignment):
            if content is None:
                verdict = _verdict(Outcome(student=student, status="failed", reason=problem), digests, assignment)
                verdicts.write(student, verdict)
                settle(student, verdict)
            else:
                threads = max(1, (os.cpu_count() or 1) // workers)
                work = Submission(
                    name=name,
                    student=student,
                    notebook=content,
                    course=portable,
                    limits=limits,
                    sandbox=sandbox,
                    threads=None if scheduler else threads,
                )
                to_execute.append((work, note))
        else:
            settle(student, verdict)
    works, found = [work for work, _ in to_execute], {work.student: note for work, note in to_execute}
    outcomes = cluster.on_dask(works, scheduler) if scheduler else cluster.on_this_machine(works, workers)
    with contextlib.closing(outcomes):
        for outcome in outcomes:
            if found[outcome.student]:
                outcome.notes.insert(0, found[outcome.student])
            verdict = _verdict(outcome, digests, assignment)
            if outcome.notebook is not None:
                write_whole(verdicts.executed(outcome.student), outcome.notebook)
            verdicts.write(outcome.student, verdict)
            settle(outcome.student, verdict)
    return {student: results[student] for student in wanted}


def _verdict(outcome, digests, assignment):
    return Verdict(
        submission=digests[outcome.student],
        assignment=assignment,
        status=outcome.status,
        reason=outcome.reason,
        notes=list(outcome.notes),
        suspicions=list(outcome.suspicions),
        seconds=round(outcome.seconds, 1),
        finished=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def _assignment_digest(course, name):
    """What a verdict depends on besides the submission: the questions, their tests, and the version of the checks."""
    with closing(sqlite3.connect(f"{course.database.as_uri()}?mode=ro", uri=True)) as database:
        cells = database.execute(
            "SELECT c.name, c.source, c.checksum FROM source_cell c JOIN notebook n ON c.notebook_id = n.id "
            "JOIN assignment a ON n.assignment_id = a.id WHERE a.name = ? ORDER BY c.name",
            (name,),
        ).fetchall()
    return digest(__version__.encode(), repr(cells).encode())


def _read(folder, name):
    """The bytes of the notebook in a student's folder; or None, why, and what had to be guessed."""
    expected = folder / f"{name}.ipynb"
    note = ""
    if folder.is_symlink() or folder.parent.is_symlink():
        return None, "un lien à la place du dossier", ""
    if not folder.is_dir():
        return None, f"{name} n'est pas un dossier", ""
    if not os.path.lexists(expected):
        others = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".ipynb")
        others = [path for path in others if ".ipynb_checkpoints" not in path.parts]
        if not others:
            return None, "le dossier ne contient aucun notebook", ""
        if len(others) > 1:
            listed = ", ".join(str(path.relative_to(folder)) for path in others)
            return None, f"plusieurs notebooks, aucun du nom attendu ({expected.name}) : {listed}", ""
        expected = others[0]
        note = f"le notebook s'appelait {expected.relative_to(folder)}"
    # Opened once, without following a link and without waiting for a FIFO, then looked at.
    try:
        handle = os.open(expected, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        linked = expected.is_symlink()
        return None, "un lien à la place du notebook" if linked else f"{expected.name} ne s'ouvre pas", ""
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None, f"{expected.name} n'est pas un fichier ordinaire", ""
        with open(handle, "rb", closefd=False) as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        return None, f"{expected.name} ne se lit pas ({error.strerror})", ""
    finally:
        os.close(handle)
    if len(content) > LARGEST:
        return None, f"un fichier de plus de {LARGEST // 2**20} Mo", ""
    return content, None, note


@contextlib.contextmanager
def _alone(course):
    """One `grade` at a time on a course; the system frees the lock of a process that dies."""
    course.verdict_folder.mkdir(exist_ok=True)
    lock = FileLock(course.verdict_folder / ".verrou", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise CourseError(
            f"une autre correction est en cours dans {course.root}. Attendez qu'elle finisse, ou arrêtez-la (Ctrl-C)."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _check_room(course):
    free = shutil.disk_usage(course.root).free
    if free < ROOM:
        raise CourseError(
            f"il ne reste que {free // 2**20} Mo sur le disque de {course.root}, il en faut {ROOM // 2**20}. "
            "Faites de la place : le carnet de notes n'a pas été touché."
        )


def _keep_copy(database):
    """The gradebook as it was before this run, beside it."""
    beside = database.with_name(f"{database.name}.avant")
    draft = beside.with_name(f"{beside.name}.en_cours")
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(draft)) as kept:
        now.backup(kept)
    os.replace(draft, beside)


def _merge(course, name, student, verdict, verdicts):
    """Bring the gradebook and autograded/ up to a verdict. Cut short, it is done again by the next run."""
    _check_room(course)
    if verdict.status == "executed":
        with _unchanged_on_failure(course.database):
            if problem := _autograde(course, name, student, verdicts.executed(student)):
                _check_room(course)
                if any(sign in problem for sign in _MACHINE):
                    raise CourseError(
                        f"les notes de {student} n'ont pas pu être écrites ({problem}). Rien n'est perdu."
                    )
                verdict.status, verdict.reason = "failed", f"nbgrader n'a pas pu la noter ({problem})"
    if verdict.status == "failed":
        _forget(course, name, student)
    verdict.merged = True
    verdicts.write(student, verdict)


@contextlib.contextmanager
def _unchanged_on_failure(database):
    with closing(sqlite3.connect(":memory:")) as kept:
        with closing(sqlite3.connect(database)) as now:
            now.backup(kept)
        try:
            yield
        except CourseError:
            with closing(sqlite3.connect(database)) as now:
                kept.backup(now)
            raise


def _autograde(course, name, student, executed):
    """nbgrader's `autograde --no-execute` over an executed notebook; its complaint, or "" when all went well."""
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    log, heard = _listened()
    with tempfile.TemporaryDirectory(prefix="tp-gan-") as folder:
        staged = Path(folder, student, name)
        staged.mkdir(parents=True)
        shutil.copy(executed, staged / f"{name}.ipynb")
        if moment := _timestamp(course.submitted_folder / student / name / "timestamp.txt"):
            (staged / "timestamp.txt").write_text(moment)
        config = copy.deepcopy(course.config)
        config.merge(
            Config(
                CourseDirectory={
                    "root": str(course.root),
                    "course_id": course.course_id,
                    "db_url": course.db_url,
                    "submitted_directory": folder,
                    "assignment_id": name,
                    "student_id": _escaped(student),
                },
                # The executed copy was sanitized before its execution (see `execution`).
                Autograde={"sanitize_preprocessors": []},
                Execute={"enabled": False},
            )
        )
        converter = Autograde(coursedir=CourseDirectory(config=config, log=log), config=config, log=log, force=True)
        try:
            converter.start()
        except Exception as error:
            return " ; ".join(heard) or f"{type(error).__name__} : {error}"
    return ""


def _escaped(student):
    """nbgrader takes a student's name for a pattern of file names."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in student)


def _listened():
    log, heard = logging.Logger("tp-gan"), []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: heard.append(record.getMessage().strip().splitlines()[-1])
    log.addHandler(handler)
    return log, heard


def _timestamp(path):
    """A date that nbgrader can read, or None."""
    from nbgrader.utils import parse_utc

    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open(encoding="utf8") as file:
            text = file.read(100).strip()
        return text if text and parse_utc(text) else None
    except (OSError, ValueError, OverflowError):
        return None


def _forget(course, name, student):
    """No old score survives a failed new submission. The student stays, without a submission."""
    from nbgrader.api import MissingEntry

    with course.gradebook() as gradebook:
        gradebook.update_or_create_student(student)
        with contextlib.suppress(MissingEntry):
            gradebook.remove_submission(name, student)
    for folder in (course.autograded_folder, course.feedback_folder):
        shutil.rmtree(folder / student / name, ignore_errors=True)
