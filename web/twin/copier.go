package twin

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"time"

	"keepiton"
	"keepiton/count"
	"keepiton/export/pack"
	"keepiton/locale"
	"keepiton/store"
)

// Options say what a copy is of. All but the last group is required.
type Options struct {
	Site      http.Handler // the public pages, made for a copy (web.Options.Copy)
	Pages     []string     // of the site, in each language: web.Pages
	Record    Record
	Languages []string  // of the copy, the first of them first
	AsOf      time.Time // moment that the copy tells of, UTC

	Sample    bool     // the made-up world
	Past      bool     // AsOf is before today: the record as it stood then
	Countries []string // of the incidents in the copy, ISO 3166-1; empty: all
	Years     []int    // in which they were active or counted; empty: all
	BaseURL   string   // public address of the site, without a slash at its end
	Files     []File   // beside the pages
	Workers   int      // 0: one for each core
	Progress  func(done, known int)
}

// Record is what a copy asks of a store beside the pages: what there is.
type Record interface {
	List(ctx context.Context, q store.Query) (store.Page, error)
	Cases(ctx context.Context, asOf time.Time, yield func(c *count.Case) error) error
	ListStories(ctx context.Context, q store.StoryQuery) (store.StoryPage, error)
	Version(ctx context.Context) (uint64, error)
}

// File is one that is written as it is.
type File struct {
	Name  string // in the copy
	Form  string // name of the format of package export that it answers for, as a form of the list of incidents; empty: none
	Lang  string // language whose pages link to it; empty: of all
	Write func(w io.Writer) error
}

// batch is how many pages each worker makes before they are written.
const batch = 16

// copier writes one copy.
type copier struct {
	opt     Options
	tree    *pack.Tree
	holds   contents
	carried bool                 // there is a form to carry
	there   func(a address) bool // the site has that file: asked before a page links to it

	queue  []address // what is wanted, from first on not yet made
	first  int
	seen   map[string]string // file → what the site is asked for
	styles map[string]string // style sheet → its file
}

// Write writes the copy into tree, which the caller ends. An error of a page names
// it. Conflict when the record was changed meanwhile: a copy tells of one state.
func Write(ctx context.Context, tree *pack.Tree, opt Options) error {
	c := &copier{opt: opt, tree: tree, seen: map[string]string{}, styles: map[string]string{}}
	if c.opt.Workers == 0 {
		c.opt.Workers = runtime.GOMAXPROCS(0)
	}
	if c.opt.Progress == nil {
		c.opt.Progress = func(int, int) {}
	}
	var known sync.Map
	c.there = func(a address) bool {
		if v, ok := known.Load(a.file()); ok {
			return v.(bool)
		}
		got, err := c.fetch(ctx, a)
		ok := err != nil || got.status == http.StatusOK // an error is told when the file is written
		known.Store(a.file(), ok)
		return ok
	}
	version, err := opt.Record.Version(ctx)
	if err != nil {
		return err
	}
	if err := c.look(ctx); err != nil {
		return err
	}
	root := address{path: carriedPath + ".html"}
	form, err := c.fetch(ctx, root)
	if err != nil {
		return err
	}
	if c.carried = form.status == http.StatusOK; c.carried {
		if err := c.want(root); err != nil {
			return err
		}
	}
	if err := c.begin(); err != nil {
		return err
	}
	if err := c.pages(ctx); err != nil {
		return err
	}
	if err := c.readme(); err != nil {
		return err
	}
	for _, f := range opt.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := tree.Stream(f.Name, f.Write); err != nil {
			return err
		}
	}
	if now, err := opt.Record.Version(ctx); err != nil || now != version {
		return cmp.Or(err, keepiton.Hint(keepiton.Errorf(keepiton.Conflict, "the record was changed while the copy was made"), "run it again; nothing was written"))
	}
	return nil
}

// begin asks for what the copy has in any case, linked or not.
func (c *copier) begin() error {
	all := []address{{path: "/favicon.svg"}}
	for _, lang := range c.opt.Languages {
		var paths []string
		for _, path := range c.opt.Pages {
			if c.there(address{lang: lang, path: path, n: 1}) { // some need what this site may not have
				paths = append(paths, path)
			}
		}
		for _, id := range c.holds.ids {
			paths = append(paths, "/incidents/"+string(id))
		}
		for _, id := range c.holds.tales {
			paths = append(paths, "/stories/"+string(id))
		}
		for _, path := range paths {
			if a, ok := c.find(address{lang: lang, n: 1}, &url.URL{Path: "/" + lang + path}, ""); ok {
				all = append(all, a)
			}
		}
	}
	for _, a := range all {
		if err := c.want(a); err != nil {
			return err
		}
	}
	return nil
}

// want asks for an address once.
func (c *copier) want(a address) error {
	if a.given != "" || a.back {
		return nil
	}
	file, ask := a.file(), c.ask(a)
	switch before, ok := c.seen[file]; {
	case !ok:
		c.seen[file] = ask
		c.queue = append(c.queue, a)
	case before != ask:
		return keepiton.Errorf(keepiton.Internal, "%s and %s would both be %s", before, ask, file)
	}
	return nil
}

// made is what became of one address.
type made struct {
	piece pack.Piece
	links []address
	sheet string // its style sheet, for pages
	err   error
}

// pages makes all that is wanted, on all cores, and writes it in order.
func (c *copier) pages(ctx context.Context) error {
	for c.first < len(c.queue) {
		todo := c.queue[c.first:min(len(c.queue), c.first+batch*c.opt.Workers)]
		c.first += len(todo)
		for i, m := range c.make(ctx, todo) {
			if m.err != nil {
				return m.err
			}
			for _, a := range m.links {
				if err := c.want(a); err != nil {
					return err
				}
			}
			if err := c.style(m.sheet); err != nil {
				return err
			}
			if err := c.tree.Add(todo[i].file(), m.piece); err != nil {
				return err
			}
		}
		c.opt.Progress(c.first, len(c.queue))
	}
	return nil
}

// make makes a few addresses at once.
func (c *copier) make(ctx context.Context, todo []address) []made {
	out := make([]made, len(todo))
	next := make(chan int)
	var working sync.WaitGroup
	for range c.opt.Workers {
		working.Go(func() {
			for i := range next {
				out[i] = c.one(ctx, todo[i])
			}
		})
	}
	for i := range todo {
		next <- i
	}
	close(next)
	working.Wait()
	return out
}

// one makes the file of an address.
func (c *copier) one(ctx context.Context, a address) (m made) {
	got, err := c.fetch(ctx, a)
	if err != nil {
		return made{err: err}
	}
	body := got.body
	if got.isPage() && a.lang != "" && a.path != carriedPath {
		body, m.links, m.sheet, err = c.page(a, got)
	} else if got.status != http.StatusOK {
		err = keepiton.Errorf(keepiton.Internal, "status %d", got.status)
	}
	if err == nil {
		m.piece, err = c.tree.Squeeze(body)
	}
	if err != nil {
		m.err = keepiton.Errorf(keepiton.CodeOf(err), "page %s: %w", c.ask(a), err)
	}
	return m
}

// printer is the language of an address.
func (a address) printer() *locale.Printer { return locale.For(a.lang) }
