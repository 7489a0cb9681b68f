# 两条命令就够了:make run 启动,make test 跑全部测试。其余的是它们的零件。
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := run
.PHONY: run setup test check format lock clean tools browser office gateway

PYTHON ?= $(shell command -v python3.11 || command -v python3)
CONFIG ?= config/demo
BIN := .venv/bin
# Many tests start the bot as a process; what is compiled once starts in half the time.
export PYTHONDONTWRITEBYTECODE :=
PYTEST := $(BIN)/python -m pytest -q
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

run: setup
	@exec $(BIN)/xiaowei run --config $(CONFIG)

# What `make run` needs, and nothing more.
setup: .venv/.product node_modules/.product

.venv/bin/python:
	@echo "准备 Python 环境 …"
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] < (3, 13)))' \
	  || { echo "需要 Python 3.11 或 3.12,找到的是 $$($(PYTHON) --version 2>&1)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null 2>&1; $(PYTHON) -m venv .venv; } \
	  || { echo "没能建立 Python 环境:请安装 Debian 包 python3-venv" >&2; exit 1; }

.venv/.product: requirements.lock pyproject.toml | .venv/bin/python
	@echo "安装小微需要的软件包 …"
	@$(PIP) install --require-hashes -r requirements.lock || { echo "没能从 PyPI 装全软件包,请检查网络后再试" >&2; exit 1; }
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.product: package-lock.json package.json | .venv/.product
	@echo "安装网页脚本 …"
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-fund --no-audit --loglevel=error \
	  || { echo "没能从 npm 装上网页脚本,请检查网络后再试" >&2; exit 1; }
	@touch $@

# What the checks and tests need besides.
tools: setup .venv/.tools

.venv/.tools: requirements-dev.lock | .venv/.product
	@echo "安装检查和测试用的软件包 …"
	@$(PIP) install --require-hashes -r requirements-dev.lock || { echo "没能从 PyPI 装全测试用的软件包" >&2; exit 1; }
	@touch $@

browser:
	@command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q . \
	  || { echo "安装 Chromium 和中文字体 …"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fonts-noto-color-emoji fontconfig >/dev/null; } \
	  || { echo "没能装上 Debian 的 chromium 和 fonts-noto-cjk,网页测试会失败" >&2; }

# LibreOffice opens the Word files that the tests write, and poppler reads what it prints.
office:
	@command -v soffice >/dev/null && command -v pdftotext >/dev/null \
	  || { echo "安装 LibreOffice,公文要打开来看 …"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils >/dev/null; } \
	  || { echo "没能装上 Debian 的 libreoffice-writer-nogui 和 poppler-utils,公文的测试会失败" >&2; }

# The Wechaty gateway with a puppet of mock, which the tests of WeChat start.
gateway: tests/platforms/wechat/node_modules/.package-lock.json

tests/platforms/wechat/node_modules/.package-lock.json: tests/platforms/wechat/package-lock.json | .venv/.product
	@echo "安装测试用的 Wechaty 网关 …"
	@cd tests/platforms/wechat && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --no-fund --no-audit --loglevel=error \
	  || { echo "没能从 npm 装上 Wechaty 网关,微信的测试会失败" >&2; exit 1; }
	@touch $@

check: tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict config

# All tests with the mark $(1); $(2) is where pytest remembers what failed, $(3) how they run. What failed is run once more
# by itself and with the same seed: a machine that had too much to do made it late, or it fails again.
define pass
	@$(PYTEST) -m "$(1)" -o cache_dir=.pytest_cache/$(2) $(3) || { code=$$?; test $$code = 1 || exit $$code; \
	  echo "有测试没有通过。也许只是机器太忙:没通过的一个一个单独再跑一遍 …"; \
	  $(PYTEST) -m "$(1)" -o cache_dir=.pytest_cache/$(2) --last-failed --last-failed-no-failures none --randomly-seed last; }
endef

# The browser tests run in a process of their own: Playwright's loop and the asynchronous tests do not share one.
test: tools browser office gateway
	$(call pass,not browser,rest,-n auto --dist worksteal)
	$(call pass,browser,browser)

format: tools
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# Pin everything anew; no address of a registry goes into the lock files.
lock: .venv/bin/python
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --upgrade --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" pyproject.toml --group setup -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" pyproject.toml --group setup --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --upgrade --no-emit-index-url --no-annotate --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" -c requirements-dev.lock --group bench -o requirements-bench.lock

clean:
	rm -rf .venv node_modules tests/platforms/wechat/node_modules var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
