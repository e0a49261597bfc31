package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"keepiton"
	"keepiton/store"
)

const teller = keepiton.EnvelopeID("00112233445566778899aabbccddeeff")

func told() *keepiton.Story {
	return &keepiton.Story{
		Lang: "en", Title: "Guard duty", Text: "We stood watch all night. Nobody could call.", Quote: "Nobody could call.",
		Named: keepiton.NamedRolePlace, Name: "a shopkeeper", Harms: []string{"safety"}, Uses: []string{"press"},
		Places: []keepiton.Place{{Country: "XA", Confidence: 1}}, Basis: []keepiton.EnvelopeID{teller},
	}
}

// storyCast is a cast with the shelf of stories.
func storyCast(t testing.TB) *cast {
	c := newCast(t)
	c.Desk.Stories, c.Desk.Media = c.store, c.store
	return c
}

func (c *cast) toldBy(t *testing.T, st *keepiton.Story) keepiton.StoryRevision {
	t.Helper()
	rev, err := c.CreateStory(t.Context(), ana, st, "told")
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

// storySigned lets people sign what publishing id would show.
func (c *cast) storySigned(t *testing.T, id keepiton.StoryID, people ...Person) Showing {
	t.Helper()
	s, err := c.StoryShowing(t.Context(), ed, id)
	if err != nil {
		t.Fatal(err)
	}
	c.signAll2(t, s, people...)
	return s
}

func (c *cast) signAll2(t *testing.T, s Showing, people ...Person) {
	t.Helper()
	for _, who := range people {
		if err := c.sign(t.Context(), who, s); err != nil {
			t.Fatalf("%s signs %s: %v", who.Account, s.Subject(), err)
		}
	}
}

func TestAStoryNeedsTwoOrganizationsToSign(t *testing.T) {
	c := storyCast(t)
	for _, policy := range []string{`{"publishing":"one","passwords":true}`, `{"publishing":"two_people"}`, ``} {
		if err := c.store.SetMeta(t.Context(), policyKey, policy); err != nil {
			t.Fatal(err)
		}
		id := c.toldBy(t, told()).Story.ID
		publish := func(who Person, want keepiton.Code) {
			t.Helper()
			_, err := c.PublishStory(t.Context(), who, id, 1, "")
			code(t, err, want)
		}
		publish(adm, keepiton.Forbidden)
		s := c.storySigned(t, id, ana, ed, ada) // all of One
		publish(ada, keepiton.Forbidden)
		code(t, c.sign(t.Context(), adm, s), keepiton.Forbidden) // of no organization
		c.signAll2(t, s, eve)
		publish(ana, keepiton.Forbidden) // an analyst signs, an editor publishes
		publish(ed, "")
		_, err := c.StoryShowing(t.Context(), ed, id)
		code(t, err, keepiton.Conflict)
		_, err = c.SaveStory(t.Context(), ed, id, 2, told(), "")
		code(t, err, keepiton.Conflict) // what is published is not edited
	}
}

func TestAnyChangeOfAStoryVoidsItsSignatures(t *testing.T) {
	c := storyCast(t)
	id := c.toldBy(t, told()).Story.ID
	s := c.storySigned(t, id, ana, eve)
	rev, err := c.SaveStory(t.Context(), ana, id, 1, told(), "the same words")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.PublishStory(t.Context(), ed, id, rev.N, "")
	code(t, err, keepiton.Forbidden)
	code(t, c.sign(t.Context(), eve, s), keepiton.Conflict)
	c.storySigned(t, id, ed, eve)
	if rev, err = c.PublishStory(t.Context(), ed, id, rev.N, ""); err != nil {
		t.Fatal(err)
	}
	if rev, err = c.WithdrawStory(t.Context(), ed, id, rev.N, "a name slipped in"); err != nil {
		t.Fatal(err)
	}
	_, err = c.ReinstateStory(t.Context(), adm, id, rev.N, "all is well")
	code(t, err, keepiton.Forbidden)
	mended := told()
	mended.Text = "We stood watch. Nobody could call."
	if rev, err = c.SaveStory(t.Context(), ana, id, rev.N, mended, "mended"); err != nil || rev.Story.State != keepiton.Withdrawn {
		t.Fatalf("%s: %v", rev.Story.State, err)
	}
	c.storySigned(t, id, ana, eve)
	if _, err = c.ReinstateStory(t.Context(), ed, id, rev.N, "all is well"); err != nil {
		t.Error(err)
	}
}

func TestAnEditShowsNoMoreThanTheTellerAllowed(t *testing.T) {
	c := storyCast(t)
	id := c.toldBy(t, told()).Story.ID
	for what, change := range map[string]func(*keepiton.Story){
		"a name":    func(s *keepiton.Story) { s.Named, s.Name = keepiton.NamedName, "Somebody" },
		"a naming":  func(s *keepiton.Story) { s.Named = "all" },
		"a picture": func(s *keepiton.Story) { s.Media = []keepiton.StoryMedia{{SHA256: "00", Type: "image/png", Alt: "x"}} },
		"a use":     func(s *keepiton.Story) { s.Uses = []string{"press", "court"} },
	} {
		st := told()
		change(st)
		_, err := c.SaveStory(t.Context(), adm, id, 1, st, "")
		if keepiton.CodeOf(err) != keepiton.Forbidden {
			t.Errorf("%s: %v", what, err)
		}
	}
	less := told()
	less.Named, less.Name, less.Uses, less.Basis = keepiton.NamedNobody, "", nil, nil
	rev, err := c.SaveStory(t.Context(), ana, id, 1, less, "")
	if err != nil || !slices.Equal(rev.Story.Basis, []keepiton.EnvelopeID{teller}) {
		t.Fatalf("less: %v, resting on %v", err, rev.Story.Basis)
	}
	if _, err := c.SaveStory(t.Context(), ana, id, 2, told(), "as at first"); err != nil {
		t.Error(err)
	}
	without := told()
	without.Basis = nil
	_, err = c.CreateStory(t.Context(), ana, without, "")
	code(t, err, keepiton.Invalid)
}

func TestAnAuditFindsAStoryShownBehindTheDesksBack(t *testing.T) {
	c := storyCast(t)
	id := c.toldBy(t, told()).Story.ID
	c.storySigned(t, id, ana, eve)
	rev, err := c.PublishStory(t.Context(), ed, id, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	audit := func() (out []int) {
		t.Helper()
		if err := c.Audit(t.Context(), func(found string, n int, _ string) {
			if found != string(id) {
				t.Errorf("found %s", found)
			}
			out = append(out, n)
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := audit(); len(got) > 0 {
		t.Errorf("a signed story: %v", got)
	}
	rev.Story.Text += " And more."
	if _, err := c.Stories.AppendStory(t.Context(), 2, rev); err != nil {
		t.Fatal(err)
	}
	if got := audit(); !slices.Equal(got, []int{3}) {
		t.Errorf("words put in behind the desk's back: %v", got)
	}
}

func TestFaultsKeepAStoryFromBeingPublished(t *testing.T) {
	c := storyCast(t)
	st := told()
	st.Quote = "words nobody said"
	id := c.toldBy(t, st).Story.ID
	c.storySigned(t, id, ana, eve)
	_, err := c.PublishStory(t.Context(), ed, id, 1, "")
	code(t, err, keepiton.Invalid)
}

func TestAWithdrawalByTheTellerDestroysTheStoryAtOnce(t *testing.T) {
	c := storyCast(t)
	ctx := t.Context()
	data := []byte("\x89PNG made up")
	sum := sha256.Sum256(data)
	picture := hex.EncodeToString(sum[:])
	st := told()
	st.Media = []keepiton.StoryMedia{{SHA256: picture, Type: "image/png", Alt: "a gate"}}
	shown, draft := c.toldBy(t, st).Story.ID, c.toldBy(t, told()).Story.ID
	other := told()
	other.Basis = []keepiton.EnvelopeID{"ffeeddccbbaa99887766554433221100"}
	kept := c.toldBy(t, other).Story.ID
	if err := c.store.PutMedia(ctx, store.MediaFile{SHA256: picture, Type: "image/png", Subjects: []string{string(shown)}, Bytes: data}); err != nil {
		t.Fatal(err)
	}
	c.storySigned(t, shown, ana, eve)
	if _, err := c.PublishStory(ctx, ed, shown, 1, ""); err != nil {
		t.Fatal(err)
	}
	c.storySigned(t, draft, ana, eve)
	for range 2 { // twice is once
		if err := c.WithdrawFor(ctx, teller); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []keepiton.StoryID{shown, draft} {
		all, err := c.Stories.StoryRevisions(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, rev := range all {
			if rev.Story.Text != "" || rev.Story.Title != "" || len(rev.Story.Media) > 0 || len(rev.Story.Basis) > 0 {
				t.Errorf("%s keeps %+v", id, rev.Story)
			}
		}
		last := all[len(all)-1]
		if last.Story.State != keepiton.Withdrawn || !last.Story.TakenBack || last.Story.Reason != TakenBackReason {
			t.Errorf("%s is %+v", id, last.Story)
		}
		_, err = c.SaveStory(ctx, adm, id, last.N, told(), "again")
		code(t, err, keepiton.Conflict)
		_, err = c.ReinstateStory(ctx, adm, id, last.N, "again")
		code(t, err, keepiton.Conflict)
	}
	if _, err := c.store.Media(ctx, picture); keepiton.CodeOf(err) != keepiton.NotFound {
		t.Errorf("its picture is still there: %v", err)
	}
	if rev, err := c.Story(ctx, ana, kept); err != nil || rev.Story.Text == "" {
		t.Errorf("the story of somebody else: %+v, %v", rev, err)
	}
}

// TestNoSequenceOfActsShowsAStoryUnsigned plays random sequences of what people
// and somebody with the database can do. Published revisions carry two true
// signatures of two organizations, and what a teller took back stays gone.
func TestNoSequenceOfActsShowsAStoryUnsigned(t *testing.T) {
	c := storyCast(t)
	ctx := context.Background()
	organizations := map[string]string{"ana": "One", "ed": "One", "ada": "One", "eve": "Two"}
	people := []Person{ana, ed, eve, adm, ada}
	shown := 0
	rapid.Check(t, func(r *rapid.T) {
		basis := keepiton.EnvelopeID(fmt.Sprintf("%032x", rapid.Uint64().Draw(r, "report")))
		st := told()
		st.Basis = []keepiton.EnvelopeID{basis}
		rev, err := c.CreateStory(ctx, ana, st, "")
		if err != nil {
			r.Fatal(err)
		}
		id, took := rev.Story.ID, false
		truth := map[[32]byte]map[string]bool{} // organizations that truly signed it
		var old []store.SignedApproval
		for range rapid.IntRange(4, 14).Draw(r, "acts") {
			who := people[rapid.IntRange(0, len(people)-1).Draw(r, "who")]
			now, err := c.Stories.Story(ctx, id)
			if err != nil {
				r.Fatal(err)
			}
			switch rapid.IntRange(0, 11).Draw(r, "act") {
			case 0, 1, 2, 3, 4:
				s, err := c.StoryShowing(ctx, who, id)
				if err != nil || c.sign(ctx, who, s) != nil {
					continue
				}
				if truth[s.Digest] == nil {
					truth[s.Digest] = map[string]bool{}
				}
				truth[s.Digest][organizations[who.Account]] = true
			case 5, 6, 7:
				_, _ = c.PublishStory(ctx, who, id, now.N, "")
			case 8:
				w := now.Story
				w.Title = rapid.SampledFrom([]string{"Guard duty", "Eight deaths"}).Draw(r, "title")
				_, _ = c.SaveStory(ctx, who, id, now.N, &w, "")
			case 9:
				if rapid.Bool().Draw(r, "up") {
					_, _ = c.ReinstateStory(ctx, who, id, now.N, "x")
				} else {
					_, _ = c.WithdrawStory(ctx, who, id, now.N, "x")
				}
			case 10: // somebody with the database uses old signatures again, under other names
				old, _ = c.store.SignedApprovals(ctx, string(id), 0)
				for _, a := range old {
					a.N, a.Account, a.Organization = now.N+1, who.Account, who.Organization
					a.Digest, _ = StoryDigest(&now.Story, a.N)
					if err := c.store.PutSignedApproval(ctx, a); err != nil {
						r.Fatal(err)
					}
				}
			case 11:
				if rapid.IntRange(0, 3).Draw(r, "rarely") == 0 {
					if err := c.WithdrawFor(ctx, basis); err != nil {
						r.Fatal(err)
					}
					took = true
				}
			}
			if now, err = c.Stories.Story(ctx, id); err != nil {
				r.Fatal(err)
			}
			if took && (now.Story.State != keepiton.Withdrawn || now.Story.Text != "") {
				r.Fatalf("what was taken back is %s again", now.Story.State)
			}
			if now.Story.State != keepiton.Published {
				continue
			}
			shown++
			digest, err := StoryDigest(&now.Story, now.N)
			if err != nil {
				r.Fatal(err)
			}
			if by := truth[digest]; len(by) < 2 {
				r.Fatalf("revision %d is shown, signed by %v", now.N, slices.Collect(maps.Keys(by)))
			}
		}
	})
	if t.Logf("a story was seen published %d times", shown); shown == 0 {
		t.Error("no sequence ever published one: the test has lost its bite")
	}
}
