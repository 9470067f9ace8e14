"""Un abri pour le code des étudiants : un noyau Jupyter qui ne voit ni le cours, ni le réseau, et n'écrit nulle part.

bubblewrap gives the kernel namespaces of its own (users, processes, network, files, IPC). What it sees is listed, and
read-only: the system's programs, Python, this package, the data folders. What it writes is in memory, of limited size,
and goes with it: even its sockets, which the grader reaches through /proc/<pid>/root. A filter of system calls closes
what namespaces leave open: sockets of virtual machines, memory that belongs to no process, nested namespaces.
"""

import contextlib
import functools
import json
import os
import shutil
import signal
import site
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.provisioning import LocalProvisioner

from tp_gan import CourseError
from tp_gan.grading import system_calls

__all__ = ["Limits", "Sandbox", "environment", "font_lists", "kernel_command", "preflight"]

HOME, SOCKETS, USER = "/home/tp-gan", "/run/tp-gan", "etudiant"
FOLDERS = ("/tmp", HOME, "/dev/shm", SOCKETS)  # what a student's code may fill
FILES = 100_000  # and with how many files: each costs a kilobyte that no size limit counts

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC = ("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types")
_MADE = {
    "/etc/passwd": f"{USER}:x:1000:1000::{HOME}:/bin/sh\n",
    "/etc/group": f"{USER}:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
_DATA = ("TP_GAN_DATA", "TP_GAN_CACHE", "KAGGLEHUB_CACHE")
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", *_THREADS)
# The kernel limits itself before it reads a student's line; without a privilege it cannot go back.
_LIMITED = """import resource
for name, value in {limits}.items():
    ceiling = resource.getrlimit(getattr(resource, name))[1]
    value = value if ceiling < 0 else min(value, ceiling)
    resource.setrlimit(getattr(resource, name), (value, value))
"""
_KERNEL = "from ipykernel.kernelapp import launch_new_instance; launch_new_instance()"


@dataclass(frozen=True)
class Limits:
    """Ce qu'une copie peut consommer.

    cell, total: seconds; memory: bytes, of its processes and its files together; processes: threads count too;
    output: bytes of what is displayed; disk: bytes in each of the folders where it can write.
    """

    cell: int = 600
    total: int = 1800
    memory: int = 4 * 2**30
    processes: int = 1000
    output: int = 20 * 2**20
    disk: int = 512 * 2**20

    def rlimits(self):
        return {
            "RLIMIT_DATA": self.memory,
            "RLIMIT_FSIZE": self.disk,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_NOFILE": 4096,
            "RLIMIT_CORE": 0,
        }


def kernel_command(connection_file, limits=None):
    """La commande d'un noyau Python. `limits` are those that it gives itself, None for no limit."""
    program = _KERNEL if limits is None else _LIMITED.format(limits=limits.rlimits()) + _KERNEL
    return [sys.executable, "-P", "-c", program, "-f", connection_file, "--InteractiveShellApp.ignore_cwd=True"]


def environment(threads=None, home=HOME):
    """Les variables que voit le noyau : a list of allowed ones, whatever the grader's own are."""
    variables = {name: os.environ[name] for name in _KEPT if name in os.environ}
    if threads:
        names = (*_THREADS, "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
        variables |= dict.fromkeys(names, str(threads))
    variables |= {name: str(folder) for name, folder in _data_folders().items()}
    return variables | {
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), "/usr/bin", "/bin"]),
        "HOME": home,
        "USER": USER,
        "LOGNAME": USER,
        "TMPDIR": f"{home}/tmp",
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "TP_GAN_BUDGET": os.environ.get("TP_GAN_BUDGET", "essai"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


class Sandbox(LocalProvisioner):
    """Lance un noyau Jupyter dans l'abri (entry point `tp-gan-sandbox`).

    A kernelspec that names it, with `"interrupt_mode": "message"`, gives plain nbgrader the same protection, but for
    what `execution` watches. limits, threads: set by whoever makes it; else the defaults.
    """

    limits, threads, root_pid = Limits(), None, None

    async def pre_launch(self, **kwargs):
        manager = self.parent
        manager.transport, manager.ip = "ipc", f"{SOCKETS}/s"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd, **kwargs):
        connection = Path(self.parent.connection_file)
        inside = f"{SOCKETS}/kernel.json"
        command = [*kernel_command(inside, self.limits), "--HistoryManager.hist_file=:memory:"]
        files = {inside: connection.read_bytes()}
        self.process, self.root_pid = _launch(command, self.limits, environment(self.threads), files)
        self.pid, self.pgid, self.cwd = self.process.pid, None, None
        # From here its sockets are seen in the view of its first process.
        self.parent.ip = self.connection_info["ip"] = f"{self.folder(SOCKETS)}/s"
        connection.unlink()
        return self.connection_info

    def folder(self, path):
        """Where a folder of the sandbox is seen from outside."""
        return f"/proc/{self.root_pid}/root{path}"

    async def send_signal(self, signum):
        if signum in (signal.SIGTERM, signal.SIGKILL):
            self.stop()

    async def kill(self, restart=False):
        self.stop()

    async def terminate(self, restart=False):
        self.stop()

    def stop(self):
        """Kill the first process of its namespace, and with it all the others, at once."""
        process = self.process
        if process is None or process.poll() is not None or self.root_pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.root_pid, signal.SIGKILL)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def preflight(root="."):
    """Vérifie que l'abri protège vraiment, en y lançant un programme qui tente de tout lire.

    root: the course. Raises `CourseError`: no bubblewrap, not allowed here, or not tight.
    """
    root = Path(root).resolve()
    views = [Path(path) for path in _views()]
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory(prefix="tp-gan-") as folder:
        places = [Path.home(), Path(folder).parent]
        if (root / "nbgrader_config.py").exists():
            places += [root, root / "submitted", root / "solutions"]
        # A home folder may have to show the way to Python, and nothing else.
        ways = {
            str(place): [view.relative_to(place).parts[0] for view in views if place in view.parents]
            for place in places
            if place.is_dir()
        }
        files = [root / "gradebook.db", root / "nbgrader_config.py", *sorted(root.glob("solutions/*/*.ipynb"))[:1]]
        asked = {"ways": ways, "files": [str(path) for path in files if path.exists()]}
        asked |= {"outside": folder, "port": listener.getsockname()[1]}
        found = _run_canary(asked)
        if os.listdir(folder):
            found.append("il écrit hors de l'abri")
    if found:
        raise CourseError(
            f"l'abri ne protège pas ici : {' ; '.join(found)}. Rien n'a été exécuté. Un cours ne doit contenir ni être "
            "contenu dans l'environnement Python ou dans TP_GAN_DATA."
        )


_CANARY = """import ctypes, json, os, socket, sys
asked, found = json.load(open(sys.argv[1])), []
def tries(problem, attempt):
    try:
        if attempt() is not False:
            found.append(problem)
    except OSError:
        pass
for path in asked["files"]:
    tries("il lit " + path, lambda: open(path, "rb").read(1))
for path, ways in asked["ways"].items():
    tries("il voit ce que contient " + path, lambda: bool(set(os.listdir(path)) - {*ways}))
for place in (asked["outside"], "/", "/etc", "/usr", "/dev", "/proc/sys/kernel", sys.prefix):
    tries("il écrit dans " + place, lambda: open(os.path.join(place, "trace"), "w"))
for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/self/oom_score_adj"):
    tries("il écrit dans " + path, lambda: os.open(path, os.O_WRONLY))
for address in (("127.0.0.1", asked["port"]), ("1.1.1.1", 53)):
    tries("il atteint le réseau", lambda: socket.create_connection(address, 1))
tries("il parle à la machine hôte", lambda: socket.socket(40, socket.SOCK_STREAM))
tries("il voit les autres processus", lambda: len([name for name in os.listdir("/proc") if name.isdigit()]) > 3)
tries("il crée des espaces de noms", lambda: ctypes.CDLL(None).unshare(0x10000000) == 0)
import ipykernel, tp_gan.checks
print(json.dumps(found))"""


def _run_canary(asked):
    command = [sys.executable, "-P", "-c", _CANARY, f"{SOCKETS}/asked.json"]
    files = {f"{SOCKETS}/asked.json": json.dumps(asked).encode()}
    process, _ = _launch(command, Limits(), environment(), files, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        said, complaint = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise CourseError(
            "l'essai de l'abri n'a pas fini en 60 s. Recommencez sur une machine moins chargée."
        ) from None
    if process.returncode == 0:
        return json.loads(said)
    complaint = (complaint.decode(errors="replace").strip().splitlines() or ["sans un mot"])[-1]
    if complaint.startswith("bwrap"):
        raise CourseError(
            f"bubblewrap est installé, mais interdit ici ({complaint}). Autorisez les espaces de noms d'utilisateur "
            "(sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0), ou corrigez "
            "dans une machine à part avec --no-sandbox."
        )
    raise CourseError(f"Python ou tp-gan ne démarre pas dans l'abri ({complaint}). Réinstallez-les dans un venv.")


def _launch(command, limits, variables, files, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
    """Start a command in the sandbox; its process (bubblewrap's), and the pid of the first process inside."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise CourseError(
            "bubblewrap n'est pas installé : sous Linux, `apt install bubblewrap`. Ailleurs, corrigez dans une machine "
            "virtuelle Linux ou, si vous avez confiance, avec --no-sandbox."
        )
    reader, writer = os.pipe()
    handles = [writer]
    try:
        arguments = _view(limits)
        for path, content in {**files, **{path: text.encode() for path, text in _MADE.items()}}.items():
            handles.append(_memory_file(content))
            arguments += ["--file", str(handles[-1]), path]
        handles.append(_memory_file(system_calls.program()))
        arguments += ["--seccomp", str(handles[-1]), "--info-fd", str(writer)]
        arguments += ["--remount-ro", "/dev", "--remount-ro", "/proc", "--remount-ro", "/"]
        process = subprocess.Popen(
            [bwrap, *arguments, "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=variables,
            cwd="/",
            pass_fds=handles,
            start_new_session=True,
        )
    except BaseException:
        os.close(reader)
        raise
    finally:
        for handle in handles:
            os.close(handle)
    with os.fdopen(reader, "rb") as file:
        told = file.read()
    return process, json.loads(told)["child-pid"] if told else None


def _view(limits):
    """What the sandbox sees, as arguments of bubblewrap."""
    private = ["--unshare-user", "--unshare-all", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"]
    arguments = [*private, "--hostname", "tp-gan", "--die-with-parent", "--new-session"]
    for path in _SYSTEM:
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            arguments += ["--ro-bind", path, path]
    for name in _ETC:
        arguments += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for folder in FOLDERS:
        size = 2**20 if folder == SOCKETS else limits.disk
        arguments += ["--size", str(size), "--tmpfs", folder]
    for path in _views():
        arguments += ["--ro-bind", path, path]
    for name in ("tp", "tmp", ".matplotlib"):
        arguments += ["--dir", f"{HOME}/{name}"]
    for path in font_lists():
        arguments += ["--ro-bind", str(path), f"{HOME}/.matplotlib/{path.name}"]
    return [*arguments, "--chdir", f"{HOME}/tp"]


def _views():
    """The folders and files of the host that are seen, besides the system's."""
    return [*_python_paths(), *map(str, _data_folders().values())]


@functools.cache
def _python_paths():
    """Python, its libraries, and this package without the course that may lie around it."""
    package = str(Path(__file__).resolve().parents[1])
    paths = {sys.prefix, sys.exec_prefix, sys.base_prefix, package}
    if site.ENABLE_USER_SITE and os.path.isdir(site.getusersitepackages()):
        paths.add(site.getusersitepackages())
    paths |= {os.path.realpath(path) for path in paths}
    # A venv's python is a link, often to another link.
    link = sys.executable
    while os.path.islink(link):
        link = os.path.normpath(os.path.join(os.path.dirname(link), os.readlink(link)))
        paths.add(link)
    inside = [path for path in paths if any(path.startswith(f"{other}/") for other in {*paths, *_SYSTEM})]
    return sorted(paths.difference(inside, _SYSTEM), key=len)


@functools.cache
def _data_folders():
    """The data that is at hand: downloads are impossible inside."""
    import pooch

    named = {name: os.environ.get(name, "").strip() for name in _DATA}
    named["TP_GAN_CACHE"] = named["TP_GAN_CACHE"] or str(pooch.os_cache("tp-gan"))
    folders = {name: Path(value).expanduser().resolve() for name, value in named.items() if value}
    return {name: folder for name, folder in folders.items() if folder.is_dir()}


@functools.cache
def font_lists():
    """matplotlib's list of fonts, which takes seconds to make: the grader's own, made now if need be."""
    where = "import matplotlib.font_manager; print(matplotlib.get_cachedir())"
    said = subprocess.run([sys.executable, "-P", "-c", where], capture_output=True, text=True, timeout=120)
    return sorted(Path(said.stdout.strip()).glob("fontlist-*.json")) if said.returncode == 0 else []


def _memory_file(content):
    handle = os.memfd_create("tp-gan")
    os.write(handle, content)
    os.lseek(handle, 0, os.SEEK_SET)
    return handle
