package probe

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

// maxAnswers is how many addresses of an answer are looked at.
const maxAnswers = 16

// settle is how long a second, different answer is waited for after the first: who
// injects answers is faster than the resolver, whose own comes after (Duan et al.,
// "Hold-On", 2012).
const settle = 300 * time.Millisecond

// lookup is what one resolver said of a name.
type lookup struct {
	resolver string // as in the list; empty: that of the system
	addrs    []netip.Addr
	failure  Failure
	twice    bool         // a second answer came that says something else
	later    []netip.Addr // what that says
	took     time.Duration
}

// bogon reports whether an answer has an address that cannot be that of a public
// server (RFC 6890).
func (l *lookup) bogon() bool { return slices.ContainsFunc(l.addrs, isBogon) }

var bogons = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/8", "100::/64", "2001:db8::/32", "fc00::/7", "fe80::/10", "ff00::/8")

func prefixes(all ...string) (out []netip.Prefix) {
	for _, s := range all {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

func isBogon(a netip.Addr) bool {
	return slices.ContainsFunc(bogons, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

// ask asks the resolver of the system.
func (r *runner) ask(ctx context.Context, host string) lookup {
	ctx, cancel := context.WithTimeout(ctx, r.Step)
	defer cancel()
	begun := time.Now()
	addrs, err := r.Network.Lookup(ctx, host)
	l := lookup{failure: FailureOf(err), took: time.Since(begun)}
	if err != nil && ctx.Err() != nil {
		l.failure = FailureOf(ctx.Err())
	}
	l.addrs = tidy(addrs)
	if err == nil && len(l.addrs) == 0 {
		l.failure = FailureNoAnswer
	}
	return l
}

// askDirect asks the resolvers of the list, one after the other, until one answers.
func (r *runner) askDirect(ctx context.Context, host string) (last lookup) {
	for _, resolver := range r.List.Resolvers {
		begun := time.Now()
		l, err := r.exchange(ctx, resolver.String(), host)
		l.resolver, l.took = resolver.String(), time.Since(begun)
		if err != nil {
			l.failure = FailureOf(err)
		}
		last = l
		if l.failure != FailureTimeout && l.failure != FailureRefused && l.failure != FailureNetUnreachable && l.failure != FailureHostUnreachable {
			break
		}
	}
	return last
}

// exchange sends one question over UDP (RFC 1035) and reads answers until one fits,
// and then for a moment whether another one comes.
func (r *runner) exchange(ctx context.Context, resolver, host string) (l lookup, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.Step)
	defer cancel()
	conn, err := r.Network.DialContext(ctx, "udp", resolver)
	if err != nil {
		return l, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	question, id, err := newQuestion(host)
	if err != nil {
		return l, err
	}
	deadline := time.Now().Add(r.Step)
	_ = conn.SetDeadline(deadline)
	if _, err := conn.Write(question); err != nil {
		return l, err
	}
	buf := make([]byte, 4096)
	for have := false; ; {
		n, err := conn.Read(buf)
		if err != nil {
			if have {
				return l, nil
			}
			return l, err
		}
		addrs, failure, ok := readAnswer(buf[:n], id, host)
		switch {
		case !ok: // of another question, or no answer at all
		case have:
			if l.twice = failure != l.failure || !overlap(addrs, l.addrs); l.twice {
				l.later = addrs
			}
			return l, nil
		default:
			l.addrs, l.failure, have = addrs, failure, true
			if wait := time.Now().Add(settle); wait.Before(deadline) {
				_ = conn.SetDeadline(wait)
			}
		}
	}
}

// tidy sorts addresses, IPv4 first, and drops those that stand there twice.
func tidy(addrs []netip.Addr) []netip.Addr {
	out := make([]netip.Addr, 0, len(addrs))
	for _, a := range addrs {
		if a.IsValid() {
			out = append(out, a.Unmap())
		}
	}
	slices.SortFunc(out, netip.Addr.Compare) // IPv4 before IPv6
	out = slices.Compact(out)
	return out[:min(len(out), maxAnswers)]
}

func overlap(a, b []netip.Addr) bool {
	return slices.ContainsFunc(a, func(x netip.Addr) bool { return slices.Contains(b, x) })
}
