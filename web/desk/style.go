package desk

// Style returns the style sheet of the desk, for the pages of sealed reports,
// which wear it too.
func Style() []byte {
	b, err := files.ReadFile("style.css")
	if err != nil {
		panic(err)
	}
	return b
}
