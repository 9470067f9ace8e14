"""How two processes share the tests, and how many copies the class of test_class.py has."""

import re

import pytest


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
