"""The time that grading a class takes: bare nbgrader, then `tp-gan grade` with one and with two workers.

    python tools/bench_grading.py [--students 100] [--notebook 00_bienvenue]

Each student hands in the solution. The three runs start from the same course and do the same executions.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import notebooks as pipeline

ROOT = pipeline.ROOT


def make_course(root, name, students):
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copytree(ROOT / "solutions" / name, root / "solutions" / name)
    pipeline.derive(name, course=root)
    for number in range(students):
        folder = root / "submitted" / f"etudiant{number:03}" / name
        folder.mkdir(parents=True)
        shutil.copy(pipeline.solution(name), folder)


def timed(course, *command):
    environment = {**os.environ, "TP_GAN_BUDGET": "essai", "TRAITLETS_APPLICATION_RAISE_CONFIG_FILE_ERROR": "1"}
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", *command], cwd=course, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--notebook", default="00_bienvenue")
    options = parser.parse_args()
    ways = {
        "nbgrader autograde": ("nbgrader", "autograde", options.notebook),
        "tp-gan grade": ("tp_gan.grading.cli", "grade", options.notebook),
        "tp-gan grade --workers 2": ("tp_gan.grading.cli", "grade", options.notebook, "--workers", "2"),
    }
    print(f"{options.notebook}, {options.students} copies, {os.cpu_count()} cœurs")
    seconds = {}
    for title, command in ways.items():
        with tempfile.TemporaryDirectory() as folder:
            make_course(Path(folder), options.notebook, options.students)
            seconds[title] = timed(folder, *command)
        print(f"{title:<26} {seconds[title]:7.1f} s, {seconds[title] / options.students:6.2f} s la copie", flush=True)
    bare, one, two = seconds.values()
    print(f"un processus / nbgrader seul : {one / bare:.2f} ; un processus / deux : {one / two:.2f}")


if __name__ == "__main__":
    main()
