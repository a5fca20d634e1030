# Gatehouse needs Go and make, nothing else. `make` alone lists the targets.
# A line with "target: ## text" is shown by `make help`.

GO     ?= go
BIN    ?= bin/gatehouse
TOOL    = $(GO) tool -modfile=.tools/go.mod
ARGS   ?=
PKG    ?= ./...
BENCH  ?= .
FUZZTIME ?= 10s
TESTTIME ?= 30m
DEEPTIME ?= 6h

.DEFAULT_GOAL := help
.PHONY: help demo run build test deep lint bench microbench fuzz cover picture clean

help: ## list these targets
	@printf 'Gatehouse: make TARGET\n\n'
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\nARGS="…" goes to the program (demo, run); PKG=./core narrows test, microbench, fuzz and cover.\n'

demo: ## open a filled, throwaway house to play with
	@$(GO) run ./cmd/gatehouse demo $(ARGS)

run: ## open your own house (ARGS="request list" runs a verb)
	@$(GO) run ./cmd/gatehouse $(ARGS)

build: ## build bin/gatehouse
	@$(GO) build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/gatehouse
	@printf 'built %s\n' '$(BIN)'

test: ## run all tests, those of concurrency with the race detector where a C compiler works
	@sh .ci/test '$(GO)' $(TESTTIME) $(PKG)

lint: ## check format, imports, complexity and lengths with pinned linters
	@$(TOOL) golangci-lint run $(PKG)

deep: ## run all tests with many more rounds (hours)
	@GATEHOUSE_DEEP=1 $(GO) test -timeout $(DEEPTIME) -p 1 $(PKG)

bench: ## measure what people wait for, beside its floor (ARGS=-small: a smaller house)
	@$(GO) run ./cmd/bench $(ARGS)

microbench: ## run the Go benchmarks (BENCH=regexp picks some)
	@$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -timeout 60m $(PKG)

fuzz: ## run each fuzz target for FUZZTIME (10s)
	@sh .ci/fuzz '$(GO)' '$(FUZZTIME)' $(PKG)

cover: ## run all tests and write coverage.out with a summary
	@$(GO) test -timeout $(TESTTIME) -coverpkg=./... -coverprofile=coverage.out $(PKG)
	@$(GO) tool cover -func=coverage.out | tail -n 1

picture: ## bring the picture and the server chapter of README.md up to date
	@$(GO) test ./cmd/gatehouse -run '^Test(Picture|Chapter)$$' -count=1 -update

clean: ## remove what build and cover made
	@rm -rf bin coverage.out
