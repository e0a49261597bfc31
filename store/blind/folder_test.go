package blind

import (
	"os"
	"sync"
	"testing"
	"time"
)

// TestAFileThatIsMadeWhileASweepPassesIsThere lets sweeps take every file that
// nobody holds, as fast as they can, while files are made.
func TestAFileThatIsMadeWhileASweepPassesIsThere(t *testing.T) {
	f := folder{dir: t.TempDir(), now: time.Now}
	done := make(chan struct{})
	var sweeps sync.WaitGroup
	for range 2 {
		sweeps.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				_ = f.names(func(n fileName) error { // the part of sweepFile without a row
					file, err := os.Open(f.path(n))
					if err != nil {
						return nil
					}
					defer file.Close()
					if !lock(file) {
						return nil
					}
					return f.remove(n)
				})
			}
		})
	}
	for range 2000 {
		file, name, err := f.create()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(f.path(name)); err != nil {
			t.Fatalf("a file that was just made is gone: %v", err)
		}
		file.Close()
		if err := f.remove(name); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	sweeps.Wait()
}
