package sealing_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"testing"

	"keepiton"
	"keepiton/bundle"
	"keepiton/seal"
	"keepiton/seal/sealtest"
	"keepiton/web/sealing/sealingtest"
)

// liveAge lists the age keys of who can open reports.
func liveAge(r *seal.Recipients) (out []string) {
	for _, m := range r.Live() {
		out = append(out, m.Age)
	}
	return out
}

// opened opens a container and returns its header, its report and its files.
func opened(t testing.TB, keys *seal.Keys, container []byte) (bundle.Header, *keepiton.Report, [][]byte) {
	t.Helper()
	r := bufio.NewReader(bytes.NewReader(container))
	header, err := bundle.ReadHeader(r)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := keys.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	var files [][]byte
	rep, err := bundle.Read(plain, func(_ keepiton.ReportFile, r io.Reader) error {
		b, err := io.ReadAll(r)
		files = append(files, b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return header, rep, files
}

// TestWhatTheScriptSealsEveryMemberOpens seals reports with files at the edges
// of frames and chunks, and opens them with the keys of each member.
func TestWhatTheScriptSealsEveryMemberOpens(t *testing.T) {
	campaign := sealtest.NewCampaign(t)
	for _, sizes := range [][]int{nil, {0}, {1}, {65536}, {65536 - 5, 65537}, {131072, 0, 3}, {900_000}} {
		files := [][]byte{}
		for i, n := range sizes {
			files = append(files, bytes.Repeat([]byte{byte('a' + i), 0, 0xff}, n)[:n])
		}
		type sealedReport struct{ Container, Receipt []byte }
		got := sealingtest.Run[sealedReport](t, `
			const receipt = KeepItOn.newReceipt(), address = KeepItOn.address(receipt);
			const files = input.files.map((f, i) => new File([bytes(f)], 'ስዕል ' + i + '.png', {type: 'image/png'}));
			const report = {id: '00112233445566778899aabbccddeeff', kind: 'shutdown', lang: 'am', road: 'browser', seen: 'ኔትወርክ የለም \u{1f4f5}', receipt: address};
			const blob = await KeepItOn.sealReport(report, files, input.recipients, {receipt: address, open: {country: 'ET', day: '2026-11-25', kind: 'mobile'}});
			return {Container: base64(await blob.arrayBuffer()), Receipt: base64(KeepItOn.format(receipt))};`,
			map[string]any{"files": files, "recipients": liveAge(campaign.Recipients)})
		receipt, err := seal.ParseReceipt(string(got.Receipt))
		if err != nil {
			t.Fatal(err)
		}
		for i, keys := range campaign.Keys {
			header, rep, back := opened(t, keys, got.Container)
			if want := (keepiton.OpenFields{Country: "ET", Day: "2026-11-25", Kind: "mobile"}); header.Open != want || header.Receipt != receipt.Address() {
				t.Errorf("header: %+v", header)
			}
			if rep.Receipt != receipt.Address() || rep.Seen.Reveal() != "ኔትወርክ የለም \U0001f4f5" || rep.Road != keepiton.RoadBrowser || rep.Kind != keepiton.ReportShutdown {
				t.Errorf("member %d reads another report: %q", i, rep.Seen.Reveal())
			}
			if len(back) != len(files) || len(rep.Files) != len(files) {
				t.Fatalf("%d files, %d of them listed, want %d", len(back), len(rep.Files), len(files))
			}
			for j, b := range back {
				sum := sha256.Sum256(files[j])
				if f := rep.Files[j]; !bytes.Equal(b, files[j]) || f.Name.Reveal() != fmt.Sprintf("ስዕል %d.png", j) || f.SHA256 != hex.EncodeToString(sum[:]) {
					t.Errorf("file %d of %d bytes came back with %d", j, len(files[j]), len(b))
				}
			}
		}
		if _, err := campaign.Stranger.Open(bytes.NewReader(got.Container[bytes.Index(got.Container, []byte("age-enc")):])); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("a stranger: %v", err)
		}
	}
}

// TestBucketsAreThoseOfBundle compares sizes around every edge, and around the
// gaps that are too small for a padding.
func TestBucketsAreThoseOfBundle(t *testing.T) {
	var sizes, want []int64
	for edge := int64(bundle.MinSize); edge <= bundle.MaxSize/2; edge *= 2 {
		for d := int64(-6); d <= 6; d++ {
			sizes = append(sizes, edge+d)
			w := bundle.Bucket(edge + d)
			if gap := w - edge - d; gap > 0 && gap < 5 {
				w = bundle.Bucket(w + 1)
			}
			want = append(want, w)
		}
	}
	got := sealingtest.Run[[]int64](t, `return input.map(KeepItOn.bucket)`, sizes)
	for i := range sizes {
		if got[i] != want[i] {
			t.Errorf("bucket(%d) = %d, want %d", sizes[i], got[i], want[i])
		}
	}
}

// TestReportsOfEveryLengthAreWhole seals reports whose ends fall on every byte
// around the edge of a bucket.
func TestReportsOfEveryLengthAreWhole(t *testing.T) {
	set, keys := sealtest.New(t)
	sealed := sealingtest.Run[[][]byte](t, `
		const out = [];
		for (let n = 3960; n < 4030; n++) {
			const blob = await KeepItOn.sealReport({id: '00112233445566778899aabbccddeeff', seen: 'x'.repeat(n)}, [], input.slice(0, 1), null);
			out.push(base64(await blob.arrayBuffer()));
		}
		return out;`, liveAge(set))
	sizes := map[int]int{}
	for i, container := range sealed {
		_, rep, _ := opened(t, keys, container)
		if n := len(rep.Seen); n != 3960+i {
			t.Errorf("%d bytes came back, want %d", n, 3960+i)
		}
		sizes[len(container)]++
	}
	if len(sizes) != 2 {
		t.Errorf("sizes %v: want two buckets", sizes)
	}
}
