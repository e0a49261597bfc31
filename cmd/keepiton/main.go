// Command keepiton is the #KeepItOn coalition's record of internet shutdowns:
// site, API, desk and tools in one program.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"keepiton"
)

// Exit codes, the same for every subcommand.
const (
	exitGood    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitDefects = 3 // done, but with defects reported
)

// command is one subcommand. run returns the exit code; a returned error is
// printed with its hint and counts as exitFailed unless code says otherwise.
type command struct {
	name    string
	summary string // one line, for keepiton help; empty: it is not listed
	help    string // usage and examples, for keepiton help NAME and -h
	run     func(ctx context.Context, env *env, args []string) (int, error)
}

// env is what a subcommand has of the world; tests put their own in.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

// commands lists every subcommand in the order that help shows, one line each.
func commands() []command {
	return []command{
		serveCommand(),
		demoCommand(),
		importCommand(),
		ingestCommand(),
		seriesCommand(),
		detectCommand(),
		evaluateCommand(),
		exportCommand(),
		countCommand(),
		diffCommand(),
		reportCommand(),
		bundleCommand(),
		probeCommand(),
		messagesCommand(),
		deskCommand(),
		userCommand(),
		intakeCommand(),
		partnerCommand(),
		keyCommand(),
		verifyCommand(),
		versionCommand(),
		evidenceChildCommand(),
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	e := &env{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}
	if err := keepNoDumps(); err != nil {
		fmt.Fprintf(e.stderr, "keepiton: a crash of this process may be written to a disk: %v\n", err)
	}
	code := run(ctx, e, os.Args[1:])
	stop()
	os.Exit(code)
}

// run finds the subcommand in args, runs it, and returns the exit code.
func run(ctx context.Context, e *env, args []string) int {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		return help(e, args)
	}
	if args[0] == "-v" || args[0] == "--version" || args[0] == "-version" {
		args[0] = "version"
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		for _, a := range args[1:] {
			if a == "-h" || a == "--help" || a == "-help" {
				fmt.Fprintln(e.stdout, c.help)
				return exitGood
			}
		}
		code, err := c.run(ctx, e, args[1:])
		if err != nil {
			sayError(e, c.name, err)
			if code == exitGood {
				code = exitFailed
			}
		}
		return code
	}
	hint := "keepiton help lists them"
	if strings.HasPrefix(args[0], "-") {
		hint = "flags stand after the command, such as keepiton count --data DIR"
	}
	fmt.Fprintf(e.stderr, "keepiton: no command %q\nhint: %s\n", args[0], hint)
	return exitUsage
}

// sayError tells what went wrong, and what to do next where that is known.
func sayError(e *env, command string, err error) {
	fmt.Fprintf(e.stderr, "keepiton %s: %v\n", command, err)
	if hint := keepiton.HintOf(err); hint != "" {
		fmt.Fprintf(e.stderr, "hint: %s\n", hint)
	}
}

func help(e *env, args []string) int {
	if len(args) > 1 {
		if args[1] == "settings" {
			fmt.Fprint(e.stdout, settingsHelp())
			return exitGood
		}
		for _, c := range commands() {
			if c.name == args[1] {
				fmt.Fprintln(e.stdout, c.help)
				return exitGood
			}
		}
		fmt.Fprintf(e.stderr, "keepiton: no command %q\nhint: keepiton help lists them\n", args[1])
		return exitUsage
	}
	fmt.Fprint(e.stdout, "keepiton records, counts and publishes internet shutdowns.\n\nCommands:\n")
	for _, c := range commands() {
		if c.summary != "" {
			fmt.Fprintf(e.stdout, "  %-10s %s\n", c.name, c.summary)
		}
	}
	fmt.Fprint(e.stdout, "\nkeepiton help NAME explains one, keepiton help settings what may be set. Exit codes: 0 good, 1 failed, 2 wrong use, 3 done with defects reported.\n")
	return exitGood
}
