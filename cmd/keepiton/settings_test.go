package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"keepiton"
)

func testEnv(vars map[string]string) *env {
	return &env{stdin: strings.NewReader(""), stdout: &strings.Builder{}, stderr: &strings.Builder{}, getenv: func(k string) string { return vars[k] }}
}

func TestFlagBeatsEnvironmentBeatsFile(t *testing.T) {
	dir := t.TempDir()
	conf := "# where\ndb = postgres://file\n"
	if err := os.WriteFile(filepath.Join(dir, "keepiton.conf"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		args []string
		want string
	}{
		{"file", nil, []string{"--data", dir}, "postgres://file"},
		{"environment", map[string]string{"KEEPITON_DB": "postgres://env"}, []string{"--data", dir}, "postgres://env"},
		{"flag", map[string]string{"KEEPITON_DB": "postgres://env"}, []string{"--data", dir, "--db", "postgres://flag"}, "postgres://flag"},
	} {
		s, _, err := parseSettings(testEnv(c.env), "count", c.args, nil)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if s.DB != c.want {
			t.Errorf("%s: got db %q, want %q", c.name, s.DB, c.want)
		}
	}
}

func TestFlagsMayStandAfterFiles(t *testing.T) {
	var edition string
	_, rest, err := parseSettings(testEnv(nil), "import", []string{"stop", "a.csv", "--edition", "x", "b.csv", "--", "-c.csv"}, func(set *flag.FlagSet) {
		set.StringVar(&edition, "edition", "", "")
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"stop", "a.csv", "b.csv", "-c.csv"}; !slices.Equal(rest, want) || edition != "x" {
		t.Errorf("got %q and edition %q, want %q and x", rest, edition, want)
	}
}

func TestUnknownSettingInFileNamesTheLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my.conf")
	if err := os.WriteFile(file, []byte("\ndbb = x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := parseSettings(testEnv(nil), "count", []string{"--config", file}, nil)
	if keepiton.CodeOf(err) != keepiton.Invalid || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v, want an invalid error naming line 2", err)
	}
}

func TestEnvironmentBeatsADefault(t *testing.T) {
	dir := t.TempDir()
	s, _, err := parseSettings(testEnv(map[string]string{"KEEPITON_DATA": dir}), "test", nil, nil)
	if err != nil || s.Data != dir {
		t.Errorf("data is %q: %v; want that of the environment", s.Data, err)
	}
}
