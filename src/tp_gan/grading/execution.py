"""L'exécution d'une copie : remise en état, exécutée dans l'abri sous surveillance, rendue avec ses sorties.

Everything happens in a private folder, from the bytes of a `Submission` to those of an `Outcome`: any process of any
machine can do it. The steps are nbgrader's own (its sanitizing preprocessors, its `Execute`); the gradebook that they
read is a copy, and the score is given later, by `autograde --no-execute`.
"""

import asyncio
import copy
import functools
import io
import logging
import os
import pickle
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass, field

import nbformat
import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import Execute
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from tp_gan import CourseError
from tp_gan.grading import sandbox as shelter
from tp_gan.grading.repair import repair
from tp_gan.grading.sandbox import Limits, Sandbox
from tp_gan.grading.watch import Watch, kill, spelled

__all__ = ["Limits", "Outcome", "Submission", "execute"]

_STUDENT = "copie"  # in its private course a submission has no other name
_PASSING = 10  # what is displayed and replaced, such as a live plot, counts that many times less than what stays
PATIENCE = 10  # seconds, for the outputs of a cell that has ended or was interrupted
MALFORMED = "ses sorties sont mal formées : ce n'est pas IPython qui les a écrites."
_LOG = logging.getLogger("tp_gan.grading")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False


@dataclass(frozen=True)
class Submission:
    """Une copie à exécuter, et tout ce qu'il faut pour cela.

    notebook: the file's bytes, as handed in; course: `Course.portable(name)`; sandbox: False runs the student's code
    unprotected; threads: of the numerical libraries, None for their own choice.
    """

    name: str
    student: str
    notebook: bytes
    course: bytes
    limits: Limits = field(default_factory=Limits)
    sandbox: bool = True
    threads: int | None = None


@dataclass
class Outcome:
    """Ce que l'exécution a donné : `notebook`, les octets du notebook exécuté, ou `reason`, pourquoi il n'y en a pas.

    status: "executed" or "failed"; notes: what was repaired or cut short; suspicions: what an instructor must look at.
    """

    student: str
    status: str
    reason: str = ""
    notebook: bytes | None = None
    notes: list[str] = field(default_factory=list)
    suspicions: list[str] = field(default_factory=list)
    seconds: float = 0.0


class _Failed(CourseError):
    """Une copie dont l'exécution ne donne rien."""


def execute(submission):
    """Exécute une copie ; returns its `Outcome`, whatever the copy does. Raises nothing but KeyboardInterrupt."""
    start = time.monotonic()
    outcome = Outcome(student=submission.student, status="failed")
    try:
        with tempfile.TemporaryDirectory(prefix="tp-gan-", ignore_cleanup_errors=True) as folder:
            outcome.notebook = _executed(submission, folder, outcome)
            outcome.status = "executed"
    except CourseError as error:
        outcome.reason = str(error)
    except (Exception, asyncio.CancelledError) as error:
        told = " ".join(str(error).split())[:200]
        outcome.reason = f"la correction s'est arrêtée sur une erreur inattendue ({type(error).__name__} : {told})."
    outcome.seconds = time.monotonic() - start
    return outcome


def _executed(submission, folder, outcome):
    """The bytes of the executed notebook. Notes and suspicions go to `outcome`. Raises `_Failed`."""
    from tp_gan.grading import tripwires

    config, release, database = _course(submission.course, submission.name)
    repaired = repair(submission.notebook, release)
    outcome.notes += repaired.notes
    with open(os.path.join(folder, "gradebook.db"), "wb") as file:
        file.write(database)
    notebook = _sanitized(repaired.notebook, submission.name, folder, config)
    outcome.suspicions += tripwires.suspicious(notebook, release)
    nonce = secrets.token_hex(16)
    tripwires.arm(notebook, nonce)
    notebook = _run(notebook, submission, folder, config, outcome.notes)
    outcome.suspicions += [told for told in tripwires.disarm(notebook, nonce) if told not in outcome.suspicions]
    # A hostile kernel may have sent anything as an output.
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError:
        raise _Failed(MALFORMED) from None
    return nbformat.writes(notebook).encode("utf8", "replace")


@functools.lru_cache(4)
def _course(packed, name):
    """From a portable course: its configuration, the student version, the bytes of the gradebook."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive, tempfile.TemporaryDirectory(prefix="tp-gan-") as folder:
        archive.extract("nbgrader_config.py", folder)
        # An error here stops everything: nbgrader would go on without the settings.
        config = PyFileConfigLoader("nbgrader_config.py", path=folder).load_config()
        release = nbformat.reads(archive.read(f"notebooks/{name}/{name}.ipynb").decode("utf8"), as_version=4)
        return config, release, archive.read("gradebook.db")


def _sanitized(notebook, name, folder, config):
    """The notebook after nbgrader's own preparation: its tests, and its metadata, come from the gradebook."""
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory

    url = f"sqlite:///{folder}/gradebook.db"
    course = CourseDirectory(config=config, root=folder, db_url=url, log=_LOG)
    about = {"student": _STUDENT, "assignment": name, "notebook": name, "db_url": url}
    resources = {"nbgrader": about, "unique_key": name, "metadata": {"path": folder}}
    for preprocessor in Autograde(coursedir=course, config=config, log=_LOG).sanitize_preprocessors:
        step = preprocessor(config=config, log=_LOG)
        if hasattr(step, "add_missing_cells"):
            step.add_missing_cells = True
        notebook, resources = step(notebook, resources)
    return notebook


def _run(notebook, submission, folder, config, notes):
    """Execute every cell. Raises `_Failed` with the reason that an instructor reads."""
    watch = Watch(submission.limits)
    client = ShelteredExecute(submission, folder, watch, notes, config, _LOG)
    reason = None
    try:
        notebook, _ = client.preprocess(notebook, {"metadata": {"path": folder}})
    except DeadKernelError:
        reason = "le noyau s'est arrêté au milieu de l'exécution (un exit(), un plantage, ou trop de mémoire)."
    except CellTimeoutError:
        reason = "une cellule ne rend pas la main, même interrompue."
        if not client.interrupted:
            megabytes = spelled(submission.limits.output, 20)
            reason = f"ses sorties dépassent {megabytes} Mo d'un coup, ou n'arrivent pas."
    except RuntimeError as error:
        reason = f"le noyau n'a pas démarré ({error})."
    finally:
        watch.stop()
        client.stop()
    if watch.reason or reason:
        raise _Failed(watch.reason or reason)
    return notebook


class _Manager(AsyncKernelManager):
    """Its clients refuse a message of more than `largest` bytes, before it takes the grader's memory."""

    largest = -1

    def client(self, **settings):
        client = super().client(**settings)
        client.context.setsockopt(zmq.MAXMSGSIZE, self.largest)
        return client


class ShelteredExecute(Execute):
    """nbgrader's Execute, with a kernel in the sandbox, and a limit on all that it sends."""

    def __init__(self, submission, folder, watch, notes, config, log):
        limits = submission.limits
        config = copy.deepcopy(config)
        # Said by its own name, whatever the course's says of Execute: a converter reads its configuration twice.
        config.ShelteredExecute = Config(
            enabled=True,
            timeout=limits.cell,
            timeout_func=None,
            interrupt_on_timeout=True,
            iopub_timeout=PATIENCE,
            raise_on_iopub_timeout=True,
            force_raise_errors=False,
            shutdown_kernel="immediate",
            store_widget_state=False,
            record_timing=False,
            skip_cells_with_tag=secrets.token_hex(8),
        )
        super().__init__(config=config, log=log)
        self.limits, self.threads, self.sandbox = limits, submission.threads, submission.sandbox
        self.folder, self.watch, self.notes = folder, watch, notes
        self.kept = self.shown = self.passed = 0  # bytes of output: of the cells before, of this one, received
        self.interrupted, self.provisioner = False, None

    def create_kernel_manager(self):
        connection = os.path.join(self.folder, "kernel.json")
        manager = _Manager(connection_file=connection, kernel_name="python3", log=self.log)
        manager.largest = self.limits.output
        manager._kernel_spec = KernelSpec(
            argv=shelter.kernel_command("{connection_file}"), language="python", interrupt_mode="message"
        )
        if self.sandbox:
            # Given here, and so without an installed kernelspec: on a cluster too.
            manager.provisioner = Sandbox(
                kernel_id=secrets.token_hex(8), kernel_spec=manager._kernel_spec, parent=manager, log=self.log
            )
            manager.provisioner.limits, manager.provisioner.threads = self.limits, self.threads
        self.km = manager
        return manager

    def start_new_kernel(self, **options):
        if not self.sandbox:
            home = os.path.join(self.folder, "home")
            options |= {"env": shelter.environment(self.threads, home), "cwd": _furnished(home)}
            options |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        super().start_new_kernel(**options)
        self.provisioner = self.km.provisioner
        if self.sandbox and not isinstance(self.provisioner, Sandbox):
            raise _Failed("le noyau n'est pas dans l'abri : rien n'a été exécuté.")
        self.watch.start(self.provisioner)

    def process_message(self, msg, cell, cell_index):
        size = len(repr(msg["content"])) + sum(map(len, msg.get("buffers", ())))
        self.passed += size
        if msg["msg_type"] == "clear_output":
            self.shown = 0
        elif msg["msg_type"] not in ("status", "execute_input", "update_display_data"):
            self.shown += size
        if self.kept + self.shown > self.limits.output or self.passed > _PASSING * self.limits.output:
            megabytes = spelled(self.limits.output, 20)
            self.watch.give_up(f"ses sorties dépassent {megabytes} Mo (une boucle qui affiche sans fin ?).")
        if self.watch.reason:
            return None
        try:
            return super().process_message(msg, cell, cell_index)
        except CellExecutionComplete:
            raise
        except Exception:
            return self.watch.give_up(MALFORMED)

    def handle_comm_msg(self, outs, msg, cell_index):
        """Widgets have no front end here: what they print stays in its cell."""

    def on_cell_executed(self, **about):
        super().on_cell_executed(**about)
        self.kept, self.shown = self.kept + self.shown, 0

    async def _async_handle_timeout(self, timeout, cell=None):
        self.interrupted = True
        line = next(iter(cell.source.strip().splitlines()), "")[:60] if cell else ""
        self.notes.append(f"une cellule a été interrompue après {timeout} s (« {line} »)")
        return await super()._async_handle_timeout(timeout, cell)

    def stop(self):
        """Leave nothing behind, even after a Ctrl-C."""
        if self.provisioner is not None:
            kill(self.provisioner)


def _furnished(home):
    """The working folder of a kernel without sandbox."""
    for name in ("tp", "tmp", ".matplotlib"):
        os.makedirs(os.path.join(home, name))
    for path in shelter.font_lists():
        shutil.copy(path, os.path.join(home, ".matplotlib"))
    return os.path.join(home, "tp")


def main():
    """Un processus à part pour une copie : a pickled `Submission` on stdin, a pickled `Outcome` on stdout,
    or the `CourseError` of a machine whose sandbox does not protect."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may be written there
    submission = pickle.load(sys.stdin.buffer)
    try:
        if submission.sandbox:
            shelter.preflight()
    except CourseError as error:
        answered = error  # of this machine, and not of the submission
    else:
        answered = execute(submission)
    with answer:
        pickle.dump(answered, answer)


if __name__ == "__main__":
    # Under its real name, so that the classes are those of whoever reads the answer.
    from tp_gan.grading import execution

    execution.main()
