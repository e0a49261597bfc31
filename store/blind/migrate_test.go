package blind

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"testing"
)

// released lists what the migrations of releases hash to. Append only: a change
// of what is stored is a new migration.
var released = map[string]string{
	"migrations/common/00001_sealed.sql": "23bd2b69752bcfb0ea686ab792af6e45d312c1839489e46920a0003582dbefb8",
	"migrations/sqlite/00002_noise.sql":  "4dac606c1a91fa7b3cd48af07f98f8790909876017a2a7f7209d297684973c68",
}

func TestReleasedMigrationsAreNeverEdited(t *testing.T) {
	found := map[string]bool{}
	err := fs.WalkDir(migrations, "migrations", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := migrations.ReadFile(path)
		if err != nil {
			return err
		}
		found[path] = true
		sum := sha256.Sum256(data)
		got := hex.EncodeToString(sum[:])
		switch want := released[path]; {
		case want == "":
			t.Errorf("%s is new: add it to the list, with %s", path, got)
		case got != want:
			t.Errorf("%s was edited: it hashes to %s, not %s; add a new file instead", path, got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range released {
		if !found[name] {
			t.Errorf("%s is gone", name)
		}
	}
}
