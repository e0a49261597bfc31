package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"keepiton"
)

// ChildCommand is the hidden subcommand of keepiton that a child runs.
const ChildCommand = "evidence-child"

// The protections of a child, as View.Held and Public.Held name them.
// docs/evidence.md says which system has which.
const (
	HeldLimits   = "limits"      // memory, processor time, no core dump, no debugger
	HeldLandlock = "landlock"    // no file, no TCP; the kernel's version follows the name
	HeldNoFiles  = "descriptors" // no new descriptor: no file, no socket of any kind
	HeldCalls    = "seccomp"     // no system call but those that decoding needs, no new code in memory
	HeldSpaces   = "namespaces"  // a user without rights in a network without a way out
)

// outOfMemory are what Go's runtime says when memory is refused to it, or room
// for the stack of a thread.
var outOfMemory = []string{"out of memory", "cannot allocate memory", "failed to create new OS thread", "pthread_create failed"}

// slots bounds how many children run at a time: each may take MaxMemory.
var slots = make(chan struct{}, 2)

// Child starts children. The zero value runs this program.
type Child struct {
	Program string        // path; empty: this program
	Args    []string      // empty: ChildCommand
	Wall    time.Duration // until a child is ended; 0: MaxWall

	// Cache keeps the machine code of the decoders for PDF and HEIC from one
	// file to the next; nil: each child compiles for itself.
	Cache *Cache

	together bool // no name spaces, for tests of the other protections
}

// Look is the function Look with this child.
func (c Child) Look(ctx context.Context, kind Kind, original []byte) (View, error) {
	a, err := c.ask(ctx, job{Do: "look", Kind: kind}, original)
	if err != nil {
		return View{}, err
	}
	v := View{LeftOut: a.LeftOut, Fingerprint: a.Fingerprint, Held: a.Held}
	all := sha256.New()
	for i, p := range a.Parts {
		v.Pictures = append(v.Pictures, Picture{Width: p.Width, Height: p.Height, MediaType: MediaType(p.Kind), Bytes: a.bodies[i]})
		all.Write(a.bodies[i])
	}
	v.Step = step(Render, original, a)
	v.Step.To = Item{SHA256: hex.EncodeToString(all.Sum(nil)), Size: size(a), Kind: a.Parts[0].Kind}
	return v, nil
}

// Glance is a quick Look: a small JPEG of the first picture, at most SmallSide
// pixels a side, and the same fingerprint.
func (c Child) Glance(ctx context.Context, kind Kind, original []byte) (View, error) {
	a, err := c.ask(ctx, job{Do: "glance", Kind: kind}, original)
	if err != nil {
		return View{}, err
	}
	p := a.Parts[0]
	if len(a.Parts) > 1 || p.Kind != JPEG || max(p.Width, p.Height) > SmallSide {
		return View{}, failed("the child answered with more than one small picture")
	}
	return View{Pictures: []Picture{{Width: p.Width, Height: p.Height, MediaType: MediaType(JPEG), Bytes: a.bodies[0]}}, Fingerprint: a.Fingerprint, Held: a.Held}, nil
}

// Clean is the function Clean with this child.
func (c Child) Clean(ctx context.Context, k Kind, original []byte, boxes []Box) (Public, error) {
	j := job{Do: "clean", Kind: k, Boxes: boxes}
	a, err := c.ask(ctx, j, original)
	if err != nil {
		return Public{}, err
	}
	kind, body := a.Parts[0].Kind, a.bodies[0]
	if j.Kind == PDF { // written out here, of pages that were checked
		var w pdfWriter
		for i, p := range a.Parts {
			w.add(a.bodies[i], p.Width, p.Height)
		}
		kind, body = PDF, w.bytes()
	} else if len(a.Parts) != 1 {
		return Public{}, failed("the child answered with several pictures")
	}
	out := Public{
		Kind: kind, Bytes: body, SHA256: sum(body), Width: a.Parts[0].Width, Height: a.Parts[0].Height,
		LeftOut: a.LeftOut, Fingerprint: a.Fingerprint, Held: a.Held, Step: step(Blank, original, a),
	}
	out.Step.To = Item{SHA256: out.SHA256, Size: int64(len(out.Bytes)), Kind: out.Kind}
	return out, nil
}

// ask has a child make pictures of an original.
func (c Child) ask(ctx context.Context, j job, original []byte) (answer, error) {
	if !Rendered(j.Kind) {
		return answer{}, refuse(keepiton.Invalid, keyKind, "files of kind %s are never rendered", j.Kind)
	}
	if is := Sniff(original); is != j.Kind {
		return answer{}, refuse(keepiton.Invalid, keyKind, "it is of kind %s, not %s", is, j.Kind)
	}
	j.Cache = c.Cache.folderFor(ctx, c, j.Kind)
	a, err := c.run(ctx, j, original)
	if err != nil {
		return answer{}, err
	}
	return a, checkCopy(a)
}

// run starts a child, gives it a job and returns its answer.
func (c Child) run(ctx context.Context, j job, original []byte) (answer, error) {
	if len(original) > MaxOriginal {
		return answer{}, tooLarge("%d bytes are more than %d", len(original), MaxOriginal)
	}
	j.Size = len(original)
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return answer{}, ctx.Err()
	}
	wall := c.Wall
	if wall == 0 {
		wall = MaxWall
	}
	wait, cancel := context.WithTimeout(ctx, wall)
	defer cancel()

	p, err := c.start(wait)
	if err != nil {
		return answer{}, refuse(keepiton.Unavailable, keyStart, "no child could be started: %w", err)
	}
	go func() { _ = writeFrame(p.in, j, original) }() // ends with the child
	a, err := readAnswer(p.out)
	_ = p.in.Close()
	slow := wait.Err() != nil && ctx.Err() == nil
	ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if !ended {
		cancel() // it has answered, or says what is no answer; nothing more is wanted of it
	}
	waited := p.cmd.Wait()
	switch {
	case err == nil && a.Fault != nil:
		return answer{}, a.Fault.err()
	case err == nil:
		if p.isolated {
			a.Held = append(a.Held, HeldSpaces)
		}
		return a, nil
	case ctx.Err() != nil:
		return answer{}, ctx.Err()
	case slow:
		return answer{}, tooLarge("decoding took longer than %s", wall)
	case !ended:
		return answer{}, failed("the child said what is no answer")
	case slices.ContainsFunc(outOfMemory, func(words string) bool { return strings.Contains(p.errors.String(), words) }):
		return answer{}, tooLarge("decoding needs more than %d bytes of memory", MaxMemory)
	case killed(waited):
		return answer{}, tooLarge("decoding took more than %s of processor time, or more memory than there is", MaxCPU)
	}
	return answer{}, failed("the child ended without an answer")
}

// process is a running child.
type process struct {
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      io.Reader
	errors   *lastWords
	isolated bool
}

// start starts a child with nothing of ours: no environment, no descriptor but
// its three pipes, name spaces of its own where the system allows them.
func (c Child) start(ctx context.Context) (*process, error) {
	program, args := c.Program, c.Args
	if program == "" {
		program = self
	}
	if program == "" {
		path, err := os.Executable()
		if err != nil {
			return nil, err
		}
		program = path
	}
	if len(args) == 0 {
		args = []string{ChildCommand}
	}
	try := func(setup func(*exec.Cmd)) (*process, error) {
		cmd := exec.CommandContext(ctx, program, args...)
		cmd.Env = []string{}
		cmd.Dir = "/"
		if runtime.GOOS == "windows" {
			cmd.Dir = ""
		}
		cmd.WaitDelay = 5 * time.Second
		p := &process{cmd: cmd, errors: &lastWords{}}
		cmd.Stderr = p.errors
		setup(cmd)
		p.isolated = cmd.SysProcAttr != nil
		var err error
		if p.in, err = cmd.StdinPipe(); err != nil {
			return nil, err
		}
		if p.out, err = cmd.StdoutPipe(); err != nil {
			return nil, err
		}
		return p, cmd.Start()
	}
	if c.together {
		return try(join)
	}
	p, err := try(isolate)
	if err != nil && ctx.Err() == nil {
		p, err = try(join)
	}
	return p, err
}

// lastWords keeps the first 4 KiB of what a child says of its own end. It is
// only looked at, never shown: it may quote the file.
type lastWords struct{ bytes.Buffer }

func (l *lastWords) Write(b []byte) (int, error) {
	if room := 4096 - l.Len(); room > 0 {
		l.Buffer.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

// killed reports whether a child was ended by a signal of the system.
func killed(err error) bool {
	var e *exec.ExitError
	return errors.As(err, &e) && e.ExitCode() == -1
}

func failed(text string) error { return refuse(keepiton.Invalid, keyChild, "%s", text) }

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func size(a answer) (n int64) {
	for _, p := range a.Parts {
		n += int64(p.Size)
	}
	return n
}

// step begins a step of custody for what a child made.
func step(act Act, original []byte, a answer) Step {
	return Step{Act: act, From: sum(original), Tool: "keepiton evidence", Version: version(), Params: a.Params, Held: a.Held}
}

// version names the build, so that a copy can be made again by the same one.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return runtime.Version()
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v = s.Value
		}
	}
	return strings.TrimSpace(v + " " + info.GoVersion)
}
