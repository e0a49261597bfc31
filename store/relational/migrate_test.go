package relational

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"testing"

	"keepiton/store/database"
)

// released lists what the files of released formats hash to. Append only: a
// change of what is stored is a new migration or a new dictionary.
var released = map[string]string{
	"dictionary/1.json":                       "0655d52d2f44103402796961b3eadbea2bbba6454a7867a78a6fe6a503570881",
	"migrations/common/00001_record.sql":      "856f2bcf0938457ae6095f3498a4c3d1a5d993442aebfb3bc91826dbcbe41b1c",
	"migrations/common/00003_voices.sql":      "fcc38e3b8e62999e8f1c86e0582c68176770d5441f3a9dbf082382e50bc7b516",
	"migrations/common/00004_story.sql":       "90dcd4a8c8417e49d46c964a67d5809fb44455acdf19f5141c82363af64f8248",
	"migrations/common/00005_entries.sql":     "8887946e4c7236479906825e430d732d1ece55b75d8605499562d5a37e039dd6",
	"migrations/common/00007_signatures.sql":  "1cb60527c090b7f79e59e97d8d38578c3a4e1d45cc98bbdb61d93829a7486f73",
	"migrations/common/00008_alerts.sql":      "cd60b4b5cde1fb3cdcff089a0b3a9b7252c4f06ee824bbb08d9f86d754f25c21",
	"migrations/common/00010_owners.sql":      "829f6d7db8d69b21a3379548e9a8612c335d35af33d26d421e96c8538b1fbdb3",
	"migrations/common/00011_press.sql":       "b1bf0d8a386b82fdedb44acf8e9613d41e173af607e8e22b386ea2ee992e5662",
	"migrations/common/00009_petitions.sql":   "fde4f320053cd47814b7b83360099d2c5bc69f90be5695a1cd3372390d74d6a9",
	"migrations/common/00012_disruptions.sql": "c88866f37d9c5db009666bae44960970fb4960cf003941379755dc3beaac3d22",
	"migrations/common/00013_lost.sql":        "b0837d5a2161b397cbc74f4f1478b39602234a9d4d1613fde4b9dd2440695099",
	"migrations/postgres/00002_search.sql":    "e494a13efcbda9790003b7f063fb6685fc414dbf4185a13039c34c380a2e9c0b",
	"migrations/sqlite/00002_search.sql":      "422107d6da9fe09fd32837edfd6719079a0c1b160ed92fe782196bb9ac8fe837",
}

// TestReleasedFormatsAreNeverEdited guards the migrations and the dictionary
// of the compressor.
func TestReleasedFormatsAreNeverEdited(t *testing.T) {
	found := map[string]bool{}
	check := func(name string, data []byte) {
		found[name] = true
		sum := sha256.Sum256(data)
		got := hex.EncodeToString(sum[:])
		switch want := released[name]; {
		case want == "":
			t.Errorf("%s is new: add it to the list, with %s", name, got)
		case got != want:
			t.Errorf("%s was edited: it hashes to %s, not %s; add a new file instead", name, got, want)
		}
	}
	err := fs.WalkDir(migrations, "migrations", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := migrations.ReadFile(path)
		check(path, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	check("dictionary/1.json", dictionary)
	for name := range released {
		if !found[name] {
			t.Errorf("%s is gone", name)
		}
	}
}

func TestEveryEngineHasTheSameMigrations(t *testing.T) {
	names := func(d string) (out []string) {
		entries, err := database.Migrations{Files: migrations, Engine: &database.Engine{Name: d}}.ReadDir(".")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	a, b := names("sqlite"), names("postgres")
	if len(a) != len(b) {
		t.Fatalf("sqlite has %v, postgres %v", a, b)
	}
	for i := range a {
		if a[i] != b[i] {
			t.Errorf("%s and %s stand at the same place", a[i], b[i])
		}
	}
}
