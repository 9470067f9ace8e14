"""How two processes share the tests, and how many copies the class of test_class.py has."""

import re

import pytest


def pytest_addoption(parser):
    parser.addoption("--whole-class", action="store_true", help="grade the whole corpus, not half of it")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class ByNotebook(LoadScopeScheduling):
        """The tests of a graded notebook, or class, go to one process, which grades it once; the others anywhere."""

        def _split_scope(self, nodeid):
            found = re.search(r"test_grading\.py.*\b(\d\d_\w+)", nodeid)
            one_class = re.search(r"test_(class|report|formgrader)\.py", nodeid)
            return f"grading {found[1]}" if found else one_class[0] if one_class else nodeid

    return ByNotebook(config, log)
