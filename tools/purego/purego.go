// Package purego stands in for the module of that name, which the module heic
// uses to load a libheif of the operating system when it finds one. KeepItOn
// must not do that: such a library would decode hostile files outside of the
// sandbox, and looking for one makes the program a dynamically linked one. With
// this in its place there is nothing to load with, and the build stays static.
package purego

import "errors"

// Modes of Dlopen.
const (
	RTLD_NOW    = 2
	RTLD_GLOBAL = 0x100
)

var errNone = errors.New("no libraries of the operating system are loaded")

// Dlopen returns an error.
func Dlopen(string, int) (uintptr, error) { return 0, errNone }

// RegisterLibFunc panics: there is never a library to register a function of.
func RegisterLibFunc(any, uintptr, string) { panic(errNone) }
