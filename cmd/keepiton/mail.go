package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/mail"
)

// mailListeners are the roads of mail that serve has opened.
type mailListeners struct {
	servers []*mail.Server
	done    sync.WaitGroup
}

// listenForMail opens the listeners that the settings name. An error is wrong
// use.
func listenForMail(s settings, in *intake.Intake, log *slog.Logger) (*mailListeners, error) {
	m := &mailListeners{}
	road, to, err := mailRoad(s, in)
	if err != nil {
		return nil, err
	}
	for _, l := range []struct {
		setting, address string
		lmtp             bool
	}{{"mail-listen", s.SMTP, false}, {"lmtp-listen", s.LMTP, true}} {
		if l.address == "" {
			continue
		}
		if len(to) == 0 {
			m.close()
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "--%s is set and --mail-to names no address", l.setting), "name the addresses that mail is taken for, such as --mail-to report@keepiton.example")
		}
		listener, err := net.Listen("tcp", l.address)
		if err != nil {
			m.close()
			return nil, keepiton.Hint(keepiton.Errorf(keepiton.Unavailable, "--%s: %w", l.setting, err), "is the port free, and may this user open it?")
		}
		server := &mail.Server{Road: road, To: to, LMTP: l.lmtp, Log: log}
		m.servers = append(m.servers, server)
		m.done.Add(1)
		go func() {
			defer m.done.Done()
			if err := server.Serve(listener); err != nil {
				log.Error("the road of mail ended", "cause", err)
			}
		}()
	}
	return m, nil
}

// mailRoad reads what the settings say of mail.
func mailRoad(s settings, in *intake.Intake) (*mail.Road, []string, error) {
	if s.Clear != "refuse" && s.Clear != "seal" {
		return nil, nil, keepiton.Errorf(keepiton.Invalid, "--mail-clear %q is neither refuse nor seal", s.Clear)
	}
	var to []string
	for a := range strings.SplitSeq(s.MailTo, ",") {
		if a = strings.TrimSpace(a); a == "" {
			continue
		}
		if local, domain, ok := strings.Cut(a, "@"); !ok || local == "" || domain == "" {
			return nil, nil, keepiton.Errorf(keepiton.Invalid, "--mail-to: %q is no address", a)
		}
		to = append(to, a)
	}
	key := strings.TrimRight(s.BaseURL, "/")
	if key != "" {
		key += "/key"
	}
	return &mail.Road{Intake: in, Seal: s.Clear == "seal", Key: key}, to, nil
}

// close ends the listeners and waits for the mails that are on their way in.
func (m *mailListeners) close() {
	ctx, cancel := context.WithTimeout(context.Background(), sendPatience)
	defer cancel()
	for _, server := range m.servers {
		if err := server.Close(ctx); err != nil {
			server.Log.Warn("a mail was cut off", "cause", fmt.Sprint(err))
		}
	}
	m.done.Wait()
}
