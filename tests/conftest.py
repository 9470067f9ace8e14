"""How the processes share the tests, how many copies the class of test_class.py has, and how memory is given back."""

import ctypes
import re
import sys

import pytest

M_MMAP_THRESHOLD = -3  # of glibc's malloc.h


def pytest_addoption(parser):
    parser.addoption("--whole", action="store_true", help="grade the whole corpus of copies, not half of it")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class ByNotebook(LoadScopeScheduling):
        """The tests of a graded notebook, or of a file that prepares much, go to one process; the others anywhere."""

        def _split_scope(self, nodeid):
            found = re.search(r"test_grading\.py.*\b(\d\d_\w+)", nodeid)
            whole = re.search(r"test_(class|report|formgrader|notebooks|lab)\.py", nodeid)
            return f"grading {found[1]}" if found else whole[0] if whole else nodeid

    return ByNotebook(config, log)


@pytest.fixture(autouse=True)
def _keep_the_memory_of_large_arrays():
    # Once TensorFlow has trained a convolution, glibc returns each large array to the system, and a test that draws
    # pictures in that process takes several times as long.
    if sys.platform == "linux":
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 32 << 20)
