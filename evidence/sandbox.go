package evidence

import (
	"context"
	"runtime"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Decoders that exist in C alone run as WebAssembly: code that was taken over
// reaches its own memory and the bytes it gives back, and nothing of the child.

// sandboxConfig gives modules MaxWASM of memory and an end with their context.
// The modules that use it get no file, no output and no clock.
func sandboxConfig() wazero.RuntimeConfig {
	const page = 64 << 10
	return wazero.NewRuntimeConfig().
		WithMemoryLimitPages(MaxWASM / page).
		WithCloseOnContextDone(true).
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
}

// sandboxContext ends after MaxCPU. Compiling a decoder anew for each file takes
// up to two seconds; keeping the machine code in a folder would spare them, and
// have the child read code from a disk.
func sandboxContext() (context.Context, context.CancelFunc) {
	ctx := experimental.WithCompilationWorkers(context.Background(), runtime.GOMAXPROCS(0))
	return context.WithTimeout(ctx, MaxCPU)
}
