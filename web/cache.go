package web

import (
	"container/list"
	"sync"
)

// pageKey names one answer. The language is part of the path. Version and day
// are not part of the key but stand in the entry: an entry of an older record
// or of yesterday is replaced instead of lingering beside the new one.
type pageKey struct {
	path  string
	query string // normalised: see normalise
	enc   encoding
}

// entry is one answer, ready to be written: compressed, with its strong ETag
// and its header values already boxed, so that a hit allocates next to nothing.
type entry struct {
	version uint64
	day     int64 // days since 1970-01-01 UTC
	body    []byte

	contentType []string
	contentEnc  []string // nil for identity
	length      []string
	etag        []string
	disposition []string // nil for pages
	policy      []string // Content-Security-Policy
	onion       []string // see Server.atOnion
	picture     bool     // see pictureCache
	until       int64    // Unix time at which it is stale; 0: with its version and day
}

// cost is what the entry takes of the cache's budget, with a flat estimate for
// headers, key and list node.
func (e *entry) cost(k pageKey) int64 {
	return int64(len(e.body)+len(k.path)+len(k.query)) + 512
}

// pageCache keeps the most recently used answers within a budget of bytes.
type pageCache struct {
	mu     sync.Mutex
	budget int64
	used   int64
	items  map[pageKey]*list.Element
	order  *list.List // front: used most recently; values are *cached
}

type cached struct {
	key   pageKey
	entry *entry
}

func newPageCache(budget int64) *pageCache {
	return &pageCache{budget: budget, items: map[pageKey]*list.Element{}, order: list.New()}
}

// get returns the answer under k if it is of this version and day, and not stale.
func (c *pageCache) get(k pageKey, version uint64, day, now int64) (*entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.items[k]
	if !ok {
		return nil, false
	}
	e := el.Value.(*cached).entry
	if e.version != version || e.day != day || e.until != 0 && now >= e.until {
		return nil, false
	}
	c.order.MoveToFront(el)
	return e, true
}

// put stores e under k and drops what was used least recently until the budget
// holds. An answer over a quarter of the budget is not kept.
func (c *pageCache) put(k pageKey, e *entry) {
	cost := e.cost(k)
	if cost > c.budget/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.items[k]; ok {
		c.remove(el)
	}
	c.items[k] = c.order.PushFront(&cached{k, e})
	c.used += cost
	for c.used > c.budget {
		c.remove(c.order.Back())
	}
}

func (c *pageCache) remove(el *list.Element) {
	it := el.Value.(*cached)
	c.order.Remove(el)
	delete(c.items, it.key)
	c.used -= it.entry.cost(it.key)
}

// size returns the bytes in use.
func (c *pageCache) size() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used
}
