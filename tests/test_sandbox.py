"""The sandbox: what a student's code sees, reaches and writes; and that the pre-flight notices a leak."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import grading_course
import pytest

pytest.importorskip("nbgrader", reason="l'extra grading n'est pas installé")

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from tp_gan import CourseError
from tp_gan.grading import sandbox, system_calls

_WITHOUT = shutil.which("bwrap") is None
if not _WITHOUT:
    try:
        sandbox.preflight("/nulle/part")
    except CourseError as error:
        _WITHOUT = "interdit ici" in str(error)
needs_bwrap = pytest.mark.skipif(_WITHOUT, reason="bubblewrap est absent, ou interdit ici")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    grading_course.make_course(root)
    grading_course.hand_in(root, "alice", grading_course.right())
    return root


def inside(code, limits=None, **variables):
    """What a program prints in the sandbox."""
    command = [sys.executable, "-P", "-c", code]
    known = {**sandbox.environment(), **variables}
    process, _ = sandbox._launch(
        command, limits or sandbox.Limits(), known, {}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    said, complaint = process.communicate(timeout=60)
    assert process.returncode == 0, complaint.decode()
    return said.decode()


def refusal(attempt):
    """How the system refuses an expression; "" when it does not."""
    code = ["import os, socket", "try:", f"    {attempt}", "except OSError as error:", "    print(error.strerror)"]
    return inside("\n".join(code)).strip()


@needs_bwrap
def test_preflight_finds_the_sandbox_tight(course):
    sandbox.preflight(course)


def _leaks():
    def shown(monkeypatch, course):
        known = sandbox._python_paths()
        monkeypatch.setattr(sandbox, "_python_paths", lambda: [*known, str(course)])

    def home_shown(monkeypatch, course):
        home = course / "home"
        (home / "secret").mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setattr(sandbox, "_view", lambda limits, view=sandbox._view: [*view(limits), "--bind", home, home])

    def added(*arguments):
        def add(monkeypatch, course):
            view = sandbox._view
            monkeypatch.setattr(sandbox, "_view", lambda limits: [*view(limits), *arguments])

        return add

    return {
        "course": (shown, "gradebook.db"),
        "home": (home_shown, "il voit ce que contient"),
        "network": (added("--share-net"), "il atteint le réseau"),
        "writing": (added("--bind", "/tmp", "/tmp"), "il écrit"),
        "proc": (added("--bind", "/proc", "/proc"), "il voit les autres processus"),
    }


@needs_bwrap
@pytest.mark.parametrize(("leak", "told"), _leaks().values(), ids=_leaks())
def test_preflight_notices_a_leak(leak, told, course, monkeypatch):
    leak(monkeypatch, course)
    with pytest.raises(CourseError, match="l'abri ne protège pas ici") as caught:
        sandbox.preflight(course)
    assert told in str(caught.value)
    assert "Rien n'a été exécuté" in str(caught.value)


def test_preflight_says_that_bubblewrap_is_absent(monkeypatch):
    monkeypatch.setenv("PATH", "/nulle/part")
    with pytest.raises(CourseError, match="bubblewrap n'est pas installé.*--no-sandbox"):
        sandbox.preflight()


def test_preflight_says_that_bubblewrap_is_forbidden(monkeypatch, tmp_path):
    refusing = tmp_path / "bwrap"
    refusing.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(CourseError, match="interdit ici.*No permissions"):
        sandbox.preflight()


def test_unknown_processor_stops(monkeypatch):
    monkeypatch.setattr(system_calls.platform, "machine", lambda: "z80")
    with pytest.raises(CourseError, match="z80"):
        system_calls.program.__wrapped__()


@needs_bwrap
@pytest.mark.parametrize(
    ("attempt", "answer"),
    {
        "gradebook": ("open('{course}/gradebook.db')", "No such file"),
        "solution": ("os.listdir('{course}/solutions')", "No such file"),
        "other student": ("os.listdir('{course}/submitted')", "No such file"),
        "tests": (f"os.listdir('{grading_course.ROOT}/tests')", "No such file"),
        "solutions of the course": (f"os.listdir('{grading_course.ROOT}/solutions')", "No such file"),
        "passwords": ("open('/etc/shadow')", "No such file"),
        "name servers": ("open('/etc/resolv.conf')", "No such file"),
        "environment of the grader": ("open('/proc/{pid}/environ')", "No such file"),
        "write in Python": ("open(os.__file__, 'a')", "Read-only"),
        "write in the package": (f"open('{sandbox.__file__}', 'a')", "Read-only"),
        "write in the root": ("open('/x', 'w')", "Read-only"),
        "write in the system's settings": ("open('/proc/sys/kernel/core_pattern', 'a')", "Read-only"),
        "restart the machine": ("open('/proc/sysrq-trigger', 'a')", "Read-only|No such file"),
        "listener of this machine": ("socket.create_connection(('127.0.0.1', {port}), 2)", "Connection refused"),
        "internet": ("socket.create_connection(('1.1.1.1', 53), 2)", "Network is unreachable"),
        "name resolution": ("socket.getaddrinfo('example.com', 80)", "Name or service not known|Temporary failure"),
        "virtual machine's host": ("socket.socket(40, socket.SOCK_STREAM)", "Address family not supported"),
        "memory of no process": ("os.memfd_create('x')", "Operation not permitted"),
        "kill the grader": ("os.kill({pid}, 9)", "No such process"),
        "become root": ("os.setuid(0)", "Invalid argument|Operation not permitted"),
    }.values(),
)
def test_refused(attempt, answer, course):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        given = attempt.format(course=course, pid=os.getpid(), port=listener.getsockname()[1])
        told = refusal(given)
    assert any(words in told for words in answer.split("|")), told or "not refused"


@needs_bwrap
@pytest.mark.parametrize(
    "call", ["libc.unshare(0x10000000)", "libc.ptrace(0, 0, 0, 0)", "libc.shmget(0, 4096, 0o1600)"]
)
def test_system_call_refused(call):
    assert (
        inside(f"import ctypes; libc = ctypes.CDLL(None, use_errno=True); print({call}, ctypes.get_errno())")
        == "-1 1\n"
    )


@needs_bwrap
def test_a_student_has_what_a_notebook_needs():
    code = """
import getpass, json, os, pwd, tempfile, threading, subprocess, multiprocessing
import matplotlib.font_manager, numpy, tp_gan.checks.bienvenue
os.makedirs("dossier"); open("dossier/a", "w").write("a"); tempfile.mkstemp()
thread = threading.Thread(target=print); thread.start(); thread.join()
with multiprocessing.get_context("fork").Pool(2) as pool:
    squares = pool.map(abs, [-1, -2])
print(json.dumps([getpass.getuser(), pwd.getpwuid(os.getuid()).pw_name, squares, subprocess.run(["ls"]).returncode,
    os.environ["TP_GAN_BUDGET"], len(os.listdir(os.environ["MPLCONFIGDIR"])) > 0]))
"""
    assert json.loads(inside(code).strip().splitlines()[-1]) == ["etudiant", "etudiant", [1, 2], 0, "essai", True]


@needs_bwrap
def test_the_grader_s_environment_stays_outside(monkeypatch):
    monkeypatch.setenv("MOODLE_TOKEN", "secret")
    monkeypatch.setenv("PYTHONPATH", "/ailleurs")
    monkeypatch.setenv("TP_GAN_BUDGET", "cpu")
    seen = json.loads(inside("import json, os; print(json.dumps(dict(os.environ)))"))
    assert "MOODLE_TOKEN" not in seen
    assert "PYTHONPATH" not in seen
    assert seen["TP_GAN_BUDGET"] == "cpu"


@needs_bwrap
def test_data_is_read_and_not_written(tmp_path, monkeypatch):
    (tmp_path / "mnist").write_text("chiffres")
    monkeypatch.setenv("TP_GAN_DATA", str(tmp_path))
    sandbox._data_folders.cache_clear()
    try:
        print_it = "import os; folder = os.environ['TP_GAN_DATA']; print(open(folder + '/mnist').read(), end='')"
        assert inside(print_it) == "chiffres"
        assert "Read-only" in refusal(f"open('{tmp_path}/x', 'w')")
    finally:
        sandbox._data_folders.cache_clear()


@needs_bwrap
@pytest.mark.parametrize("folder", sandbox.FOLDERS)
def test_a_folder_has_a_size(folder):
    code = f"""
written = 0
try:
    for number in range(40):
        written += open(f"{folder}/{{number}}", "wb").write(bytes(2**20))
except OSError as error:
    print(written < 2**24, error.strerror)"""
    assert inside(code, sandbox.Limits(disk=2**23)) == "True No space left on device\n"


@needs_bwrap
def test_a_program_dies_with_the_grader():
    """Even by kill -9: nothing is left running."""
    program = """
import subprocess, sys
from tp_gan.grading import sandbox
command = ["sh", "-c", "echo started; sleep 300"]
process, pid = sandbox._launch(command, sandbox.Limits(), sandbox.environment(), {}, stdout=subprocess.PIPE)
process.stdout.readline()
print(pid, flush=True)
sys.stdin.read()
"""
    grader = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    first = int(grader.stdout.readline())
    assert alive(first)
    grader.kill()
    grader.communicate()
    deadline = time.monotonic() + 10
    while alive(first) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(first)


def alive(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@needs_bwrap
def test_a_kernelspec_can_name_the_sandbox(tmp_path):
    """The entry point: plain jupyter_client, and so plain nbgrader, starts the kernel in the sandbox."""
    metadata = {"kernel_provisioner": {"provisioner_name": "tp-gan-sandbox"}}
    spec = KernelSpec(argv=["python"], language="python", interrupt_mode="message", metadata=metadata)

    async def ask():
        manager = AsyncKernelManager(connection_file=str(tmp_path / "kernel.json"))
        manager._kernel_spec = spec
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            ask = {"home": "__import__('os').environ['HOME']", "pid": "__import__('os').getpid()"}
            reply = await client.execute_interactive("", user_expressions=ask, timeout=30)
            return manager.provisioner.root_pid, reply["content"]["user_expressions"]
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)

    first, said = asyncio.run(ask())
    assert said["home"]["data"]["text/plain"] == repr(sandbox.HOME)
    assert int(said["pid"]["data"]["text/plain"]) < 10
    assert not alive(first)
