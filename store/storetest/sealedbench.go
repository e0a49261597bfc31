package storetest

import (
	"crypto/rand"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"keepiton"
	"keepiton/store"
)

// BenchAccept measures how many reports a second are accepted, durable each,
// from many senders at once: 2 KB sealed, and the smallest that a bundle sealed
// to a few analysts has.
func BenchAccept(b *testing.B, open OpenSealed) {
	for _, size := range []int{2 << 10, 12 << 10} {
		for _, senders := range []int{1, 16, 128} {
			b.Run(fmt.Sprintf("size=%dK/senders=%d", size>>10, senders), func(b *testing.B) {
				s := open(b)(time.Now)
				defer s.Close()
				b.SetParallelism((senders + 1) / 2) // times GOMAXPROCS, which is 2 where we measure
				day := time.Now()
				var n atomic.Int64
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					text := make([]byte, size)
					for pb.Next() {
						_, _ = rand.Read(text)
						if err := acceptOne(b, s, day, text, n.Add(1)); err != nil {
							b.Error(err)
							return
						}
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
			})
		}
	}
}

func acceptOne(b *testing.B, s store.Sealed, day time.Time, text []byte, n int64) error {
	body, err := s.Stage(b.Context())
	if err != nil {
		return err
	}
	if _, err := body.Write(text); err != nil {
		return err
	}
	e := keepiton.Envelope{Lane: keepiton.LaneOpen, Day: day, Expires: day.AddDate(0, 0, 30)}
	id := make([]byte, 16)
	_, _ = rand.Read(id)
	e.Receipt = keepiton.ReceiptAddress{Lookup: fmt.Sprintf("%x", id), Reply: fmt.Sprintf("age1pq1%01952d", n), Withdraw: fmt.Sprintf("%064x", id)}
	_, again, err := s.Accept(b.Context(), e, body)
	if again {
		return fmt.Errorf("it was there already")
	}
	return err
}

// BenchBodies measures bodies of 50 MB, in and out, one at a time: wrapped,
// hashed and synced; read and compared.
func BenchBodies(b *testing.B, open OpenSealed) {
	const size = 50_000_000
	text := make([]byte, size)
	_, _ = rand.Read(text)
	s := open(b)(time.Now)
	defer s.Close()
	day := time.Now()
	var e keepiton.Envelope
	b.Run("in", func(b *testing.B) {
		b.SetBytes(size)
		for i := range b.N {
			text[0], text[1], text[2], text[3] = byte(i), byte(i>>8), byte(b.N), byte(b.N>>8)
			body, err := s.Stage(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			for at := 0; at < size; at += 32 << 10 {
				if _, err := body.Write(text[at:min(size, at+32<<10)]); err != nil {
					b.Fatal(err)
				}
			}
			if e, _, err = s.Accept(b.Context(), keepiton.Envelope{Lane: keepiton.LaneOpen, Day: day, Expires: day.AddDate(0, 0, 30)}, body); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("out", func(b *testing.B) {
		b.SetBytes(size)
		for range b.N {
			r, err := s.OpenBody(b.Context(), e.ID)
			if err != nil {
				b.Fatal(err)
			}
			if n, err := io.Copy(io.Discard, r); err != nil || n != size {
				b.Fatal(n, err)
			}
			_ = r.Close()
		}
	})
}

// BenchNight measures the work of a night after a day with 10,000 reports of
// 12 KB, and the longest that a sender had to wait meanwhile.
func BenchNight(b *testing.B, open OpenSealed) {
	const reports = 10_000
	for range b.N {
		b.StopTimer()
		day := time.Now()
		clock := day
		s := open(b)(func() time.Time { return clock })
		var wg sync.WaitGroup
		var next atomic.Int64
		for range 64 {
			wg.Go(func() {
				text := make([]byte, 12<<10)
				for n := next.Add(1); n <= reports; n = next.Add(1) {
					_, _ = rand.Read(text)
					if err := acceptOne(b, s, day, text, n); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		clock = day.AddDate(0, 0, 1)
		done := make(chan struct{})
		var longest time.Duration
		wg.Go(func() {
			text := make([]byte, 2<<10)
			for n := int64(reports); ; n++ {
				select {
				case <-done:
					return
				default:
				}
				_, _ = rand.Read(text)
				begun := time.Now()
				if err := acceptOne(b, s, clock, text, n); err != nil {
					b.Error(err)
					return
				}
				longest = max(longest, time.Since(begun))
			}
		})
		b.StartTimer()
		if _, err := s.Expire(b.Context(), clock); err != nil {
			b.Error(err)
		}
		b.StopTimer()
		close(done)
		wg.Wait()
		b.ReportMetric(reports/b.Elapsed().Seconds()*float64(b.N), "reports/s")
		b.ReportMetric(float64(longest.Milliseconds()), "ms-longest-wait")
		_ = s.Close()
	}
}
