package main

import (
	"os"
	"testing"

	"keepiton/evidence"
	"keepiton/store/postgres/pgtest"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == evidence.ChildCommand { // this program is its own child
		os.Exit(evidence.RunChild(os.Stdin, os.Stdout))
	}
	if os.Getenv(childVariable) != "" { // and the server that tests kill
		main()
	}
	os.Exit(pgtest.Main(m))
}
