"""Où l'on exécute les copies : des processus de cette machine, ou les machines d'une grappe Dask.

Both give the outcomes as they come, in any order. A copy carries all that its execution needs, as bytes: machines
share neither disk nor database.
"""

import contextlib
import multiprocessing
import os
import pickle
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import resource_tracker

from tp_gan import CourseError
from tp_gan.grading.execution import Outcome, execute

__all__ = ["on_dask", "on_this_machine"]

# A copy in hand each time that a process died is the likely cause.
TRIES = 2


def on_this_machine(submissions, workers):
    """Exécute les copies dans `workers` processus ; yields an `Outcome` for each.

    A process that dies (killed, out of memory) loses nothing: the copies without an outcome start again, and one
    that was in hand `TRIES` times is a failure. Leaving the generator early stops the processes.
    """
    waiting = {submission.student: submission for submission in submissions}
    started = dict.fromkeys(waiting, 0)
    with tempfile.TemporaryDirectory(prefix="tp-gan-") as scratch:
        while waiting:
            pool = ProcessPoolExecutor(
                workers, multiprocessing.get_context("spawn"), initializer=_prepare, initargs=(scratch, os.getpid())
            )
            try:
                with _deaf_to_ctrl_c():
                    futures = {pool.submit(_mark_and_execute, item, scratch): item.student for item in waiting.values()}
                for future in as_completed(futures):
                    outcome = future.result()
                    del waiting[futures[future]]
                    yield outcome
            except BrokenProcessPool:
                for student in [student for student in waiting if os.path.exists(_mark(scratch, student))]:
                    os.unlink(_mark(scratch, student))
                    started[student] += 1
                    if started[student] == TRIES:
                        del waiting[student]
                        yield Outcome(
                            student=student,
                            status="failed",
                            reason=f"le processus qui l'exécutait est mort {TRIES} fois (mémoire ?)",
                        )
            finally:
                _stop(pool)


@contextlib.contextmanager
def _deaf_to_ctrl_c():
    """The processes that start meanwhile hear no Ctrl-C before `_prepare`; ours waits until the end."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it would lift the mask
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare(scratch, parent):
    """In each process: Ctrl-C is the main one's affair, and nobody outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    tempfile.tempdir = scratch

    def watch():
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _mark(scratch, student):
    return os.path.join(scratch, f"en_main_{student}")


def _mark_and_execute(submission, scratch):
    mark = _mark(scratch, submission.student)
    with open(mark, "w"):
        pass
    outcome = execute(submission)
    os.unlink(mark)
    return outcome


def _stop(pool):
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()
    for process in processes:
        process.join()


def on_dask(submissions, scheduler):
    """Exécute les copies sur les machines d'une grappe Dask ; yields an `Outcome` for each.

    scheduler: its address (tcp://…), or a `distributed.Client`, such as the one of a dask-jobqueue or dask-kubernetes
    cluster. A machine that goes down loses nothing: its copies start again on another one.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise CourseError(
            "--scheduler demande Dask : pip install 'tp-gan[cluster]', ici comme sur les machines qui exécutent."
        ) from error
    given = isinstance(scheduler, Client)
    try:
        client = scheduler if given else Client(scheduler, timeout=20, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise CourseError(
            f"aucune grappe Dask ne répond à {scheduler} : vérifiez l'adresse, et que `dask scheduler` y tourne."
        ) from error
    futures = {}
    try:
        if not client.scheduler_info()["workers"]:
            print("La grappe n'a encore aucune machine : la correction commencera avec la première.", file=sys.stderr)
        futures = {client.submit(_execute_apart, item, pure=False): item.student for item in submissions}
        for future in as_completed(futures, loop=client.loop):
            yield _brought_back(future, futures[future])
    finally:
        client.cancel(list(futures))
        if not given:
            client.close()


def _brought_back(future, student):
    """The outcome of a task; one that was lost with the machine that held it is computed again."""
    from distributed import wait
    from distributed.scheduler import KilledWorker

    for _ in range(TRIES + 1):
        try:
            return future.result()
        except CourseError:
            raise
        except KilledWorker:
            return Outcome(student=student, status="failed", reason="les machines qui l'exécutaient sont mortes")
        except Exception as error:
            problem = f"{type(error).__name__} : {error}"
            wait([future])
    return Outcome(student=student, status="failed", reason=f"exécution impossible ({problem})")


def _execute_apart(submission):
    """One copy in a process of its own: a Dask worker runs several threads, and nbgrader changes the folder."""
    done = subprocess.run(
        [sys.executable, "-m", "tp_gan.grading.execution"], input=pickle.dumps(submission), stdout=subprocess.PIPE
    )
    if done.returncode != 0:
        return Outcome(
            student=submission.student, status="failed", reason=f"le processus a fini avec le code {done.returncode}"
        )
    answered = pickle.loads(done.stdout)
    if isinstance(answered, CourseError):
        raise CourseError(f"{platform.node()} ne peut pas corriger : {answered}")
    return answered
