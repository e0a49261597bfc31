package evidence

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"image"
	"io"
	_ "unsafe" // for linkname

	_ "github.com/gen2brain/heic" // carries libheif and libde265 as WebAssembly
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// heifWASM is libheif 1.18.2 with libde265 1.0.15 as the module heic carries
// it. Its own Decode gives the decoder all the memory that 32 bits can name, our
// standard output, and no way to stop it; so we take the code alone.
//
//go:linkname heifWASM github.com/gen2brain/heic.heifWasm
var heifWASM []byte

// heifEngine is the compiled decoder.
type heifEngine struct {
	rt   wazero.Runtime
	code wazero.CompiledModule
}

func newHEIFEngine(ctx context.Context, c wazero.RuntimeConfig) (*heifEngine, error) {
	z, err := gzip.NewReader(bytes.NewReader(heifWASM))
	if err != nil {
		return nil, fmt.Errorf("heic: decoder: %w", err)
	}
	code, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("heic: decoder: %w", err)
	}
	e := &heifEngine{rt: wazero.NewRuntimeWithConfig(ctx, c)}
	if _, err = wasi_snapshot_preview1.Instantiate(ctx, e.rt); err == nil {
		e.code, err = e.rt.CompileModule(ctx, code)
	}
	if err != nil {
		e.close()
		return nil, fmt.Errorf("heic: decoder: %w", err)
	}
	return e, nil
}

func (e *heifEngine) close() { _ = e.rt.Close(context.Background()) }

// decode decodes the primary picture of a file, in an instance of its own. Its
// rotation stands in the file's own boxes (ISO/IEC 23008-12 section 6.5.10) and
// libheif applies it; EXIF orientation must be ignored then.
func (e *heifEngine) decode(ctx context.Context, b []byte) (*image.RGBA, error) {
	mod, err := e.rt.InstantiateModule(ctx, e.code, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		return nil, fmt.Errorf("heic: decoder: %w", err)
	}
	defer mod.Close(context.Background())
	h := &heif{ctx: ctx, mem: mod.Memory(), malloc: mod.ExportedFunction("malloc"), render: mod.ExportedFunction("decode")}
	info, err := h.decode(b, nil)
	if err != nil {
		return nil, err
	}
	if err := checkSize("heic", info.width, info.height); err != nil {
		return nil, err
	}
	return h.pixels(b, info)
}

// heif is one instance of the decoder.
type heif struct {
	ctx            context.Context
	mem            api.Memory
	malloc, render api.Function
	in, out        uint32 // where the file and the answers stand in its memory
}

// heifInfo is what the decoder says of a picture; the constants of libheif's
// heif.h are heif_colorspace and heif_chroma.
type heifInfo struct {
	width, height, colorspace, chroma, premultiplied int
}

const (
	heifYCbCr = 0
	heifRGB   = 1
	heifGray  = 2

	heif420 = 1
	heif422 = 2
	heif444 = 3
)

// alloc returns a place for n bytes in the memory of the decoder.
func (h *heif) alloc(n int) (uint32, error) {
	res, err := h.malloc.Call(h.ctx, uint64(n))
	if err != nil || res[0] == 0 {
		return 0, tooLarge("heic: the decoder needs more than %d bytes of memory", MaxWASM)
	}
	return uint32(res[0]), nil
}

// decode calls the decoder: for the size alone when out is nil, else for the
// pixels too, which it writes to *out.
func (h *heif) decode(b []byte, out *uint32) (info heifInfo, err error) {
	if h.in == 0 {
		if h.in, err = h.alloc(len(b)); err != nil {
			return info, err
		}
		if h.out, err = h.alloc(5 * 4); err != nil {
			return info, err
		}
		if !h.mem.Write(h.in, b) {
			return info, broken("heic: the decoder has no room for the file")
		}
	}
	sizeOnly, pixels := uint64(1), uint64(0)
	if out != nil {
		sizeOnly, pixels = 0, uint64(*out)
	}
	o := uint64(h.out)
	res, err := h.render.Call(h.ctx, uint64(h.in), uint64(len(b)), sizeOnly, o, o+4, o+8, o+12, o+16, pixels)
	switch {
	case err != nil:
		return info, broken("heic: the decoder stopped at it")
	case res[0] == 0:
		return info, broken("heic: the decoder cannot read it")
	}
	for i, f := range []*int{&info.width, &info.height, &info.colorspace, &info.chroma, &info.premultiplied} {
		v, ok := h.mem.ReadUint32Le(h.out + uint32(4*i))
		if !ok {
			return info, broken("heic: the decoder lost its answer")
		}
		*f = int(int32(v))
	}
	return info, nil
}

// pixels decodes the picture. Rows are padded to 16 bytes, as libheif lays
// them out.
func (h *heif) pixels(b []byte, info heifInfo) (*image.RGBA, error) {
	pad := func(n int) int { return (n + 15) &^ 15 }
	r := image.Rect(0, 0, info.width, info.height)
	stride, cstride, cheight := pad(info.width), 0, 0
	ratio := image.YCbCrSubsampleRatio420
	switch {
	case info.colorspace == heifGray:
	case info.colorspace == heifRGB:
		stride = pad(4 * info.width)
	case info.colorspace == heifYCbCr && info.chroma == heif420:
		cstride, cheight = pad((info.width+1)/2), (info.height+1)/2
	case info.colorspace == heifYCbCr && info.chroma == heif422:
		cstride, cheight, ratio = pad((info.width+1)/2), info.height, image.YCbCrSubsampleRatio422
	case info.colorspace == heifYCbCr && info.chroma == heif444:
		cstride, cheight, ratio = stride, info.height, image.YCbCrSubsampleRatio444
	default:
		return nil, broken("heic: colour space %d with chroma %d is not known", info.colorspace, info.chroma)
	}
	luma, chroma := stride*info.height, cstride*cheight
	at, err := h.alloc(luma + 2*chroma)
	if err != nil {
		return nil, err
	}
	if again, err := h.decode(b, &at); err != nil {
		return nil, err
	} else if again != info {
		return nil, broken("heic: the decoder changed its mind about the size")
	}
	pix, ok := h.mem.Read(at, uint32(luma+2*chroma))
	if !ok {
		return nil, broken("heic: the decoder lost the pixels")
	}
	switch {
	case info.colorspace == heifGray:
		return flatten(&image.Gray{Pix: pix, Stride: stride, Rect: r}), nil
	case info.colorspace == heifRGB && info.premultiplied == 1:
		return flatten(&image.RGBA{Pix: pix, Stride: stride, Rect: r}), nil
	case info.colorspace == heifRGB:
		return flatten(&image.NRGBA{Pix: pix, Stride: stride, Rect: r}), nil
	}
	return flatten(&image.YCbCr{
		Y: pix[:luma], Cb: pix[luma : luma+chroma], Cr: pix[luma+chroma:],
		YStride: stride, CStride: cstride, SubsampleRatio: ratio, Rect: r,
	}), nil
}
