# Hookline. `make run` starts it with the examples, `make test` is all that CI runs.
# Needs Go, a C compiler (for the race detector), Node, git, bash and curl; everything else is fetched
# through the Go module proxy and the npm registry.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN     := bin/hookline
CACHE   := .cache
E2E     := $(CACHE)/bin/hookline
LINTERS := $(CACHE)/bin/vet $(CACHE)/bin/staticcheck
DATA    ?= hookline-data
LISTEN  ?= 127.0.0.1:13000
GOFILES := $(shell git ls-files -co --exclude-standard -- '*.go' '*.pgo' go.mod go.sum 2>/dev/null)

# The packages whose tests start the real binary; the tests of all others are unit tests.
WHOLE := ./clients ./crash ./examples
# The slowest come first, so that they do not run alone at the end.
UNIT   = ./internal/store/sqlite ./internal/app $$(go list ./... | grep -vE '/(clients|crash|examples)$$')
# The client libraries that ./clients tests with, as its lock file pins them.
LIBRARIES := clients/testdata/node_modules/.package-lock.json
# The web UI, which is embedded in the binary, and what it is built from.
UI       := internal/webui/dist/index.html
WEB      := web/node_modules/.package-lock.json
API      := web/src/lib/api/schema.d.ts
WEBFILES := $(shell git ls-files -co --exclude-standard -- web 2>/dev/null)
# How long each fuzz target runs: seconds here, minutes in `make fuzz`.
FUZZTIME ?= 5m

.PHONY: help run build test check lint fmt unit race e2e web-check web-test web-dev fuzz fuzz-short simulate bench profile crash clean

# Go compiles every package once more for each set of flags, and SQLite and QuickJS take minutes. So all
# targets share one set; only the race detector and `make build`, which uses the profile in
# cmd/hookline/default.pgo, need their own.
export GOFLAGS := $(GOFLAGS) -trimpath -pgo=off
export CGO_ENABLED := 0

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## start Hookline with the examples and print where it is
	@scripts/run.sh $(BIN) $(DATA) $(LISTEN)

build: $(BIN) ## build bin/hookline

$(BIN): $(GOFILES) $(UI)
	@echo "compiling $@"
	go build -pgo=auto -buildvcs=auto -ldflags '-s -w' -o $@ ./cmd/hookline

check: fmt lint unit web-check ## the fast checks: format, vet, lint, unit tests

test: check race e2e web-test fuzz-short ## everything that CI runs

fmt:
	@out=$$(gofmt -l $$(git ls-files -co --exclude-standard -- '*.go')); \
	if [ -n "$$out" ]; then echo "not formatted (run gofmt -w):"; echo "$$out"; exit 1; fi

lint: $(LINTERS) ## vet, staticcheck, and that go.mod is tidy
	go mod tidy -diff
	go vet ./...
	go vet -vettool=$(CURDIR)/$(CACHE)/bin/vet -errcheck.exclude=$(CURDIR)/tools/vet/errcheck.txt ./...
	$(CACHE)/bin/staticcheck ./...

$(WEB): web/package.json web/package-lock.json
	@echo "fetching the libraries of the web UI"
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

# The types of the API are made from its description, so that the UI cannot ask for what there is not.
$(API): $(WEB) docs/reference/openapi.json
	cd web && npm run -s api

$(UI): $(API) $(WEBFILES)
	@echo "building the web UI"
	cd web && npm run -s build

web-check: $(API) ## format, lint, types and unit tests of the web UI
	cd web && npm run -s lint && npm run -s types && npm test --silent

web-test: export HOOKLINE_PROGRAM := $(CURDIR)/$(E2E)
web-test: $(E2E) ## the web UI in a real browser, against the real binary
	scripts/browser.sh
	cd web && npm run -s browser

web-dev: $(API) ## serve the web UI with reload; HOOKLINE_URL is the server that it talks to
	cd web && npm run -s dev

# The linters are pinned in a module file of their own.
$(LINTERS) &: tools/go.mod tools/go.sum $(wildcard tools/*/*)
	mkdir -p $(CACHE)/bin
	cd tools && go build -o ../$(CACHE)/bin/ ./vet honnef.co/go/tools/cmd/staticcheck

unit: # vetted by lint
	go test -vet=off -timeout 15m $(UNIT)

race:
	scripts/race.sh $(UNIT)

$(LIBRARIES): clients/testdata/package.json clients/testdata/package-lock.json
	cd clients/testdata && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

# The same program as bin/hookline, without the profile.
$(E2E): $(GOFILES) $(UI)
	go build -o $@ ./cmd/hookline

e2e: export E2E_PROGRAM := $(CURDIR)/$(E2E)
e2e: $(E2E) $(LIBRARIES) ## examples by curl, client libraries and the short crash suite, on the real binary
	go test -count=1 -v -vet=off -timeout 10m $(WHOLE)

fuzz: ## every fuzz target with coverage guidance, FUZZTIME each (5m), and the whole API
	scripts/fuzz.sh $(FUZZTIME)
	go test ./internal/app -run '^TestNoRequestBreaksTheAPI$$' -count=1 -timeout 0 -v -args -apifuzz.broken 100 -apifuzz.seed $$RANDOM

fuzz-short:
	scripts/fuzz.sh -blind 5000x

simulate: ## new seeds of the engine's simulation until one fails
	go test ./internal/engine -run '^TestSimulation$$' -count=1 -timeout 0 -v -args -simulate.endless

bench: export GOFLAGS := -trimpath
bench: ## measure against the ceiling; results belong into docs/benchmarks.md
	go run ./bench

profile: ## measure anew what the compiler is told of how the binary is used
	go run ./bench -profile cmd/hookline/default.pgo

crash: ## 1,000 kills under load
	go run ./crash

clean: ## remove what was built, not the data
	rm -rf bin $(CACHE) web/node_modules web/screenshots web/test-results $(API)
	git clean -qfdX internal/webui/dist
