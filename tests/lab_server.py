"""A JupyterLab as `make lab` starts it, for the tests that look at it."""

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path


def environment(home):
    """Its variables: nothing of this machine's own Jupyter settings is seen."""
    return {
        **os.environ,
        "HOME": str(home),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "TP_GAN_BUDGET": "essai",
    }


@contextlib.contextmanager
def started(root, home):
    """The address of a JupyterLab started in `root`; its token is « essai »."""
    command = [sys.executable, "-m", "jupyterlab", "--config=jupyter/config.py", "--no-browser", "--allow-root"]
    command += ["--port=0", "--IdentityProvider.token=essai"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=root, env=environment(home), **quiet)
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
