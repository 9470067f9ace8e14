"""Measures taken in a process of their own: the threads, modules and memory of other tests do not count."""

import subprocess
import sys


def processor_seconds(setup, statement):
    """The least processor time that `statement` takes, of three, after `setup`."""
    code = f"import time\n{setup}\nfor _ in range(3):\n    start = time.process_time()\n    {statement}\n"
    code += "    print(time.process_time() - start)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return min(map(float, done.stdout.split()))
