# Hookline. `make run` starts it with the examples, `make test` is all that CI runs.
# Needs Go, Node, git, bash and curl; everything else is fetched through the Go module proxy and the npm
# registry.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN     := bin/hookline
CACHE   := .cache
LINT    := $(CACHE)/bin/golangci-lint
DATA    ?= hookline-data
LISTEN  ?= 127.0.0.1:13000
GOFILES := $(shell git ls-files -co --exclude-standard -- '*.go' '*.pgo' go.mod go.sum 2>/dev/null)

# The packages whose tests start the real binary; the tests of all others are unit tests.
WHOLE := ./clients ./crash ./examples
UNIT   = $$(go list ./... | grep -vE '/(clients|crash|examples)$$')
# The client libraries that ./clients tests with, as its lock file pins them.
LIBRARIES := clients/testdata/node_modules/.package-lock.json
# How long each fuzz target runs: seconds here, minutes in `make fuzz`.
FUZZTIME ?= 5m

.PHONY: help run build test check lint fmt unit race e2e fuzz fuzz-short bench profile crash clean

# The binary is compiled with a profile of its use (cmd/hookline/default.pgo); tests are not, which would
# compile everything once more.
export GOFLAGS := $(GOFLAGS) -pgo=off

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## start Hookline with the examples and print where it is
	@scripts/run.sh $(BIN) $(DATA) $(LISTEN)

build: $(BIN) ## build bin/hookline

$(BIN): $(GOFILES)
	CGO_ENABLED=0 go build -pgo=auto -trimpath -buildvcs=auto -ldflags '-s -w' -o $@ ./cmd/hookline

check: fmt lint unit ## the fast checks: format, vet, lint, unit tests

test: check race e2e fuzz-short ## everything that CI runs

fmt:
	@out=$$(gofmt -l $$(git ls-files -co --exclude-standard -- '*.go')); \
	if [ -n "$$out" ]; then echo "not formatted (run gofmt -w):"; echo "$$out"; exit 1; fi

lint: $(LINT) ## vet and golangci-lint
	go vet ./...
	$(LINT) run

# The linter is pinned in a module file of its own and built once.
$(LINT): tools/go.mod tools/go.sum
	mkdir -p $(@D)
	cd tools && go build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

unit:
	go test $(UNIT)

race:
	scripts/race.sh $(UNIT)

$(LIBRARIES): clients/testdata/package.json clients/testdata/package-lock.json
	cd clients/testdata && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	touch $@

e2e: $(LIBRARIES) ## examples by curl, client libraries and the short crash suite, on the real binary
	go test -count=1 -v -timeout 10m $(WHOLE)

fuzz: ## every fuzz target, FUZZTIME each (5m)
	scripts/fuzz.sh $(FUZZTIME)

fuzz-short:
	scripts/fuzz.sh 5000x

bench: export GOFLAGS :=
bench: ## measure against the ceiling; results belong into docs/benchmarks.md
	go run ./bench

profile: ## measure anew what the compiler is told of how the binary is used
	go run ./bench -profile cmd/hookline/default.pgo

crash: ## 1,000 kills under load
	go run ./crash

clean: ## remove what was built, not the data
	rm -rf bin $(CACHE)
