package seal

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"

	"keepiton"
)

// gpg asks the gpg program, and so its agent, smart cards included, to open
// OpenPGP messages. The message goes in and the text comes out through pipes;
// nothing is written to a disk.
type gpg struct{ program string }

// check finds the program.
func (g *gpg) check() error {
	if _, err := exec.LookPath(g.program); err != nil {
		return keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "gpg: %w", err), "install GnuPG, or name its path")
	}
	return nil
}

// decrypt opens a message, checked to its end. What gpg tells on its error
// channel may name people and goes nowhere.
func (g *gpg) decrypt(message []byte, limit int64) ([]byte, error) {
	status, statusOut, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer status.Close()
	cmd := exec.Command(g.program, "--batch", "--quiet", "--status-fd", "3", "--output", "-", "--decrypt")
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.Stdin = bytes.NewReader(message)
	plain := &boundedBuffer{left: limit + 1}
	cmd.Stdout = plain
	cmd.ExtraFiles = []*os.File{statusOut}
	err = cmd.Start()
	statusOut.Close()
	if err != nil {
		return nil, keepiton.Errorf(keepiton.Unavailable, "gpg: %w", err)
	}
	said, _ := io.ReadAll(io.LimitReader(status, 1<<20)) // what is not read is not believed
	err = cmd.Wait()
	return plain.b, g.judge(string(said), err, int64(len(plain.b)) > limit)
}

// judge reads gpg's status lines (GnuPG, doc/DETAILS). The exit code alone does
// not do: it also tells of a signature inside by somebody unknown to gpg.
func (g *gpg) judge(said string, err error, tooLong bool) error {
	has := func(word string) bool { return strings.Contains("\n"+said, "\n[GNUPG:] "+word) }
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit) && !tooLong:
		return keepiton.Errorf(keepiton.Unavailable, "gpg: %w", err)
	case tooLong:
		return keepiton.Errorf(keepiton.TooLarge, "OpenPGP message of more than the limit")
	case has("DECRYPTION_FAILED") || !has("ENC_TO"): // without ENC_TO it was not encrypted
	case has("DECRYPTION_OKAY") && (has("GOODMDC") || has("DECRYPTION_INFO 0 ")): // authenticated encryption has no MDC
		return nil
	}
	switch {
	case has("ERROR pkdecrypt_failed"):
		return keepiton.Hint(keepiton.Errorf(keepiton.Forbidden, "gpg did not get at the secret key"), "is the card in its reader, and was the passphrase right?")
	case has("ENC_TO") && !has("DECRYPTION_INFO"):
		return errOthers
	}
	return keepiton.Errorf(keepiton.Invalid, "gpg could not open the message: cut, changed, or not encrypted to a key")
}

// boundedBuffer keeps the first bytes and refuses the rest.
type boundedBuffer struct {
	b    []byte
	left int64
}

func (w *boundedBuffer) Write(p []byte) (int, error) {
	if int64(len(p)) > w.left {
		w.b, w.left = append(w.b, p[:w.left]...), 0
		return 0, io.ErrShortWrite
	}
	w.b, w.left = append(w.b, p...), w.left-int64(len(p))
	return len(p), nil
}
