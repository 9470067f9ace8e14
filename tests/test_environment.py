"""The versions: pyproject.toml, constraints.txt, environment.yml and Colab's own agree."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
BASE = [Requirement(line) for line in PROJECT["dependencies"]]
EXTRAS = [Requirement(line) for extra in PROJECT["optional-dependencies"].values() for line in extra]


def pinned(path):
    lines = [line for line in path.read_text("utf8").splitlines() if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


@pytest.mark.parametrize("requirement", BASE, ids=str)
def test_colab_already_satisfies_every_base_dependency(requirement):
    versions = pinned(ROOT / "tests" / "colab.txt")
    assert canonicalize_name(requirement.name) in versions, "pip would install something on Colab"
    assert versions[canonicalize_name(requirement.name)] in requirement.specifier


def test_colab_python_is_accepted():
    assert "3.13" in Requirement(f"python{PROJECT['requires-python']}").specifier


@pytest.mark.parametrize("requirement", BASE + EXTRAS, ids=str)
def test_locked_version_is_within_the_bounds(requirement):
    assert pinned(ROOT / "constraints.txt")[canonicalize_name(requirement.name)] in requirement.specifier


def test_conda_environment_has_the_same_packages_and_bounds():
    conda_names = {"pytorch": "torch"}
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text("utf8"))["dependencies"]
    by_pip = next(entry["pip"] for entry in dependencies if isinstance(entry, dict))
    by_conda = [entry for entry in dependencies if isinstance(entry, str)]
    assert "-e ." in by_pip
    found = {}
    for line in by_conda + [line for line in by_pip if not line.startswith("-")]:
        requirement = Requirement(line)
        found[conda_names.get(requirement.name, requirement.name)] = requirement.specifier
    python = found.pop("python")
    assert found.pop("pip") == ""
    assert found == {requirement.name: requirement.specifier for requirement in BASE + EXTRAS}
    assert all(version in python for version in ("3.11", "3.12", "3.13"))


def test_import_is_fast_and_loads_no_framework():
    """Under 0.2 s, the best of five, in a process that has loaded nothing else."""
    code = (
        "import sys, time; start = time.perf_counter(); import tp_gan; seconds = time.perf_counter() - start; "
        "loaded = {'torch', 'tensorflow', 'matplotlib', 'sklearn', 'scipy'} & set(sys.modules); "
        "print(seconds, *loaded)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    assert {len(run.stdout.split()) for run in runs} == {1}, runs[0].stdout
    assert min(float(run.stdout) for run in runs) < 0.2


@pytest.mark.parametrize("module", ["data", "metrics", "plots", "training", "checks", "checks.bienvenue"])
def test_only_what_needs_torch_imports_it(module):
    code = f"import sys, tp_gan.{module}; print('torch' in sys.modules, 'tensorflow' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_public_names_exist():
    import importlib

    for path in (ROOT / "src" / "tp_gan").rglob("*.py"):
        name = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        for public in getattr(module, "__all__", []):
            assert getattr(module, public).__doc__ or public.isupper(), f"{name}.{public}"


def test_make_says_which_python_is_needed(tmp_path):
    """An older Python is refused in French before anything is made."""
    fake = tmp_path / "python3"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    environment = {**os.environ, "MAKEFLAGS": ""}
    command = ["make", "test", f"PYTHON={fake}"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert run.returncode != 0
    assert "Il faut Python 3.11 ou plus récent" in run.stdout
    assert not (tmp_path / ".venv").exists()
