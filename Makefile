# `make run` and `make test` are all that a newcomer needs; each installs what is missing.
SHELL := /bin/bash
export CGO_ENABLED := 1

.PHONY: help run test build dev deps lint bench bench-county soak web film
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## install what is missing, build, and start the demo: open the printed addresses
	@bin/tongtang demo

# .ci/test.sh says which packages are pure: without goroutines, the race detector has nothing to find there.
test: ## install what is missing and run every test: Go with the race detector, pages, browser
	@deploy/install.sh test
	@.ci/test.sh

build: deps web ## build bin/tongtang and bin/classroom-agent
	@go build -o bin/ ./cmd/tongtang ./cmd/classroom-agent

dev: build ## the demo with the pages served by vite, which reloads them at every change
	@trap 'kill 0' EXIT; bin/tongtang demo & cd web && npm run dev

lint: ## gofmt, vet, staticcheck, errcheck, and the layers of the house (depguard)
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'gofmt these files'; exit 1; }
	@go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./...
	@cd web && npm run --silent typecheck

bench: build ## the SFU's figures beside plain pion's: CPU for each packet, memory, delay, joining; and the planning of a term (7 minutes; bin/tongtang bench --help)
	@deploy/install.sh test
	@bin/tongtang bench

bench-county: ## what a coordinator of 200 schools with 100,000 lessons waits for, and others meanwhile, on SQLite and PostgreSQL (5 minutes)
	@deploy/install.sh test
	@go test -run '^$$' -bench County -benchtime 1x ./scheduler

soak: ## half an hour of viewers that come and go and sources that start again: nothing may stay behind (TONGTANG_SOAK=2h for longer)
	@deploy/install.sh test
	@TONGTANG_SOAK=$${TONGTANG_SOAK:-30m} nice go test -run TestSoak -v -timeout 24h ./sfu | grep -v level=

film: ## make the demo film again (needs what the tests need)
	@deploy/install.sh test
	@node cmd/tongtang/film/make.mjs

deps:
	@deploy/install.sh build

# The pages are built again when one of their sources is newer.
web: deps
	@if [ ! -e web/dist/index.html ] || [ -n "$$(find web/src web/*.html web/*.json web/*.ts -newer web/dist/index.html -print -quit)" ]; then \
	  echo '› building the pages'; cd web && npm run --silent build; fi
