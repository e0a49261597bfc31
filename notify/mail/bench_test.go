package mail_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keepiton/notify/mail"
	"keepiton/notify/mail/mailtest"
)

// queueLength is how many readers the queue of the benchmark has.
const queueLength = 100_000

// BenchmarkQueue brings one alert to 100,000 readers in seven languages, signed
// with RSA of 2,048 bits, in a process of its own, to a mail server on loopback in
// this one: SQLite on the disk of the temporary folder, every step durable. It
// reports mails a second, from the start of the process, and the most memory that
// it held. KEEPITON_READERS sets another number.
func BenchmarkQueue(b *testing.B) {
	n := queueLength
	if text := os.Getenv("KEEPITON_READERS"); text != "" {
		if _, err := fmt.Sscan(text, &n); err != nil {
			b.Fatal(err)
		}
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	dkim := filepath.Join(b.TempDir(), "dkim.pem")
	if err := os.WriteFile(dkim, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		file := outbox(b, n)
		server, _ := mailtest.New(b, mailtest.Options{})
		server.Set(mailtest.Hooks{Forget: true})
		b.StartTimer()
		began := time.Now()
		child := startChild(b, file, server.Addr, dkim, workers, 0)
		for server.Taken() < n { // counting rows would take the processor from the child
			time.Sleep(10 * time.Millisecond)
		}
		waitUntilOver(b, file)
		took := time.Since(began)
		b.ReportMetric(float64(n)/took.Seconds(), "mails/s")
		b.ReportMetric(peakMiB(b, child.Process.Pid), "peak-MiB")
		if err := child.Process.Signal(os.Interrupt); err != nil {
			b.Fatal(err)
		}
		if err := child.Wait(); err != nil {
			b.Fatal(err)
		}
		counts := server.Counts()
		for id, times := range counts {
			if times != 1 {
				b.Errorf("%s came %d times", id, times)
			}
		}
		if len(counts) != n {
			b.Errorf("%d of %d readers got the message", len(counts), n)
		}
	}
}

// peakMiB is the most memory that a process held at once.
func peakMiB(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("memory is measured on Linux")
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			var kib float64
			fmt.Sscan(rest, &kib)
			return kib / 1024
		}
	}
	b.Fatal("no VmHWM")
	return 0
}

// BenchmarkBytes writes and signs one message.
func BenchmarkBytes(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	dkim := filepath.Join(b.TempDir(), "dkim.pem")
	if err := os.WriteFile(dkim, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), 0o600); err != nil {
		b.Fatal(err)
	}
	m, err := mail.New(mail.Options{Server: "smtp://127.0.0.1:1", From: sender, DKIMKey: dkim, DKIMSelector: "kio"})
	if err != nil {
		b.Fatal(err)
	}
	msg := message()
	for b.Loop() {
		if _, err := m.Bytes(msg); err != nil {
			b.Fatal(err)
		}
	}
}
