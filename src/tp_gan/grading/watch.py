"""La surveillance d'un noyau : son temps, ses processus, sa mémoire, ses fichiers."""

import os
import re
import signal
import threading
import time
from contextlib import suppress

from tp_gan.grading.sandbox import FILES, FOLDERS, Sandbox

__all__ = ["Watch", "kill", "spelled"]


def spelled(size, power):
    """Une taille en Mo (`power` 20) ou en Go (30), comme on l'écrit."""
    return f"{size / 2**power:.3g}".replace(".", ",")


def kill(provisioner):
    """Arrête un noyau sur-le-champ, avec tout ce qu'il a lancé (sans l'abri : ce qui est resté dans son groupe)."""
    if isinstance(provisioner, Sandbox):
        provisioner.stop()
    elif provisioner.process is not None:
        with suppress(OSError, AttributeError):
            os.killpg(provisioner.pgid, signal.SIGKILL)
        with suppress(OSError):
            provisioner.process.kill()


class Watch:
    """Regarde un noyau dix fois par seconde, et l'arrête s'il prend trop : `reason` dit de quoi."""

    def __init__(self, limits):
        self.limits, self.deadline = limits, time.monotonic() + limits.total
        self.reason, self._provisioner, self._over = None, None, threading.Event()

    def start(self, provisioner):
        self._provisioner = provisioner
        threading.Thread(target=self._look, daemon=True).start()

    def stop(self):
        self._over.set()

    def give_up(self, reason):
        self.reason = self.reason or reason
        kill(self._provisioner)

    def _look(self):
        while not self._over.wait(0.1):
            try:
                reason = self._exceeded()
            except OSError:  # it has just ended
                continue
            if reason and not self._over.is_set():
                return self.give_up(reason)

    def _exceeded(self):
        limits = self.limits
        if time.monotonic() > self.deadline:
            return f"l'exécution entière dépasse {limits.total} s."
        processes, memory, files = _consumed(self._provisioner)
        if processes > limits.processes:
            return f"plus de {limits.processes} processus à la fois (une boucle qui en crée ?)."
        if memory > limits.memory:
            return f"plus de {spelled(limits.memory, 30)} Go de mémoire, fichiers compris."
        if files > FILES:
            return f"plus de {FILES} fichiers écrits."
        return None


def _consumed(provisioner):
    """Processes and threads, bytes of memory and of files, files: of all that runs in a kernel's sandbox."""
    processes = memory = files = 0
    if isinstance(provisioner, Sandbox):
        # Its own /proc, seen from here, lists its processes and no other.
        for name in os.listdir(inside := provisioner.folder("/proc")):
            if name.isdigit():
                with suppress(OSError):
                    processes, memory = _added(f"{inside}/{name}/status", processes, memory)
        for folder in FOLDERS:
            disk = os.statvfs(provisioner.folder(folder))
            memory += (disk.f_blocks - disk.f_bfree) * disk.f_frsize
            files += disk.f_files - disk.f_ffree
    elif os.path.exists(status := f"/proc/{provisioner.pid}/status"):
        processes, memory = _added(status, processes, memory)
    return processes, memory, files


def _added(status, processes, memory):
    with open(status) as file:
        for what, count in re.findall(r"^(Threads|RssAnon|RssShmem):\s+(\d+)", file.read(), re.MULTILINE):
            if what == "Threads":
                processes += int(count)
            else:
                memory += int(count) * 1024
    return processes, memory
