package ooni

import (
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"
)

// text returns a string of an object; empty where there is none. It is good only as
// long as the value.
func text(v *fastjson.Value, key string) string {
	if v = v.Get(key); v == nil || v.Type() != fastjson.TypeString {
		return ""
	}
	b, _ := v.StringBytes()
	return string(b)
}

// raw is text without a copy.
func raw(v *fastjson.Value, key string) []byte {
	if v = v.Get(key); v == nil || v.Type() != fastjson.TypeString {
		return nil
	}
	b, _ := v.StringBytes()
	return b
}

// ternary is a truth value that may be missing.
type ternary int8

const (
	unknown ternary = iota
	no
	yes
)

func truth(v *fastjson.Value, key string) ternary {
	if v = v.Get(key); v == nil {
		return unknown
	}
	switch v.Type() {
	case fastjson.TypeTrue:
		return yes
	case fastjson.TypeFalse:
		return no
	}
	return unknown
}

// number returns a number of an object, and whether there is one.
func number(v *fastjson.Value, key string) (float64, bool) {
	if v = v.Get(key); v == nil || v.Type() != fastjson.TypeNumber {
		return 0, false
	}
	f, err := v.Float64()
	return f, err == nil
}

// failure returns what went wrong; empty where nothing did.
func failure(v *fastjson.Value) string { return text(v, "failure") }

// list returns the elements of an array of an object.
func list(v *fastjson.Value, key string) []*fastjson.Value { return v.GetArray(key) }

// tagged reports whether an observation has a tag.
func tagged(v *fastjson.Value, tag string) bool {
	for _, one := range list(v, "tags") {
		if b, err := one.StringBytes(); err == nil && string(b) == tag {
			return true
		}
	}
	return false
}

// classic returns the observations that a person's browser would have made: those
// that are tagged so, or all of them where none is (tests before 0.5.28).
func classic(all []*fastjson.Value) (out []*fastjson.Value) {
	for _, v := range all {
		if tagged(v, "classic") {
			out = append(out, v)
		}
	}
	if len(out) == 0 && !slices.ContainsFunc(all, func(v *fastjson.Value) bool { return tagged(v, "tcptls_experiment") }) {
		return all
	}
	return out
}

// depthOf returns the tag that says after how many redirects an observation was made.
func depthOf(v *fastjson.Value) string {
	for _, one := range list(v, "tags") {
		if b, err := one.StringBytes(); err == nil && strings.HasPrefix(string(b), "depth=") {
			return string(b)
		}
	}
	return ""
}

// redirected reports whether an observation was made after a redirect.
func redirected(v *fastjson.Value) bool { d := depthOf(v); return d != "" && d != "depth=0" }

// address returns ip:port as OONI writes it in the keys of a control.
func address(ip, port string) string {
	if strings.Contains(ip, ":") {
		return "[" + ip + "]:" + port
	}
	return ip + ":" + port
}

// ipOf returns the address of an endpoint without its port.
func ipOf(endpoint string) string {
	i := strings.LastIndexByte(endpoint, ':')
	if i < 0 {
		return endpoint
	}
	return strings.Trim(endpoint[:i], "[]")
}

func portOf(v *fastjson.Value) string { return strconv.Itoa(v.GetInt("port")) }
