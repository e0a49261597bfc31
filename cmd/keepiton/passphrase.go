package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"

	"golang.org/x/term"

	"keepiton"
)

const (
	minPassphrase = 12       // characters, as for passwords of the desk
	maxSecretFile = 1 << 20  // bytes of a file of keys
	maxPassphrase = 16 << 10 // bytes of a line
)

// passphrase reads one from a file, else from the terminal without echo.
func (j *keyJob) passphrase(what, file string) ([]byte, error) {
	switch file {
	case "":
		return j.askTerminal(what)
	case "-":
		return firstLine(j.e.stdin, "standard input")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "passphrase: %w", err), "the first line of that file is the passphrase")
	}
	defer f.Close()
	return firstLine(f, file)
}

// newPassphrase reads one that is going to lock a key: twice at a terminal, and
// long enough.
func (j *keyJob) newPassphrase(what, file string) ([]byte, error) {
	first, err := j.passphrase(what, file)
	if err != nil {
		return nil, err
	}
	if err := longEnough(first); err != nil {
		return nil, err
	}
	if file != "" {
		return first, nil
	}
	second, err := j.passphrase("the same again", file)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, second) {
		return nil, keepiton.Errorf(keepiton.Invalid, "the two passphrases differ")
	}
	return first, nil
}

func longEnough(passphrase []byte) error {
	if utf8.RuneCount(passphrase) < minPassphrase {
		return keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "the passphrase has fewer than %d characters", minPassphrase), "five or six words that do not belong together are easy to keep and hard to guess")
	}
	return nil
}

func (j *keyJob) askTerminal(what string) ([]byte, error) {
	f, isFile := j.e.stdin.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "there is no terminal to ask for the %s", what), "name a file with --passphrase-file, or - for standard input")
	}
	fd := int(f.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "terminal: %w", err)
	}
	fmt.Fprintf(j.e.stderr, "%s: ", what)
	type answer struct {
		b   []byte
		err error
	}
	answers := make(chan answer, 1) // of one read, which ends with the process at the latest
	go func() {
		b, err := term.ReadPassword(fd)
		answers <- answer{b, err}
	}()
	select {
	case a := <-answers:
		fmt.Fprintln(j.e.stderr)
		return a.b, a.err
	case <-j.ctx.Done(): // Ctrl-C: the terminal must show again what is typed
		fmt.Fprintln(j.e.stderr)
		return nil, errors.Join(j.ctx.Err(), term.Restore(fd, before))
	}
}

func firstLine(r io.Reader, from string) ([]byte, error) {
	line, err := bufio.NewReader(io.LimitReader(r, maxPassphrase)).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, keepiton.Errorf(keepiton.Unavailable, "passphrase from %s: %w", from, err)
	}
	line = bytes.TrimRight(line, "\r\n")
	if len(line) == 0 {
		return nil, keepiton.Errorf(keepiton.Invalid, "the passphrase from %s is empty", from)
	}
	return line, nil
}

// readKeyFile reads a small file that a person named.
func readKeyFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.NotFound, "%w", err), "is the path right?")
	}
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "%w", err)
	}
	if len(b) > maxSecretFile {
		return nil, keepiton.Errorf(keepiton.TooLarge, "%s is larger than %d bytes", name, maxSecretFile)
	}
	return b, nil
}
