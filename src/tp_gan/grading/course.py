"""Le dossier du cours : sa configuration, son carnet de notes (gradebook.db), ses copies."""

import io
import os
import sqlite3
import zipfile
from contextlib import closing, contextmanager
from pathlib import Path

from tp_gan import CourseError

__all__ = ["Course"]

CONFIG = "nbgrader_config.py"
# What depends on a student in nbgrader's database, leaves first.
_PERSONAL = ("comment", "grade", "submitted_notebook", "submitted_assignment", "student")
# One table and column of each layout that nbgrader has had.
_LAYOUT = {"grade": "extra_credit", "student": "lms_user_id", "source_cell": "checksum", "task_cells": "max_score"}


class Course:
    """Un cours ouvert : `root`, son dossier, et `config`, ce que dit `nbgrader_config.py`."""

    def __init__(self, root, config):
        self.root, self.config = Path(root), config
        settings = config.CourseDirectory
        self.course_id = settings.get("course_id", "") or "tp-gan"
        self.db_url = settings.get("db_url", "") or f"sqlite:///{self.root / 'gradebook.db'}"
        self.release_folder = self.root / settings.get("release_directory", "release")
        self.submitted_folder = self.root / settings.get("submitted_directory", "submitted")
        self.autograded_folder = self.root / settings.get("autograded_directory", "autograded")
        self.feedback_folder = self.root / settings.get("feedback_directory", "feedback")
        self.verdict_folder = self.root / "verdicts"

    @classmethod
    def find(cls, root="."):
        """Le cours de ce dossier. Raises `CourseError` if there is none, or if its gradebook is not usable."""
        root = Path(root).resolve()
        if not (root / CONFIG).is_file():
            raise CourseError(
                f"pas de cours dans {root} : {CONFIG} n'y est pas. Placez-vous dans le dossier du cours, ou donnez-le "
                "avec --course."
            )
        from traitlets.config.loader import PyFileConfigLoader

        try:
            config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
        except Exception as error:
            raise CourseError(
                f"{root / CONFIG} ne se lit pas ({type(error).__name__} : {error}). Corrigez-le d'abord : sans lui, "
                "rien n'est protégé."
            ) from error
        course = cls(root, config)
        course._check_gradebook()
        return course

    @property
    def database(self):
        """Le fichier du carnet de notes."""
        if not self.db_url.startswith("sqlite:///"):
            raise CourseError(
                f"le carnet de notes {self.db_url} n'est pas un fichier SQLite, le seul que l'on sait lire."
            )
        return self.root / self.db_url.removeprefix("sqlite:///")

    def _check_gradebook(self):
        if not self.database.is_file():
            raise CourseError(
                f"{self.database} n'existe pas. Dans le dossier du cours, `make notebooks` le crée avec les versions "
                "étudiantes."
            )
        try:
            with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
                for table, column in _LAYOUT.items():
                    if column not in [row[1] for row in database.execute(f"PRAGMA table_info({table})")]:
                        raise CourseError(
                            f"{self.database} vient d'une autre version de nbgrader (il manque {table}.{column}). "
                            "Sauvegardez-le, puis lancez `nbgrader db upgrade`."
                        )
                known = [row[0] for row in database.execute("SELECT id FROM course")]
        except sqlite3.DatabaseError as error:
            raise CourseError(
                f"{self.database} ne se lit pas ({error}). Remettez-en une sauvegarde : grade en garde une à côté, "
                "gradebook.db.avant."
            ) from error
        if known and self.course_id not in known:
            raise CourseError(
                f"{self.database} est celui d'un autre cours ({', '.join(known)}, et non {self.course_id}). "
                "Rangez-le ailleurs, puis lancez `make notebooks`."
            )

    @contextmanager
    def gradebook(self):
        """Le carnet de notes de nbgrader, ouvert le temps d'un bloc `with`."""
        from nbgrader.api import Gradebook

        with Gradebook(self.db_url, self.course_id) as gradebook:
            yield gradebook

    def names(self):
        """Les TP que connaît le carnet de notes."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
            return [row[0] for row in database.execute("SELECT name FROM assignment ORDER BY name")]

    def check_name(self, name):
        """`name`, s'il est celui d'un TP du carnet de notes. Raises `CourseError` otherwise."""
        names = self.names()
        if name not in names:
            listed = ", ".join(names) or "aucun : lancez `make notebooks`"
            raise CourseError(f"TP inconnu : {name}. Le carnet de notes connaît : {listed}.")
        return name

    def release(self, name):
        """La version étudiante d'un TP, telle qu'elle a été distribuée."""
        import nbformat

        path = self.release_folder / name / f"{name}.ipynb"
        try:
            return nbformat.read(path, as_version=4)
        except Exception as error:
            raise CourseError(f"{path} ne se lit pas : lancez `make notebooks`.") from error

    def submissions(self, name):
        """Les copies déposées pour un TP : submitted/<étudiant>/<tp> par étudiant, quoi qu'il s'y trouve."""
        folder = self.submitted_folder
        students = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        return {student: folder / student / name for student in students if os.path.lexists(folder / student / name)}

    def portable(self, name):
        """Ce qu'il faut pour corriger une copie ailleurs, en octets : the zip of a course without any student."""
        with io.BytesIO() as buffer:
            with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(self.root / CONFIG, CONFIG)
                archive.writestr("gradebook.db", self._database_without_students(name))
                archive.write(self.release_folder / name / f"{name}.ipynb", f"notebooks/{name}/{name}.ipynb")
            return buffer.getvalue()

    def _database_without_students(self, name):
        with closing(sqlite3.connect(":memory:")) as copy:
            with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as database:
                database.backup(copy)
            for table in _PERSONAL:
                copy.execute(f"DELETE FROM {table}")
            others = "(SELECT id FROM notebook WHERE assignment_id != (SELECT id FROM assignment WHERE name = ?))"
            for table in ("grade_cells", "solution_cells", "task_cells"):
                cells = f"(SELECT id FROM base_cell WHERE notebook_id IN {others})"
                copy.execute(f"DELETE FROM {table} WHERE id IN {cells}", (name,))
            for table in ("base_cell", "source_cell"):
                copy.execute(f"DELETE FROM {table} WHERE notebook_id IN {others}", (name,))
            copy.execute(f"DELETE FROM notebook WHERE id IN {others}", (name,))
            copy.execute("DELETE FROM assignment WHERE name != ?", (name,))
            copy.commit()
            copy.execute("VACUUM")
            return copy.serialize()
