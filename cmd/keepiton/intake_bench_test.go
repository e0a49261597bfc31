package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keepiton/seal/sealtest"
)

// BenchmarkReportsThroughServe sends reports of 2 KB to the program in a process
// of its own, over loopback, with 64 senders at once: whole ones that were
// sealed elsewhere, and forms that the server seals. Senders share the machine.
//
//	go test ./cmd/keepiton -run '^$' -bench ReportsThroughServe -benchtime 5000x
func BenchmarkReportsThroughServe(b *testing.B) {
	words := strings.Repeat("The internet is cut. ", 90)
	for _, road := range []string{"door", "form"} {
		b.Run(road, func(b *testing.B) {
			dir := b.TempDir()
			c := sealtest.NewCampaign(b)
			if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
				b.Fatal(err)
			}
			if err := c.Recipients.Write(filepath.Join(dir, "keys")); err != nil {
				b.Fatal(err)
			}
			child := startChild(b, dir, "--intake-disk", "100GB")
			_, sealed := container(b, c, words, nil)
			sealed = sealed[bytes.Index(sealed, []byte("age-encryption.org")):] // without a receipt, of which each can be there once
			var form bytes.Buffer
			w := multipart.NewWriter(&form)
			w.WriteField("seen", words)
			w.WriteField("do", "send")
			w.Close()
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			post := func(path, mediaType string, body []byte) error {
				res, err := client.Post(child.address+path, mediaType, bytes.NewReader(body))
				if err != nil {
					return err
				}
				defer res.Body.Close()
				if io.Copy(io.Discard, res.Body); res.StatusCode != 200 {
					return fmt.Errorf("status %d", res.StatusCode)
				}
				return nil
			}
			n := make(chan int, 64)
			go func() {
				for i := range b.N {
					n <- i
				}
				close(n)
			}()
			b.SetParallelism(32)
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					i := <-n
					var err error
					if road == "door" {
						one := bytes.Clone(sealed)
						copy(one[len(one)-8:], fmt.Sprintf("%08x", i)) // a part of the last tag: another file each time
						err = post("/intake/sealed", "application/octet-stream", one)
					} else {
						err = post("/en/report", w.FormDataContentType(), form.Bytes())
					}
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "reports/s")
			child.stop(b, os.Interrupt)
			b.ReportMetric(child.cmd.ProcessState.UserTime().Seconds()*1000/float64(b.N), "user-ms/report")
			b.ReportMetric(child.cmd.ProcessState.SystemTime().Seconds()*1000/float64(b.N), "sys-ms/report")
		})
	}
}
