package intaketest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"keepiton"
	"keepiton/store"
)

// Memory is a store.Sealed that keeps all in memory. It counts its calls, so
// that tests can compare two ways through the code.
type Memory struct {
	mu        sync.Mutex
	calls     map[string]int
	envelopes map[keepiton.EnvelopeID]*kept
	replies   map[string][][]byte
	uploads   map[string]*upload
	papers    map[string]store.Paper
	quotas    map[keepiton.Lane]store.Quota
	tokens    map[[32]byte]bool
	staged    int
	version   uint64
}

type kept struct {
	keepiton.Envelope
	version int
	body    []byte
}

type upload struct {
	size int64
	data []byte
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{
		calls: map[string]int{}, envelopes: map[keepiton.EnvelopeID]*kept{}, replies: map[string][][]byte{}, uploads: map[string]*upload{},
		papers: map[string]store.Paper{}, quotas: map[keepiton.Lane]store.Quota{}, tokens: map[[32]byte]bool{},
	}
}

var _ store.Sealed = (*Memory)(nil)

// Calls returns how often each method was called since the last Calls.
func (m *Memory) Calls() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.calls
	m.calls = map[string]int{}
	return c
}

// Staged returns how many bodies were begun and neither accepted nor discarded.
func (m *Memory) Staged() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.staged
}

// enter locks and counts.
func (m *Memory) enter(method string) func() {
	m.mu.Lock()
	m.calls[method]++
	return m.mu.Unlock
}

type body struct {
	m    *Memory
	buf  bytes.Buffer
	over bool
}

func (b *body) Write(p []byte) (int, error) {
	if b.buf.Len()+len(p) > store.MaxBody {
		return 0, keepiton.Errorf(keepiton.TooLarge, "a body has at most %d bytes", store.MaxBody)
	}
	return b.buf.Write(p)
}

func (b *body) Size() int64 { return int64(b.buf.Len()) }

func (b *body) Discard() error {
	b.m.mu.Lock()
	defer b.m.mu.Unlock()
	b.end()
	return nil
}

func (b *body) end() {
	if !b.over {
		b.over = true
		b.m.staged--
	}
}

// Stage implements store.Sealed.
func (m *Memory) Stage(ctx context.Context) (store.Body, error) {
	defer m.enter("Stage")()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.staged++
	return &body{m: m}, nil
}

// Accept implements store.Sealed.
func (m *Memory) Accept(ctx context.Context, e keepiton.Envelope, b store.Body) (keepiton.Envelope, bool, error) {
	defer m.enter("Accept")()
	if err := ctx.Err(); err != nil {
		return keepiton.Envelope{}, false, err
	}
	in := b.(*body)
	e.Day, e.Expires = day(e.Day), day(e.Expires)
	e.Digest, e.Size, e.State = sha256.Sum256(in.buf.Bytes()), int64(in.buf.Len()), keepiton.EnvelopeNew
	usage := m.usage()[e.Lane]
	for _, k := range m.envelopes {
		switch {
		case k.Digest == e.Digest && k.Gone.IsZero():
			in.end()
			return k.Envelope, true, nil
		case k.Receipt.Lookup == e.Receipt.Lookup && e.Receipt.Lookup != "":
			return keepiton.Envelope{}, false, keepiton.Errorf(keepiton.Conflict, "another envelope has that receipt")
		}
	}
	if q := m.quotas[e.Lane]; q.Bytes > 0 && usage.Bytes+e.Size > q.Bytes || q.Count > 0 && usage.Count+1 > q.Count {
		return keepiton.Envelope{}, false, keepiton.Errorf(keepiton.TooLarge, "the lane is full")
	}
	e.ID = keepiton.EnvelopeID(random())
	m.envelopes[e.ID] = &kept{e, 1, bytes.Clone(in.buf.Bytes())}
	m.version++
	in.end()
	return e, false, nil
}

func random() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (m *Memory) get(id keepiton.EnvelopeID) (*kept, error) {
	if k := m.envelopes[id]; k != nil {
		return k, nil
	}
	return nil, keepiton.Errorf(keepiton.NotFound, "no such envelope")
}

// Envelope implements store.Sealed.
func (m *Memory) Envelope(_ context.Context, id keepiton.EnvelopeID) (keepiton.Envelope, error) {
	defer m.enter("Envelope")()
	k, err := m.get(id)
	if err != nil {
		return keepiton.Envelope{}, err
	}
	return k.Envelope, nil
}

// EnvelopeByLookup implements store.Sealed.
func (m *Memory) EnvelopeByLookup(_ context.Context, lookup string) (keepiton.Envelope, error) {
	defer m.enter("EnvelopeByLookup")()
	for _, k := range m.envelopes {
		if lookup != "" && k.Receipt.Lookup == lookup {
			return k.Envelope, nil
		}
	}
	return keepiton.Envelope{}, keepiton.Errorf(keepiton.NotFound, "no such envelope")
}

// Envelopes implements store.Sealed.
func (m *Memory) Envelopes(_ context.Context, q store.EnvelopeQuery, yield func(keepiton.Envelope) error) error {
	var list []keepiton.Envelope
	func() {
		defer m.enter("Envelopes")()
		for _, k := range m.envelopes {
			if (len(q.Lanes) == 0 || slices.Contains(q.Lanes, k.Lane)) && (len(q.States) == 0 || slices.Contains(q.States, k.State)) &&
				!k.Day.Before(q.Since) && (q.Gone || k.Gone.IsZero()) && k.ID > q.After {
				list = append(list, k.Envelope)
			}
		}
	}()
	slices.SortFunc(list, func(a, b keepiton.Envelope) int { return cmp.Compare(a.ID, b.ID) })
	if q.Limit > 0 && len(list) > q.Limit {
		list = list[:q.Limit]
	}
	for _, e := range list {
		if err := yield(e); err != nil {
			return err
		}
	}
	return nil
}

// OpenBody implements store.Sealed.
func (m *Memory) OpenBody(_ context.Context, id keepiton.EnvelopeID) (io.ReadCloser, error) {
	defer m.enter("OpenBody")()
	k, err := m.get(id)
	if err != nil {
		return nil, err
	}
	if !k.Gone.IsZero() {
		return nil, keepiton.Errorf(keepiton.NotFound, "the body is gone")
	}
	return io.NopCloser(bytes.NewReader(k.body)), nil
}

// SetState implements store.Sealed.
func (m *Memory) SetState(_ context.Context, id keepiton.EnvelopeID, s keepiton.EnvelopeState) error {
	defer m.enter("SetState")()
	k, err := m.get(id)
	if err != nil {
		return err
	}
	if !k.Gone.IsZero() {
		return keepiton.Errorf(keepiton.Conflict, "the envelope is gone")
	}
	k.State = s
	k.version++
	m.version++
	return nil
}

// Destroy implements store.Sealed.
func (m *Memory) Destroy(_ context.Context, id keepiton.EnvelopeID, s keepiton.EnvelopeState, day time.Time) error {
	defer m.enter("Destroy")()
	if s != keepiton.EnvelopeWithdrawn && s != keepiton.EnvelopeExpired {
		return keepiton.Errorf(keepiton.Invalid, "what is destroyed was withdrawn or has expired")
	}
	k, err := m.get(id)
	if err != nil || !k.Gone.IsZero() {
		return err
	}
	m.destroy(k, s, day)
	return nil
}

func day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

func (m *Memory) destroy(k *kept, s keepiton.EnvelopeState, on time.Time) {
	clear(k.body)
	lookup := k.Receipt.Lookup
	*k = kept{version: k.version + 1, Envelope: keepiton.Envelope{ID: k.ID, Lane: k.Lane, State: s, Gone: day(on), Receipt: keepiton.ReceiptAddress{Lookup: lookup}}}
	delete(m.replies, lookup)
	if s == keepiton.EnvelopeWithdrawn {
		maps.DeleteFunc(m.papers, func(_ string, p store.Paper) bool { return p.About == k.ID })
	}
	m.version++
}

// Expire implements store.Sealed.
func (m *Memory) Expire(_ context.Context, day time.Time) (int, error) {
	defer m.enter("Expire")()
	n := 0
	for _, k := range m.envelopes {
		if k.Gone.IsZero() && k.Expires.Before(day) {
			m.destroy(k, keepiton.EnvelopeExpired, day)
			n++
		}
	}
	return n, nil
}

// Register implements store.Sealed.
func (m *Memory) Register(_ context.Context, id keepiton.EnvelopeID, a keepiton.ReceiptAddress) error {
	defer m.enter("Register")()
	k, err := m.get(id)
	if err != nil {
		return err
	}
	for _, other := range m.envelopes {
		if other != k && other.Receipt.Lookup == a.Lookup {
			return keepiton.Errorf(keepiton.Conflict, "another envelope has that receipt")
		}
	}
	if k.Receipt.Lookup != "" && k.Receipt != a {
		return keepiton.Errorf(keepiton.Conflict, "the envelope has a receipt")
	}
	k.Receipt = a
	k.version++
	m.version++
	return nil
}

// PutReply implements store.Sealed.
func (m *Memory) PutReply(_ context.Context, lookup string, sealed []byte) error {
	defer m.enter("PutReply")()
	for _, k := range m.envelopes {
		if k.Receipt.Lookup == lookup && !k.Gone.IsZero() {
			return keepiton.Errorf(keepiton.Conflict, "the envelope is gone")
		}
	}
	if len(sealed) > store.MaxReplyBytes || len(m.replies[lookup]) >= store.MaxReplies {
		return keepiton.Errorf(keepiton.TooLarge, "too many or too large replies")
	}
	m.replies[lookup] = append(m.replies[lookup], bytes.Clone(sealed))
	m.version++
	return nil
}

// Replies implements store.Sealed.
func (m *Memory) Replies(_ context.Context, lookup string) ([][]byte, error) {
	defer m.enter("Replies")()
	return slices.Clone(m.replies[lookup]), nil
}

// BeginUpload implements store.Sealed.
func (m *Memory) BeginUpload(_ context.Context, size int64) (string, error) {
	defer m.enter("BeginUpload")()
	if size <= 0 || size > store.MaxBody {
		return "", keepiton.Errorf(keepiton.TooLarge, "an upload has 1 to %d bytes", store.MaxBody)
	}
	id := random()
	m.uploads[id] = &upload{size: size}
	return id, nil
}

func (m *Memory) uploaded(id string) (*upload, error) {
	if u := m.uploads[id]; u != nil {
		return u, nil
	}
	return nil, keepiton.Errorf(keepiton.NotFound, "no such upload")
}

// AppendUpload implements store.Sealed.
func (m *Memory) AppendUpload(_ context.Context, id string, offset int64, r io.Reader) (int64, error) {
	b, readErr := io.ReadAll(r)
	defer m.enter("AppendUpload")()
	u, err := m.uploaded(id)
	if err != nil {
		return 0, err
	}
	if offset != int64(len(u.data)) {
		return int64(len(u.data)), keepiton.Errorf(keepiton.Conflict, "the upload stands elsewhere")
	}
	if offset+int64(len(b)) > u.size {
		return int64(len(u.data)), keepiton.Errorf(keepiton.TooLarge, "more than was announced")
	}
	u.data = append(u.data, b...)
	return int64(len(u.data)), readErr
}

// UploadEnd implements store.Sealed.
func (m *Memory) UploadEnd(_ context.Context, id string) (end, size int64, err error) {
	defer m.enter("UploadEnd")()
	u, err := m.uploaded(id)
	if err != nil {
		return 0, 0, err
	}
	return int64(len(u.data)), u.size, nil
}

// OpenUpload implements store.Sealed.
func (m *Memory) OpenUpload(_ context.Context, id string) (io.ReadCloser, error) {
	defer m.enter("OpenUpload")()
	u, err := m.uploaded(id)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(u.data)), nil
}

// FinishUpload implements store.Sealed.
func (m *Memory) FinishUpload(_ context.Context, id string) (store.Body, error) {
	defer m.enter("FinishUpload")()
	u, err := m.uploaded(id)
	if err != nil {
		return nil, err
	}
	if int64(len(u.data)) < u.size {
		return nil, keepiton.Errorf(keepiton.Conflict, "the upload is not whole")
	}
	delete(m.uploads, id)
	m.staged++
	b := &body{m: m}
	b.buf.Write(u.data)
	return b, nil
}

// DropUpload implements store.Sealed.
func (m *Memory) DropUpload(_ context.Context, id string) error {
	defer m.enter("DropUpload")()
	delete(m.uploads, id)
	return nil
}

// PutPaper implements store.Sealed.
func (m *Memory) PutPaper(_ context.Context, p store.Paper, base int) (int, error) {
	defer m.enter("PutPaper")()
	if p.About != "" {
		k, err := m.get(p.About)
		if err == nil && k.State == keepiton.EnvelopeWithdrawn {
			err = keepiton.Errorf(keepiton.Conflict, "the envelope is gone")
		}
		if err != nil {
			return 0, err
		}
	}
	if m.papers[p.ID].Version != base {
		return 0, keepiton.Errorf(keepiton.Conflict, "the paper was changed")
	}
	if p.Version = base + 1; base == 0 {
		p.Version = 1 + int(m.version)<<8 // another than that of one that was removed
	}
	m.papers[p.ID] = p
	m.version++
	return p.Version, nil
}

// Paper implements store.Sealed.
func (m *Memory) Paper(_ context.Context, id string) (store.Paper, error) {
	defer m.enter("Paper")()
	p, ok := m.papers[id]
	if !ok {
		return p, keepiton.Errorf(keepiton.NotFound, "no such paper")
	}
	return p, nil
}

// EnvelopeParts implements store.Sealed.
func (m *Memory) EnvelopeParts(_ context.Context, known store.Marks, yield func(store.Part[keepiton.Envelope]) error) error {
	unlock := m.enter("EnvelopeParts")
	parts := partsOf(m.envelopes, func(k *kept) (keepiton.Envelope, int) { return k.Envelope, k.version })
	unlock()
	return changed(parts, known, yield)
}

// PaperParts implements store.Sealed.
func (m *Memory) PaperParts(_ context.Context, known store.Marks, yield func(store.Part[store.PaperVersion]) error) error {
	unlock := m.enter("PaperParts")
	parts := partsOf(m.papers, func(p store.Paper) (store.PaperVersion, int) {
		return store.PaperVersion{ID: p.ID, Version: p.Version}, p.Version
	})
	unlock()
	return changed(parts, known, yield)
}

func partsOf[ID ~string, V, T any](all map[ID]V, one func(V) (T, int)) *[store.Parts]store.Part[T] {
	var parts [store.Parts]store.Part[T]
	for n := range parts {
		parts[n].N = n
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		first, _ := hex.DecodeString(string(id[:2]))
		p := &parts[first[0]]
		t, version := one(all[id])
		p.All, p.Mark = append(p.All, t), p.Mark+uint64(version)
	}
	return &parts
}

func changed[T any](parts *[store.Parts]store.Part[T], known store.Marks, yield func(store.Part[T]) error) error {
	for _, p := range parts {
		if p.Mark == known[p.N] {
			continue
		}
		if err := yield(p); err != nil {
			return err
		}
	}
	return nil
}

// DeletePaper implements store.Sealed.
func (m *Memory) DeletePaper(_ context.Context, id string) error {
	defer m.enter("DeletePaper")()
	delete(m.papers, id)
	m.version++
	return nil
}

// SpendToken implements store.Sealed.
func (m *Memory) SpendToken(_ context.Context, digest [32]byte) error {
	defer m.enter("SpendToken")()
	if m.tokens[digest] {
		return keepiton.Errorf(keepiton.Conflict, "the token was used")
	}
	m.tokens[digest] = true
	return nil
}

// SetQuota implements store.Sealed.
func (m *Memory) SetQuota(_ context.Context, l keepiton.Lane, q store.Quota) error {
	defer m.enter("SetQuota")()
	m.quotas[l] = q
	return nil
}

// Usage implements store.Sealed.
func (m *Memory) Usage(context.Context) (map[keepiton.Lane]store.Usage, error) {
	defer m.enter("Usage")()
	return m.usage(), nil
}

func (m *Memory) usage() map[keepiton.Lane]store.Usage {
	out := map[keepiton.Lane]store.Usage{}
	for _, k := range m.envelopes {
		if k.Gone.IsZero() {
			u := out[k.Lane]
			u.Bytes, u.Count = u.Bytes+k.Size, u.Count+1
			if k.State == keepiton.EnvelopeNew {
				u.New++
			}
			out[k.Lane] = u
		}
	}
	return out
}

// SealedVersion implements store.Sealed.
func (m *Memory) SealedVersion(context.Context) (uint64, error) {
	defer m.enter("SealedVersion")()
	return m.version, nil
}

// BackupSealed implements store.Sealed.
func (m *Memory) BackupSealed(context.Context, string) error {
	return keepiton.Errorf(keepiton.Unavailable, "a store in memory has no backup")
}

// VerifySealed implements store.Sealed.
func (m *Memory) VerifySealed(context.Context, func(string)) error { return nil }

// Close implements store.Sealed.
func (m *Memory) Close() error { return nil }
