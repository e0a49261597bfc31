package intake_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"keepiton"
	"keepiton/intake"
	"keepiton/intake/intaketest"
	"keepiton/seal"
)

// reply puts a sealed reply for a receipt.
func reply(t *testing.T, d *intaketest.Desk, r seal.Receipt, text string) {
	t.Helper()
	sealed, err := seal.SealReply(r.Address(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Store.PutReply(t.Context(), r.Address().Lookup, sealed); err != nil {
		t.Fatal(err)
	}
}

func TestRepliesAreOpenedForPagesWithoutScript(t *testing.T) {
	d := intaketest.New(t)
	receipt := send(t, d, form)
	for i := range intake.MaxReplies + 2 {
		reply(t, d, receipt, fmt.Sprintf("question %d · ጥያቄ", i))
	}
	box, err := d.Mailbox(t.Context(), receipt)
	if err != nil {
		t.Fatal(err)
	}
	if len(box.Replies) != intake.MaxReplies || !box.More || box.Replies[0] != "question 2 · ጥያቄ" || box.Replies[intake.MaxReplies-1] != "question 17 · ጥያቄ" {
		t.Errorf("got %d replies, more %v; want the %d newest, oldest first", len(box.Replies), box.More, intake.MaxReplies)
	}
}

func TestStatesOfAReceiptAreCoarse(t *testing.T) {
	d := intaketest.New(t)
	receipt := send(t, d, form)
	id := only(t, d).ID
	for set, want := range map[keepiton.EnvelopeState]keepiton.EnvelopeState{
		keepiton.EnvelopeSpam: keepiton.EnvelopeRead, keepiton.EnvelopeRead: keepiton.EnvelopeRead, keepiton.EnvelopeAsked: keepiton.EnvelopeAsked,
		keepiton.EnvelopeUsed: keepiton.EnvelopeUsed, keepiton.EnvelopeUnverified: keepiton.EnvelopeUnverified, keepiton.EnvelopeUnpublished: keepiton.EnvelopeUnpublished,
	} {
		if err := d.Store.SetState(t.Context(), id, set); err != nil {
			t.Fatal(err)
		}
		if box, err := d.Mailbox(t.Context(), receipt); err != nil || box.State != want {
			t.Errorf("%s shows as %q, %v; want %q", set, box.State, err, want)
		}
		if sealed, err := d.SealedMailbox(t.Context(), receipt.Address().Lookup); err != nil || !strings.Contains(string(sealed), fmt.Sprintf(`{"state":%q`, want)) {
			t.Errorf("%s shows sealed as %.40s, %v", set, sealed, err)
		}
	}
	if box, err := d.Mailbox(t.Context(), seal.NewReceipt()); err != nil || box.State != "" || len(box.Replies) != 0 {
		t.Errorf("a receipt that is not known: %+v, %v", box, err)
	}
}

// receipts returns receipts of every kind that a server can know, and some that
// it does not.
func receipts(t *testing.T, d *intaketest.Desk) map[string]seal.Receipt {
	t.Helper()
	out := map[string]seal.Receipt{}
	for i, replies := range []int{0, 1, 5, intake.MaxReplies, intake.MaxReplies + 9, 100} {
		r := send(t, d, form)
		for n := range replies {
			reply(t, d, r, strings.Repeat("ሰላም ", (n*131)%2000))
		}
		out[fmt.Sprintf("known %d with %d replies", i, replies)] = r
	}
	gone := send(t, d, form)
	if err := d.Withdraw(t.Context(), gone.Address().Lookup, gone.Withdrawal()); err != nil {
		t.Fatal(err)
	}
	out["withdrawn"] = gone
	for i := range 8 {
		out[fmt.Sprintf("unknown %d", i)] = seal.NewReceipt()
	}
	return out
}

func TestSealedMailboxesAreOfOneSize(t *testing.T) {
	d := intaketest.New(t)
	for name, r := range receipts(t, d) {
		box, err := d.SealedMailbox(t.Context(), r.Address().Lookup)
		if err != nil || len(box) != intake.MailboxSize {
			t.Errorf("%s: %d bytes, %v; want %d", name, len(box), err, intake.MailboxSize)
		}
	}
}

// TestKnownAndUnknownReceiptsCostTheSame counts what is done, call by call, in
// place of a clock: the calls of the store, and the operations on keys.
func TestKnownAndUnknownReceiptsCostTheSame(t *testing.T) {
	d := intaketest.New(t)
	memory := d.Store.(*intaketest.Memory)
	known := receipts(t, d)
	var opened int
	intake.CountKeys(d.Intake, &opened)
	for road, ask := range map[string]func(r seal.Receipt) error{
		"Mailbox":       func(r seal.Receipt) error { _, err := d.Mailbox(t.Context(), r); return err },
		"SealedMailbox": func(r seal.Receipt) error { _, err := d.SealedMailbox(t.Context(), r.Address().Lookup); return err },
		"a bad signature": func(r seal.Receipt) error {
			err := d.Withdraw(t.Context(), r.Address().Lookup, make([]byte, 64))
			if code := keepiton.CodeOf(err); code != keepiton.NotFound && err != nil {
				return err
			}
			return nil
		},
		"WithdrawAll of another": func(r seal.Receipt) error {
			err := d.WithdrawAll(t.Context(), intake.AdditionReceipt(r, 3))
			if keepiton.CodeOf(err) != keepiton.NotFound {
				return fmt.Errorf("withdrawn: %w", err)
			}
			return nil
		},
		"Add": func(r seal.Receipt) error {
			s, err := d.Add(t.Context(), form, r)
			if err == nil {
				s.Cancel()
			}
			return err
		},
	} {
		var want map[string]int
		var wantOpened int
		for name, r := range known {
			memory.Calls()
			opened = 0
			if err := ask(r); err != nil {
				t.Fatalf("%s, %s: %v", road, name, err)
			}
			calls := memory.Calls()
			delete(calls, "Usage") // asked now and then, whatever the receipt
			if want == nil {
				want, wantOpened = calls, opened
			}
			if !maps.Equal(calls, want) || opened != wantOpened {
				t.Errorf("%s, %s: %v and %d operations on keys, another receipt %v and %d", road, name, calls, opened, want, wantOpened)
			}
		}
		if road == "Mailbox" && wantOpened != intake.MaxReplies {
			t.Errorf("%d replies are opened, want %d", wantOpened, intake.MaxReplies)
		}
	}
}

func TestAWithdrawalDestroysTheReportAndLeavesATombstone(t *testing.T) {
	d := intaketest.New(t)
	receipt, other := send(t, d, form), seal.NewReceipt()
	lookup := receipt.Address().Lookup
	for name, sig := range map[string][]byte{"of another receipt": other.Withdrawal(), "empty": nil, "zeros": make([]byte, 64)} {
		if err := d.Withdraw(t.Context(), lookup, sig); keepiton.CodeOf(err) != keepiton.NotFound {
			t.Errorf("signature %s: %v, want not_found", name, err)
		}
	}
	if err := d.Withdraw(t.Context(), other.Address().Lookup, other.Withdrawal()); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("a receipt that is not known: %v", err)
	}
	if e := only(t, d); !e.Gone.IsZero() {
		t.Fatalf("gone without a signature: %+v", e)
	}
	for range 2 {
		if err := d.Withdraw(t.Context(), lookup, receipt.Withdrawal()); err != nil {
			t.Fatal(err)
		}
	}
	e := only(t, d)
	if e.State != keepiton.EnvelopeWithdrawn || e.Gone.IsZero() {
		t.Errorf("tombstone %+v", e)
	}
	if _, err := d.Store.OpenBody(t.Context(), e.ID); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("the body can still be read: %v", err)
	}
	if box, err := d.Mailbox(t.Context(), receipt); err != nil || box.State != keepiton.EnvelopeWithdrawn {
		t.Errorf("mailbox %+v, %v", box, err)
	}
}

func TestAdditionsFollowFromTheFirstReceipt(t *testing.T) {
	d := intaketest.New(t)
	receipt := send(t, d, form)
	add := func(place keepiton.Private) seal.Receipt {
		s, err := d.Add(t.Context(), form, receipt)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Cancel()
		r, err := s.Finish(&keepiton.Report{Place: place, Consent: keepiton.Consent{Version: keepiton.ConsentVersion}}, keepiton.OpenFields{})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for n := 1; n <= intake.MaxAdditions; n++ {
		r := add("more")
		if r != intake.AdditionReceipt(receipt, n) {
			t.Errorf("addition %d has another receipt than its number", n)
		}
		e, err := d.Store.EnvelopeByLookup(t.Context(), r.Address().Lookup)
		if err != nil {
			t.Fatal(err)
		}
		if o := d.Open(t, e.ID).Report; o.Kind != keepiton.ReportAddition || o.Adds != receipt.Address().Lookup || o.Receipt != r.Address() {
			t.Errorf("addition %d: kind %s, adds %s", n, o.Kind, o.Adds)
		}
	}
	if _, err := d.Add(t.Context(), form, receipt); keepiton.CodeOf(err) != keepiton.Conflict {
		t.Errorf("one more: %v, want conflict", err)
	}
	reply(t, d, intake.AdditionReceipt(receipt, 2), "about your second message")
	if box, err := d.Mailbox(t.Context(), receipt); err != nil || len(box.Replies) != 1 || box.Replies[0] != "about your second message" {
		t.Errorf("mailbox %+v, %v: want the reply to an addition", box, err)
	}
	if err := d.WithdrawAll(t.Context(), receipt); err != nil {
		t.Fatal(err)
	}
	for _, e := range all(t, d) {
		if e.State != keepiton.EnvelopeWithdrawn {
			t.Errorf("after the withdrawal an envelope is %s", e.State)
		}
	}
}

func TestTwoAdditionsAtOnceGetTwoReceipts(t *testing.T) {
	d := intaketest.New(t)
	receipt := send(t, d, form)
	first, err := d.Add(t.Context(), form, receipt)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Cancel()
	second, err := d.Add(t.Context(), form, receipt)
	if err != nil {
		t.Fatal(err)
	}
	if first.Receipt() == second.Receipt() {
		t.Error("both have one receipt")
	}
	second.Cancel()
	third, err := d.Add(t.Context(), form, receipt)
	if err != nil {
		t.Fatal(err)
	}
	defer third.Cancel()
	if third.Receipt() != second.Receipt() {
		t.Error("a receipt that was given back is not used again")
	}
}

func TestAReceiptThatAnotherEnvelopeHasDoesNotKeepAReportOut(t *testing.T) {
	d := intaketest.New(t)
	receipt, container := d.Container(t, intaketest.Report(), keepiton.OpenFields{}, nil)
	if _, err := d.Take(t.Context(), form, bytes.NewReader(container)); err != nil {
		t.Fatal(err)
	}
	// Somebody who saw the file in transit puts its address over another one.
	header, _, _ := bytes.Cut(container, []byte("age-encryption.org"))
	_, other := d.Container(t, intaketest.Report(), keepiton.OpenFields{}, nil)
	_, body, _ := bytes.Cut(other, []byte("age-encryption.org"))
	forged := append(append(bytes.Clone(header), "age-encryption.org"...), body...)
	e, err := d.Take(t.Context(), form, bytes.NewReader(forged))
	if err != nil || e.Receipt != (keepiton.ReceiptAddress{}) {
		t.Errorf("taken as %+v, %v; want no receipt", e, err)
	}
	if first, err := d.Store.EnvelopeByLookup(t.Context(), receipt.Address().Lookup); err != nil || first.ID == e.ID {
		t.Errorf("the first one lost its receipt: %v", err)
	}
}

// TestReceiptsOfAdditionsAreThoseOfOtherPrograms holds the derivation to values
// that an implementation in Python gave.
func TestReceiptsOfAdditionsAreThoseOfOtherPrograms(t *testing.T) {
	first, err := seal.ParseReceipt("3141 5926 5358 9793 2384 6264 3383 2746")
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{
		1: "4094 2261 9545 0115 9075 3129 5717 7045",
		2: "0104 7387 6906 0641 2198 4458 3340 2730",
		8: "2306 0016 5965 9175 1535 7683 5946 8007",
	} {
		if got := intake.AdditionReceipt(first, n).String(); got != want {
			t.Errorf("addition %d: %s, want %s", n, got, want)
		}
	}
}

func TestWhatRestsOnAReportIsTakenBackBeforeItIsDestroyed(t *testing.T) {
	d := intaketest.New(t)
	receipt := send(t, d, form)
	id, lookup := only(t, d).ID, receipt.Address().Lookup
	var asked []keepiton.EnvelopeID
	failure := keepiton.Errorf(keepiton.Unavailable, "the record does not answer")
	d.Withdrawing = func(ctx context.Context, id keepiton.EnvelopeID) error {
		if e, err := d.Store.Envelope(ctx, id); err != nil || !e.Gone.IsZero() {
			t.Errorf("the report is gone already: %v", err)
		}
		asked = append(asked, id)
		return failure
	}
	if err := d.Withdraw(t.Context(), lookup, seal.NewReceipt().Withdrawal()); err == nil || len(asked) > 0 {
		t.Errorf("another's signature: %v, asked %v", err, asked)
	}
	if err := d.Withdraw(t.Context(), lookup, receipt.Withdrawal()); keepiton.CodeOf(err) != keepiton.Unavailable || !only(t, d).Gone.IsZero() {
		t.Errorf("what rests on it stayed, and the report did not: %v", err)
	}
	failure = nil
	for range 2 {
		if err := d.Withdraw(t.Context(), lookup, receipt.Withdrawal()); err != nil {
			t.Fatal(err)
		}
	}
	if want := []keepiton.EnvelopeID{id, id}; !slices.Equal(asked, want) || only(t, d).Gone.IsZero() {
		t.Errorf("asked about %v, want %v", asked, want)
	}
}
