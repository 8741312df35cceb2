PYTHON ?= python3
PORT ?= 8000
V := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export ORIGIN ?= http://localhost:$(PORT)

.PHONY: serve demo test lint lock clean

serve: .venv/app
	@$(V)/python manage.py prepare
	@$(V)/gunicorn config.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 --no-control-socket --log-level warning

demo: .venv/app
	@$(V)/python manage.py prepare --quiet
	@$(V)/python manage.py demo

test: .venv/dev
	$(V)/python -m pytest $(ARGS)

lint: .venv/dev
	$(V)/ruff check .
	$(V)/ruff format --check .
	$(V)/djlint --check --lint --quiet templates
	$(V)/mypy

# The locks carry hashes and no addresses: whichever index pip is set up with is used.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url pyproject.toml -o requirements/app.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv data/static

# A venv even where Debian's python3-venv is missing: then the pip outside installs into it.
.venv/bin/python:
	$(PYTHON) -m venv .venv || { rm -rf .venv; $(PYTHON) -m venv --without-pip .venv; }
.venv/app: requirements/app.txt | .venv/bin/python
	@echo "Installing what the diary needs (about a minute, only this once)..."
	@$(call install,requirements/app.txt)
	@touch $@
.venv/dev: requirements/dev.txt | .venv/bin/python
	@$(call install,requirements/dev.txt)
	@touch $@ .venv/app
install = if $(V)/python -m pip --version >/dev/null 2>&1; \
	then $(V)/python -m pip install -q --only-binary :all: --require-hashes -r $(1); \
	else $(PYTHON) -m pip --python $(V)/python install -q --only-binary :all: --require-hashes -r $(1); fi
