package letters

import "fmt"

func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }

func errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }
