package seal_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"keepiton"
	"keepiton/seal"
	"keepiton/seal/sealtest"
)

// sealed seals text with one of a sealer's two ways.
func sealed(t testing.TB, way func(io.Writer) (io.WriteCloser, error), text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := way(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opened opens a sealed file whole.
func opened(k *seal.Keys, b []byte) ([]byte, error) {
	r, err := k.Open(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestEveryMemberOpensAndAStrangerDoesNot(t *testing.T) {
	c := sealtest.NewCampaign(t)
	set, err := seal.LoadRecipients(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	text := []byte("the net went at three o'clock")
	file := sealed(t, set.Sealer().Seal, text)
	if bytes.Contains(file, text[:8]) {
		t.Error("the text stands in the sealed file")
	}
	for i, k := range c.Keys {
		if got, err := opened(k, file); err != nil || !bytes.Equal(got, text) {
			t.Errorf("member %d opened %q: %v", i+1, got, err)
		}
	}
	if _, err := opened(c.Stranger, file); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("a stranger got %v, want not_found", err)
	}
}

func TestReceiptGivesRepliesAndWithdrawal(t *testing.T) {
	r := seal.NewReceipt()
	again, err := seal.ParseReceipt(r.String())
	if err != nil || again != r {
		t.Fatalf("%v", err)
	}
	a := r.Address()
	sealed, err := seal.SealReply(a, []byte("which street?"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.OpenReply(sealed); err != nil || string(got) != "which street?" {
		t.Errorf("reply %q: %v", got, err)
	}
	if _, err := seal.NewReceipt().OpenReply(sealed); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("another receipt opened the reply: %v", err)
	}
	if sig := r.Withdrawal(); !seal.CheckWithdrawal(a, sig) || seal.CheckWithdrawal(seal.NewReceipt().Address(), sig) {
		t.Error("a withdrawal must fit its own receipt and no other")
	}
}

// asError finds the outermost keepiton.Error.
func asError(err error, to **keepiton.Error) bool { return errors.As(err, to) }
