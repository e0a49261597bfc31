package main

import (
	"os"
	"testing"

	"keepiton/store/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
