package geo

import (
	"bufio"
	"cmp"
	"io"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"keepiton"
)

// MaxPrefixBlocks bounds what a table of an operator may hold: all that the five
// registries delegated are some 700,000.
const MaxPrefixBlocks = 4_000_000

// ReadPrefixes reads an operator's own table, so that nobody has to trust ours. name
// and date are what verdicts will show. Three forms are understood, line by line:
//
//	1.0.0.0,1.0.0.255,AU          first and last address, and the country
//	1.0.0.0/24,AU                 a prefix and the country
//	afrinic|EG|ipv4|41.32.0.0|1024|20060101|allocated    the registries' statistics
//
// Lines that begin with # are comments, a heading is stepped over. Where blocks
// overlap, the narrower wins. The error is invalid and names the line.
func ReadPrefixes(r io.Reader, name string, date time.Time) (*Prefixes, error) {
	p := &Prefixes{Name: name, Date: date}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4096)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		b, v6, skip, err := readBlock(text)
		if err != nil {
			if n == 1 {
				continue // a heading
			}
			return nil, keepiton.Errorf(keepiton.Invalid, "%s, line %d: %w", name, n, err)
		}
		if skip {
			continue
		}
		if p.Len() >= MaxPrefixBlocks {
			return nil, keepiton.Errorf(keepiton.TooLarge, "%s, line %d: more than %d blocks", name, n, MaxPrefixBlocks)
		}
		if v6 {
			p.v6 = append(p.v6, b)
		} else {
			p.v4 = append(p.v4, b)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, keepiton.Errorf(keepiton.Invalid, "%s: %w", name, err)
	}
	if p.Len() == 0 {
		return nil, keepiton.Hint(keepiton.Errorf(keepiton.Invalid, "%s: no block of addresses in it", name), "write lines such as 1.0.0.0/24,AU")
	}
	p.v4, p.v6 = flat(p.v4), flat(p.v6)
	return p, nil
}

// readBlock reads one line. skip is set for those of a registry that hold nothing:
// heads, summaries, AS numbers, and what is not delegated.
func readBlock(text string) (b Block, v6, skip bool, err error) {
	bad := func(format string, args ...any) (Block, bool, bool, error) {
		return Block{}, false, false, keepiton.Errorf(keepiton.Invalid, format, args...)
	}
	if strings.Contains(text, "|") {
		f := strings.Split(text, "|")
		if len(f) < 7 || f[2] != "ipv4" && f[2] != "ipv6" || f[6] != "allocated" && f[6] != "assigned" {
			return Block{}, false, true, nil
		}
		a, err := netip.ParseAddr(f[3])
		if err != nil {
			return bad("%q is no address", f[3])
		}
		n, err := strconv.ParseUint(f[4], 10, 33)
		if err != nil || n == 0 || f[2] == "ipv6" && n > 64 || a.Is6() != (f[2] == "ipv6") {
			return bad("%q is no number of addresses", f[4])
		}
		b.From, v6 = position(a)
		if size := n << 32; v6 {
			b.To = b.From | ^uint64(0)>>n
		} else if b.To = b.From + size - 1; b.To < b.From {
			return bad("%s addresses from %s are too many", f[4], f[3])
		}
		b.Country = f[1]
	} else {
		f := strings.Split(text, ",")
		for i := range f {
			f[i] = strings.Trim(strings.TrimSpace(f[i]), `"`)
		}
		switch len(f) {
		case 2:
			prefix, err := netip.ParsePrefix(f[0])
			if err != nil {
				return bad("%q is no prefix", f[0])
			}
			b.From, v6 = position(prefix.Masked().Addr())
			b.To = b.From | ^uint64(0)>>min(prefix.Bits(), 64)
			b.Country = f[1]
		case 3:
			from, err := netip.ParseAddr(f[0])
			to, err2 := netip.ParseAddr(f[1])
			if err != nil || err2 != nil || from.Is4() != to.Is4() || to.Less(from) {
				return bad("%q to %q is no range of addresses", f[0], f[1])
			}
			b.From, v6 = position(from)
			b.To, _ = position(to)
			if !v6 {
				b.To |= 1<<32 - 1
			}
			b.Country = f[2]
		default:
			return bad("%d columns, where 2 or 3 belong", len(f))
		}
	}
	b.Country = strings.ToUpper(b.Country)
	if len(b.Country) != 2 || strings.Trim(b.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return bad("%q is no code of a country", b.Country)
	}
	return b, v6, b.Country == "ZZ" || b.Country == "AP" || b.Country == "EU", nil
}

// flat orders blocks and cuts them so that none overlap: of two, the narrower keeps
// the addresses.
func flat(all []Block) []Block {
	slices.SortStableFunc(all, func(a, b Block) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(b.To, a.To)) })
	var out, open []Block // open: those around the present place, the innermost last
	put := func(b Block) {
		if b.From > b.To {
			return
		}
		if n := len(out); n > 0 && out[n-1].Country == b.Country && out[n-1].To+1 == b.From {
			out[n-1].To = b.To
			return
		}
		out = append(out, b)
	}
	closeUntil := func(at uint64) { // ends all that end before at
		for n := len(open); n > 0 && open[n-1].To < at; n = len(open) {
			ended := open[n-1]
			open = open[:n-1]
			put(ended)
			if n > 1 && ended.To < ^uint64(0) {
				open[n-2].From = max(open[n-2].From, ended.To+1)
			}
		}
	}
	for _, b := range all {
		closeUntil(b.From)
		if n := len(open); n > 0 {
			around := open[n-1]
			if b.From > 0 {
				put(Block{around.From, min(around.To, b.From-1), around.Country})
			}
			open[n-1].From = b.From
			if b.To > around.To { // they cross: the later one keeps its end for itself
				open = open[:n-1]
			}
		}
		open = append(open, b)
	}
	for n := len(open); n > 0; n = len(open) {
		ended := open[n-1]
		open = open[:n-1]
		put(ended)
		if n > 1 {
			if ended.To == ^uint64(0) {
				break
			}
			open[n-2].From = max(open[n-2].From, ended.To+1)
		}
	}
	return out
}

// Equivalents returns how many /24 (IPv4) or /48 (IPv6) the positions from … to are
// worth; parts of one count as parts.
func Equivalents(from, to uint64, v6 bool) float64 {
	n, carry := bits.Add64(to-from, 1, 0)
	size := float64(n) + float64(carry)*(1<<64)
	if v6 {
		return size / (1 << 16)
	}
	return size / (1 << 40)
}
