# make lab : ouvre le cours dans JupyterLab.   make test : passe tous les tests.
# The environment lives in .venv, with the versions of constraints.txt; it is made again when they change.

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready

# Three tests at a time, each on one thread: on two cores, one of them often waits.
ONE_THREAD = OMP_NUM_THREADS=1 TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1

.PHONY: lab test notebooks solutions colab class bench picture judge clean

lab: $(READY)
	$(BIN)/jupyter lab --config=jupyter/config.py $(LAB_ARGS)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	TP_GAN_BUDGET=essai $(ONE_THREAD) $(BIN)/python -m pytest -n 3 --dist loadfile --nbval-lax --nbval-cell-timeout=300 solutions
	$(ONE_THREAD) $(BIN)/python -m pytest -n 3 tests

# After a solution was edited, in JupyterLab or as text: the other form, the student version and README follow.
notebooks: $(READY)
	$(BIN)/python tools/notebooks.py sync

# Runs the solutions again and stores their outputs (a few minutes).
solutions: $(READY)
	$(BIN)/python tools/notebooks.py execute

# The Keras sessions with the versions that Colab has (tests/colab.txt), but for torch, which constraints.txt chooses.
COLAB = .venv-colab
colab: $(COLAB)/.ready
	TP_GAN_BUDGET=essai $(COLAB)/bin/python -m pytest --nbval-lax --nbval-cell-timeout=300 solutions/07* solutions/08* \
		solutions/09* solutions/10*

$(COLAB)/.ready: pyproject.toml constraints.txt tests/colab.txt
	rm -rf $(COLAB)
	$(PYTHON) -m venv $(COLAB)
	grep -v '^torch==' tests/colab.txt > $(COLAB)/constraints.txt
	grep '^torch==' constraints.txt >> $(COLAB)/constraints.txt
	$(COLAB)/bin/python -m pip install --quiet --disable-pip-version-check -c $(COLAB)/constraints.txt \
		$$(cut -d= -f1 tests/colab.txt | grep -v '^#') nbval pytest-timeout -e .
	touch $@

# The whole corpus of honest, broken and hostile copies, graded as one class (make test takes about half of it).
class: $(READY)
	$(BIN)/python -m pytest tests/test_class.py --whole

# The figures and the picture that the course states and shows.
bench: $(READY)
	$(BIN)/python tools/bench.py
	$(BIN)/python tools/bench_grading.py

picture: $(READY)
	$(BIN)/python tools/picture.py

# Trains the judge of generated digits again (a minute; needs MNIST's test split in TP_GAN_DATA).
judge: $(READY)
	$(BIN)/python tools/judge.py

# pip is renewed first: that of Python 3.11 (23.2) takes half a minute more to choose the versions.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Il faut Python 3.11 ou plus récent : make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[lab,grading,cluster,test]'
	touch $@

clean:
	rm -rf $(VENV) $(COLAB) gradebook.db .pytest_cache .ruff_cache
