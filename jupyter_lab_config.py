# JupyterLab's settings for this course; read when it is started in this folder.
from pathlib import Path

c = get_config()  # noqa: F821

HERE = Path(__file__).parent
c.ServerApp.root_dir = str(HERE)
c.LabApp.default_url = "/lab/tree/notebooks"
# No network is needed to start, and no question about news is asked: see docs/jupyterlab/page_config.json.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdates"
