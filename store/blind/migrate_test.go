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
	"migrations/common/00001_sealed.sql": "a74dfd0767d5ad37904966bccd430153792f82f7a20e13f7885de5481e4d1d45",
	"migrations/common/00003_parts.sql":  "8cff6afdfc624c40d8612bf19b42fcbb869adcb784bd22e1c0e0900562343883",
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
