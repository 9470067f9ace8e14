# make lab : ouvre le cours dans JupyterLab.   make test : passe tous les tests.
# The environment lives in .venv, with the versions of constraints.txt; it is made again when they change.

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready

.PHONY: lab test notebooks solutions bench picture judge clean

lab: $(READY)
	$(BIN)/jupyter lab --config=jupyter/config.py $(LAB_ARGS)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	TP_GAN_BUDGET=essai $(BIN)/python -m pytest --nbval-lax --nbval-cell-timeout=300 solutions
	$(BIN)/python -m pytest tests

# After a solution was edited, in JupyterLab or as text: the other form, the student version and README follow.
notebooks: $(READY)
	$(BIN)/python tools/notebooks.py sync

# Runs the solutions again and stores their outputs (a few minutes).
solutions: $(READY)
	$(BIN)/python tools/notebooks.py execute

# The figures and the picture that the course states and shows.
bench: $(READY)
	$(BIN)/python tools/bench.py

picture: $(READY)
	$(BIN)/python tools/picture.py

# Trains the judge of generated digits again (a minute; needs MNIST's test split in TP_GAN_DATA).
judge: $(READY)
	$(BIN)/python tools/judge.py

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Il faut Python 3.11 ou plus récent : make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[lab,test]'
	touch $@

clean:
	rm -rf $(VENV) gradebook.db .pytest_cache .ruff_cache
