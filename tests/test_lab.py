"""`make lab` opens the course: JupyterLab with this repository's settings, in a server that is really started."""

import json
import time
import urllib.request

import pytest
from lab_server import started
from notebook_cells import NAMES, ROOT


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a running JupyterLab, started by the command of the Makefile."""
    makefile = (ROOT / "Makefile").read_text("utf8")
    assert "jupyter lab --config=jupyter/config.py $(LAB_ARGS)" in makefile
    with started(ROOT, tmp_path_factory.mktemp("home")) as address:
        yield address


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
