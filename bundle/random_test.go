package bundle

import (
	"math/rand/v2"
	"reflect"
	"strconv"
	"testing"
	"time"

	"keepiton"
)

// fill gives every field below v a random value that is not zero, by
// reflection, so that a field added to the root is filled the day it is added.
func fill(t *testing.T, rnd *rand.Rand, v reflect.Value, name string) {
	t.Helper()
	switch v.Interface().(type) {
	case keepiton.Moment:
		p := keepiton.Precision(rnd.IntN(5))
		at := time.Date(1990+rnd.IntN(60), 1, 1, 0, 0, 0, 0, time.UTC)
		switch p {
		case keepiton.Minute:
			at = at.Add(time.Duration(rnd.IntN(500_000)) * time.Minute)
		case keepiton.Hour:
			at = at.Add(time.Duration(rnd.IntN(8000)) * time.Hour)
		case keepiton.Day:
			at = at.AddDate(0, 0, rnd.IntN(360))
		case keepiton.Month:
			at = at.AddDate(0, rnd.IntN(12), 0)
		}
		v.Set(reflect.ValueOf(keepiton.Moment{At: at, Precision: p, Estimated: rnd.IntN(2) == 0}))
		return
	case keepiton.Answer:
		v.Set(reflect.ValueOf(keepiton.Answer(1 + rnd.IntN(3))))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, rnd, v.Elem(), name)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, rnd, v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+rnd.IntN(3), 3))
		for i := range v.Len() {
			fill(t, rnd, v.Index(i), name)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]keepiton.Private{
			"/new":           keepiton.Private(strconv.Itoa(rnd.IntN(1000))),
			"/consent/later": `{"a":[1,2.50,"ኢንተርኔት"]}`,
			"/story/a~1b~0c": `null`,
			"/files/0/width": `7e2`,
		}))
	case reflect.String:
		v.SetString(randomText(rnd, name))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1 + rnd.Int64N(1<<31-1))
	default:
		t.Fatalf("field %s has kind %v, which this test cannot fill: teach it, and wire.go", name, v.Kind())
	}
}

// randomText is a text that the field called name may hold.
func randomText(rnd *rand.Rand, name string) string {
	of := func(alphabet string, n int) string {
		letters := []rune(alphabet)
		out := make([]rune, n)
		for i := range out {
			out[i] = letters[rnd.IntN(len(letters))]
		}
		return string(out)
	}
	switch name {
	case "ID", "Adds", "Lookup":
		return of("0123456789abcdef", 32)
	case "Withdraw", "SHA256":
		return of("0123456789abcdef", 64)
	case "Reply":
		return "age1pq1" + of("qpzry9x8gf2tvdw0s3jn54khce6mua7l", 1952)
	}
	return of("abc \"\\/<>&\n\t\x00é\u202e\u2028العربيةኢትዮጵያ🕒", 1+rnd.IntN(40))
}

func TestReportReadsBackWithEveryFieldItHas(t *testing.T) {
	for seed := range uint64(200) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		var want keepiton.Report
		fill(t, rnd, reflect.ValueOf(&want).Elem(), "Report")
		text, err := EncodeReport(&want)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		got, err := DecodeReport(text)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !reflect.DeepEqual(*got, want) {
			t.Fatalf("seed %d: a field changed on its way\n%s", seed, differences(*got, want))
		}
	}
}

// differences names the fields that differ; %v would show [redacted] alone.
func differences(got, want keepiton.Report) (out string) {
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		if !reflect.DeepEqual(g.Field(i).Interface(), w.Field(i).Interface()) {
			out += g.Type().Field(i).Name + " "
		}
	}
	return out
}
