# JupyterLab's settings for this course: jupyter lab --config=jupyter/config.py
from pathlib import Path

c = get_config()  # noqa: F821

HERE = Path(__file__).resolve().parent
c.ServerApp.root_dir = str(HERE.parent)
c.LabApp.default_url = "/lab/tree/notebooks"
# Interface in French, no question about news: overrides.json and page_config.json, here.
c.LabApp.app_settings_dir = str(HERE)
# Nothing is asked of the network.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.handlers.announcements.NeverCheckForUpdate"
