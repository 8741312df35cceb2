PYTHON ?= python3
PORT ?= 8000
V := .venv/bin
export PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export ORIGIN ?= http://localhost:$(PORT)

.PHONY: serve demo test test-postgres check lint bench lighthouse observatory alerts mutants drill failover scale deployments matrix fuzz circle lock clean

serve: .venv/app
	@$(V)/python manage.py prepare
	@exec $(V)/python -m config.server

demo: .venv/app
	@$(V)/python manage.py prepare --quiet
	@$(V)/python manage.py demo

test: .venv/dev
	$(V)/python -m pytest $(ARGS)

# The same tests on a PostgreSQL that is started for them (Debian: apt install postgresql).
test-postgres: .venv/dev
	$(V)/python -m bench.postgres $(V)/python -m pytest $(ARGS)

# Lint, types, and the tests of the apps in which something changed since main; no journeys.
check: lint
	@$(V)/python bench/check.py

lint: .venv/dev
	$(V)/ruff check .
	$(V)/ruff format --check .
	$(V)/djlint --check --lint templates
	$(V)/mypy

# Every page and the save against the floor of Django; lengths and weights of pages, SQL queries, taps and seconds, lines of code, the prompt without a network; the figures are printed, never asserted.
bench: .venv/dev
	@$(V)/python bench/speed.py
	@$(V)/python bench/load.py
	@$(V)/python bench/measure.py
	@$(V)/python bench/prompt.py

# Scores and waits on a phone, by Lighthouse; it needs Node. Printed, never asserted.
lighthouse: .venv/dev
	@$(V)/python bench/lighthouse.py

# Mozilla's Observatory on the diary behind Caddy with https, in a network of its own; it needs Node. Printed, never asserted.
observatory: .venv/dev
	@$(V)/python bench/observatory.py

# How often an ordinary course brings up the urgent screen, by therapy; printed, never asserted.
alerts: .venv/dev
	@$(V)/python bench/alerts.py $(ARGS)

# Plants faults in the catalogue and in the code that judges, dates, counts or opens the door, one by
# one, and prints which nobody noticed: N of each (0: all), always the same ones for a SEED.
mutants: .venv/dev
	@$(V)/python bench/mutants.py --number $(or $(N),40) --seed $(or $(SEED),1) $(ARGS)

# Nothing acknowledged is lost: kills, full disks and restarts of the server while entries are saved,
# each guard with its planted fault. Fails on any fault. It needs strace, and the right to mount a disk.
drill: .venv/dev
	@$(V)/python -m bench.drill $(ARGS)

# Several machines on this one: kills, rolling restarts and promotions of the standby while entries are
# saved. It needs PostgreSQL and nginx. Fails on any fault.
failover: .venv/dev
	@$(V)/python -m bench.failover $(ARGS)

# Today, History and a save among 100,000 diaries and among 100, on PostgreSQL; and what reads more
# than one diary. About 30 GB and half an hour; less with ARGS="--patients 3000". Printed, never asserted.
scale: .venv/dev
	@$(V)/python -m bench.scale $(ARGS)

# Every command of docs/deploy.md on a Debian that is booted for it, and the container image. It needs
# root, debootstrap, systemd-container and buildah, and the ports 80, 443 and 8000.
deployments: .venv/dev
	@$(V)/python -m bench.deployments $(ARGS)

# Every address by every method, for each kind of person and object, and every column sent with every
# form; then 100,000 requests that no page would send; then 2,000 circles of people against a model.
# In CI a share of each runs. They print how much was done.
matrix fuzz circle: .venv/dev
	LONG=1 $(V)/python -m pytest -n 0 -s tests/config/test_$@.py $(ARGS)

# The locks carry hashes and no addresses: whichever index pip is set up with is used.
lock: COMPILE = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
lock:
	$(COMPILE) pyproject.toml -o requirements/app.txt
	$(COMPILE) --extra dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv data/static data/static.stamp

# A venv even where Debian's python3-venv is missing: then the pip outside installs into it.
.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "The diary needs Python 3.11 or newer; there is no $(PYTHON) here." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The diary needs Python 3.11 or newer; this is $$($(PYTHON) --version). Another one: make serve PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; $(PYTHON) -m venv --without-pip .venv; }
.venv/app: requirements/app.txt | .venv/bin/python
	@echo "Installing what the diary needs (about a minute, only this once)..."
	@$(call install,requirements/app.txt)
	@touch $@
.venv/dev: requirements/dev.txt | .venv/bin/python
	@echo "Installing what the tests need (about a minute, only this once)..."
	@$(call install,requirements/dev.txt)
	@touch $@ .venv/app
install = if $(V)/python -m pip --version >/dev/null 2>&1; \
	then $(V)/python -m pip install -q --only-binary :all: --require-hashes -r $(1); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; \
	then $(PYTHON) -m pip --python $(V)/python install -q --only-binary :all: --require-hashes -r $(1); \
	else rm -rf .venv; echo "This Python has no pip. On Debian: apt install python3-venv" >&2; exit 1; fi
