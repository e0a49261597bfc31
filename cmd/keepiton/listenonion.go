package main

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"

	"keepiton"
)

// A socket is a file: whoever may write to it comes in by the onion lane. Its
// owner and its group may, which is Tor's when the folder hands its group down
// (docs/intake.md).
const socketMode = 0o660

// listenForOnion opens what the onion service hands its readers to: an address
// and port, or unix: and the path of a socket.
func listenForOnion(address string) (net.Listener, error) {
	hint := "choose another address with --onion-listen, and the same in HiddenServicePort of torrc"
	path, isSocket := strings.CutPrefix(address, "unix:")
	if !isSocket {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "onion service: %w", err), hint)
		}
		return l, nil
	}
	if err := clearSocket(path); err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "onion service: %w", err), hint)
	}
	l, err := net.Listen("unix", path)
	if err == nil {
		if err = os.Chmod(path, socketMode); err != nil {
			l.Close()
		}
	}
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "onion service: %w", err), "the folder must be there and be ours to write to, and the whole path have at most 100 bytes")
	}
	return l, nil
}

// clearSocket removes the socket that a server left which was killed. A socket
// that somebody answers at, and a file that is no socket, are not ours.
func clearSocket(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return keepiton.Errorf(keepiton.Conflict, "%s is there and is no socket", path)
	}
	switch conn, err := net.Dial("unix", path); {
	case err == nil:
		conn.Close()
		return keepiton.Errorf(keepiton.Conflict, "another server answers at %s", path)
	case errors.Is(err, fs.ErrPermission):
		return err
	}
	return os.Remove(path)
}

// reachable reports whether other machines may reach a listener.
func reachable(l net.Listener) bool {
	at, isTCP := l.Addr().(*net.TCPAddr)
	return isTCP && !at.IP.IsLoopback()
}
