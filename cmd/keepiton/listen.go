package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"keepiton"
	"keepiton/intake"
	"keepiton/web/door"
)

// listener is an address that the server answers at.
type listener struct {
	net.Listener
	onion bool // only the onion service reaches it
}

// listen opens the addresses of the settings; the first is that of the site.
func listen(s settings) ([]listener, error) {
	site, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "%w", err), "choose another address with --listen, such as --listen 127.0.0.1:8090")
	}
	all := []listener{{site, false}}
	if s.Onion != "" {
		onion, err := listenForOnion(s.Onion)
		if err != nil {
			site.Close()
			return nil, err
		}
		all = append(all, listener{onion, true})
	}
	return all, nil
}

// newServer makes the server of one listener.
func newServer(l listener, handler http.Handler, log *slog.Logger) *http.Server {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeader, ReadTimeout: readWhole, WriteTimeout: writeWhole, IdleTimeout: idle,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(quiet{log.Handler()}, slog.LevelWarn),
	}
	if l.onion {
		server.ConnContext = func(ctx context.Context, _ net.Conn) context.Context { return door.Onion(ctx) }
	}
	return server
}

// answer serves at all listeners until ctx ends, then lets what is being
// answered end: pages have endPatience, reports on their way in sendPatience.
func answer(ctx context.Context, listeners []listener, handler http.Handler, in *intake.Intake, log *slog.Logger) error {
	done := make(chan error, len(listeners))
	var servers []*http.Server
	for _, l := range listeners {
		server := newServer(l, handler, log)
		servers = append(servers, server)
		go func() { done <- server.Serve(l) }()
	}
	var broken error
	select {
	case broken = <-done:
	case <-ctx.Done():
	}
	last, cut := context.WithTimeout(context.WithoutCancel(ctx), sendPatience)
	defer cut()
	patience := time.AfterFunc(endPatience, func() {
		in.Wait(last) // an error means that sendPatience is over, too
		time.AfterFunc(answerPatience, cut)
	})
	defer patience.Stop()
	ended := make(chan error, len(servers))
	for _, server := range servers {
		go func() { ended <- server.Shutdown(last) }()
	}
	var late error
	for range servers {
		late = errors.Join(late, <-ended)
	}
	switch {
	case broken != nil:
		return broken
	case late != nil:
		return keepiton.Errorf(keepiton.Internal, "ended before every answer was finished: %w", late)
	}
	return nil
}

// readable is the address that a person on this machine can open.
func readable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
