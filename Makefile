# The same commands that guard the main branch.
GO      ?= go
TOOL    := $(GO) tool -modfile=tools/go.mod
T       ?= 30s
PKGS    := ./...
SPACE   := $(subst ,, )

.PHONY: build run test check fmt vet lint race golden fuzz bench cover e2e messages tables sealing clean

build: ## one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags "-s -w" -o bin/keepiton ./cmd/keepiton

run: ## a demo site on the made-up world
	$(GO) run ./cmd/keepiton demo

test: ## all hermetic tests
	$(GO) test $(PKGS)

check: fmt vet lint race ## what guards main

fmt:
	@out=$$($(TOOL) gofumpt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "not formatted:"; echo "$$out"; exit 1; fi

# With the tag it sees all files: none is left out by it.
vet:
	$(GO) vet -tags e2e $(PKGS)

lint:
	$(TOOL) staticcheck -tags e2e $(PKGS)

# CALM are packages where no two goroutines meet, in no test either, and which
# call none that start some: races_test.go holds the list to it. The command's
# own tests run everything else once more, which the race detector makes ten
# times slower: the packages below it are where things meet.
CALM := chart correlate detect/world export kit/paper kit/sheet web/sealing

# PLAIN is C that a machine translated: SQLite and its library guard themselves
# with mutexes of their own, in memory that Go does not know. The detector
# watches everything that is ours, the driver, and all of Go's library; without
# these it watches them in half the time.
PLAIN := modernc.org/sqlite/lib modernc.org/libc/... modernc.org/memory modernc.org/mathutil

race: ## -short leaves out what is one goroutine for long
	CGO_ENABLED=1 $(GO) test -race $(PLAIN:%=-gcflags=%=-race=false) -short -shuffle=on -timeout 20m $$($(GO) list $(PKGS) | grep -v /cmd/ | grep -vxE 'keepiton/($(subst $(SPACE),|,$(strip $(CALM))))')

golden: ## rewrite goldens, then read the diff
	$(GO) test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n1 dirname | sort -u) -update

fuzz: ## every fuzz target for T each
	@for pkg in $$($(GO) list $(PKGS)); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "== $$pkg $$f"; $(GO) test $$pkg -run '^$$' -fuzz "^$$f$$" -fuzztime $(T) -fuzzminimizetime 20x || exit 1; done; done

bench: ## benchmarks, ten counts, ready for benchstat
	$(GO) test -run '^$$' -bench . -benchmem -count 10 $(PKGS)

cover: ## coverage by package: a map of what nobody tried
	$(GO) test -cover $(PKGS)

# INBROWSERS are the files behind the tag e2e. Only what is in them runs here:
# all else in their packages is what `make test` ran.
INBROWSERS = $(shell grep -rlE --include='*_test.go' '^//go:build.*\be2e\b' .)

e2e: ## pages and desk in a real browser, and the whole story at the running program
	@tests=$$(sed -nE 's/^func (Test[A-Za-z0-9_]+)\(.*/\1/p' $(INBROWSERS) /dev/null | paste -sd'|'); test -n "$$tests" || { echo "no tests behind the tag e2e"; exit 1; }; \
	set -x; $(GO) test -tags e2e -count=1 -run "^($$tests)$$" $(sort $(dir $(INBROWSERS)))

messages: ## pack the message files, sorted, for the program
	$(GO) test ./locale -run 'Sorted' -update
	$(GO) test ./locale -run 'ThePack' -update

tables: ## pack the tables of geo/data for the program
	$(GO) test ./geo -run 'ThePack' -update

sealing: ## the script that seals in browsers, from its sources; needs node and npm
	cd web/sealing && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs

clean:
	rm -rf bin
