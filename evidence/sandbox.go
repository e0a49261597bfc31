package evidence

import (
	"context"
	"runtime"

	"github.com/klippa-app/go-pdfium"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Decoders that exist in C alone run as WebAssembly: code that was taken over
// reaches its own memory and the bytes it gives back, and nothing of the child.

// decoders are those that a job needs, compiled. They are made before the child
// locks itself and before it reads a byte of the original, so that a folder with
// machine code is written by nothing that a hostile file could have reached.
type decoders struct {
	ctx  context.Context // of all that they run
	pdf  pdfium.Pool
	heif *heifEngine
}

// prepare compiles the decoders for a kind, or takes their machine code from the
// folder cache; empty: there is none.
func prepare(ctx context.Context, k Kind, cache string) (d decoders, err error) {
	d.ctx = experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0))
	switch k {
	case PDF:
		d.pdf, err = newPDFium(d.ctx, sandbox(cache))
	case HEIC:
		d.heif, err = newHEIFEngine(d.ctx, sandbox(cache))
	}
	return d, err
}

// sandbox gives modules MaxWASM of memory. The modules that use it get no file,
// no output and no clock. Their time is the child's: to have every loop of theirs
// look for an end makes them forty times slower.
func sandbox(cache string) wazero.RuntimeConfig {
	const page = 64 << 10
	c := wazero.NewRuntimeConfig().
		WithMemoryLimitPages(MaxWASM / page).
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
	if cache == "" {
		return c
	}
	kept, err := wazero.NewCompilationCacheWithDir(cache)
	if err != nil {
		return c
	}
	return c.WithCompilationCache(kept)
}
