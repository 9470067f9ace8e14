"""`make lab` opens the course: JupyterLab with this repository's settings, in a server that is really started."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from notebook_cells import NAMES, ROOT


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a running JupyterLab, started by the command of the Makefile."""
    makefile = (ROOT / "Makefile").read_text("utf8")
    assert "jupyter lab --config=jupyter/config.py $(LAB_ARGS)" in makefile
    home = tmp_path_factory.mktemp("home")
    environment = {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = [sys.executable, "-m", "jupyterlab", "--config=jupyter/config.py", "--no-browser", "--allow-root"]
    command += ["--port=0", "--IdentityProvider.token=essai"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(120):
            found = list((home / "runtime").glob("jpserver-*.json"))
            if found and found[0].stat().st_size:
                break
            assert process.poll() is None, "JupyterLab stopped"
            time.sleep(0.5)
        yield json.loads(found[0].read_text("utf8"))["url"]
    finally:
        process.terminate()
        process.wait(timeout=30)


def get(url):
    for _ in range(20):
        try:
            with urllib.request.urlopen(f"{url}{'&' if '?' in url else '?'}token=essai", timeout=30) as answer:
                return answer.geturl(), answer.read().decode("utf8")
        except urllib.error.URLError:
            time.sleep(0.5)
    raise AssertionError(url)


def test_it_opens_on_the_notebooks(server):
    address, page = get(server)
    assert "/lab/tree/notebooks" in address
    assert "@jupyterlab/apputils-extension:announcements" in page.split('"disabledExtensions":')[1].split("]")[0]
    listing = json.loads(get(f"{server}api/contents/notebooks")[1])
    assert sorted(entry["name"] for entry in listing["content"]) == NAMES


def test_its_interface_is_in_french(server):
    settings = json.loads(get(f"{server}lab/api/settings/@jupyterlab/translation-extension:plugin")[1])
    assert settings["schema"]["properties"]["locale"]["default"] == "fr_FR"
    translations = json.loads(get(f"{server}lab/api/translations/fr_FR")[1])
    assert ["Tout enregistrer"] in translations["data"]["jupyterlab"].values()
