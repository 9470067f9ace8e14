"""formgrader, in a real browser: an instructor opens the course, reads a submission and gives points by hand."""

import csv
import shutil
import subprocess
import sys
import time

import pytest
from grading_course import AUTOMATIC, BY_HAND, NAME, hand_in, make_course, right
from lab_server import environment, started
from nbformat.v4 import new_code_cell, new_markdown_cell
from notebook_cells import ROOT

from tp_gan.grading.course import Course
from tp_gan.grading.report import report

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support import expected_conditions as shown  # noqa: E402
from selenium.webdriver.support.wait import WebDriverWait  # noqa: E402

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium or chromedriver is absent")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one submission, graded by plain nbgrader, and the JupyterLab settings of the repository."""
    root = tmp_path_factory.mktemp("course")
    make_course(root)
    shutil.copytree(ROOT / "jupyter", root / "jupyter")
    # Whoever opens Formgrader carries the instructor's rights: what a student writes must not act there.
    attack = "window.attacked = 1"
    hostile = right()
    hostile.cells.append(new_markdown_cell(f'Un texte. <img src=x onerror="{attack}"> [lien](javascript:1) $a < b$'))
    shown_html = f'<p>vu</p><script>{attack}</script><img alt=oui src="data:image/png;base64,{PIXEL}">'
    hostile.cells.append(
        new_code_cell(
            "from IPython.display import HTML, Javascript, display\n"
            f"display(HTML({shown_html!r}), Javascript({attack!r}))"
        )
    )
    hand_in(root, "marie-curie", hostile)
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--create"]
    run = subprocess.run(command, cwd=root, env=environment(root), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return Course.find(root)


@pytest.fixture(scope="module")
def server(course, tmp_path_factory):
    """The address of a JupyterLab started in the course, as `make lab` does."""
    with started(course.root, tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    profile = tmp_path_factory.mktemp("profile")
    quiet = ["background-networking", "component-update", "sync", "gpu", "dev-shm-usage", "default-apps"]
    for argument in ["headless=new", "no-sandbox", "no-first-run", *(f"disable-{what}" for what in quiet)]:
        options.add_argument(f"--{argument}")
    options.add_argument(f"--user-data-dir={profile}")
    # MathJax, which formgrader asks of the network, must not be waited for.
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


def row(course, folder):
    report(course, folder=folder)
    with open(folder / "notes.csv", encoding="utf-8-sig", newline="") as file:
        (found,) = (line for line in csv.DictReader(file, delimiter=";") if "marie-curie" in line.values())
    return found


def opened(server, browser):
    """Go from the list of the assignments to the only submission; the field of the points given by hand."""
    wait = WebDriverWait(browser, 20)
    browser.get(f"{server}formgrader/manage_assignments?token=essai")
    wait.until(shown.presence_of_element_located((By.LINK_TEXT, NAME)))
    browser.get(f"{server}formgrader/gradebook/{NAME}/{NAME}")
    wait.until(shown.element_to_be_clickable((By.PARTIAL_LINK_TEXT, "Submission #1"))).click()
    return wait.until(shown.element_to_be_clickable((By.ID, "avis")))


def test_points_given_by_hand_reach_the_report(course, server, browser, tmp_path):
    before = row(course, tmp_path)
    assert before[f"{NAME} état"] == "à corriger à la main"
    assert before[NAME] == str(AUTOMATIC)

    points = opened(server, browser)
    assert "Parce que deux pertes opposées" in browser.page_source
    points.clear()
    points.send_keys(str(BY_HAND), Keys.TAB)

    for _ in range(40):
        after = row(course, tmp_path)
        if after[f"{NAME} état"] == "notée":
            break
        time.sleep(0.25)
    assert after[f"{NAME} état"] == "notée"
    assert after[NAME] == str(AUTOMATIC + BY_HAND)
    assert after[f"{NAME} maximum"] == str(AUTOMATIC + BY_HAND)


def test_a_submission_cannot_act_in_formgrader(server, browser):
    """The two lines on HTMLExporter of nbgrader_config.py; without them the script runs."""
    opened(server, browser)
    assert "Un texte." in browser.page_source
    assert browser.execute_script("return window.attacked") is None
    assert browser.find_element(By.CSS_SELECTOR, "img[alt=oui]").get_attribute("src").startswith("data:image/png")
    assert not browser.find_elements(By.CSS_SELECTOR, "#notebook a[href^='javascript']")
