package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"

	"keepiton"
	"keepiton/review"
	"keepiton/store"
)

const verifyHelp = `usage: keepiton verify [FILE|FOLDER]... [--data DIR | --db URL] [--key FILE] [--json]

Without a file: reads the whole record and all sealed reports, and says what does
not fit. What readers may see and rests on reports, stories included, must bear the
signatures of two people of two organizations; a record that was changed behind
the desk is found so.

With proofs: checks them, as the desk offers them beside a published revision. It
needs nothing but the file: no server, no record, no network. It shows whose keys
signed; compare them with a list that you trust.

With a folder or a ZIP that keepiton export wrote: compares each file with the list
in MANIFEST.txt, and the list with its signature if there is one, and names what
was changed, added or lost.

  --key FILE  the campaign's public key, which must have signed a copy; without it
              the one in the copy is taken and its fingerprint is yours to compare
  --json      for programs

  keepiton verify
  keepiton verify /media/stick/keepiton --key campaign.asc
  keepiton verify KIO-2026-0042-3.proof.json

Exit codes: 0 all good, 1 failed, 2 wrong use, 3 done, something does not fit.`

func verifyCommand() command {
	return command{name: "verify", summary: "is the record whole, and signed where it must be", help: verifyHelp, run: runVerify}
}

// fault is one thing that does not fit.
type fault struct {
	Where   string `json:"where"`
	Problem string `json:"problem"`
}

// checked is what verify says in JSON.
type checked struct {
	Proofs    []provedProof `json:"proofs,omitempty"`
	Copies    []checkedCopy `json:"copies,omitempty"`
	Revisions int           `json:"revisions,omitempty"`
	Faults    []fault       `json:"faults"`
}

type provedProof struct {
	File     string              `json:"file"`
	Incident keepiton.IncidentID `json:"incident"`
	Revision int                 `json:"revision"`
	Signed   []signedBy          `json:"signed"`
}

type signedBy struct {
	Organization string `json:"organization"`
	Day          string `json:"day"`
	Key          string `json:"key"` // SHA-256 of the public key
}

func runVerify(ctx context.Context, e *env, args []string) (int, error) {
	asJSON, key := false, ""
	s, files, err := parseSettings(e, "verify", args, func(set *flag.FlagSet) {
		set.BoolVar(&asJSON, "json", false, "")
		set.StringVar(&key, "key", "", "")
	})
	if err != nil {
		return exitUsage, err
	}
	found := checked{Faults: []fault{}}
	if len(files) > 0 {
		for _, name := range files {
			if !isCopy(name) {
				found.proof(name)
			} else if err := found.copyOf(e, name, key); err != nil {
				return exitFailed, err
			}
		}
	} else if err := found.record(ctx, s); err != nil {
		return exitFailed, err
	}
	code := exitGood
	if len(found.Faults) > 0 {
		code = exitDefects
	}
	if asJSON {
		out := json.NewEncoder(e.stdout)
		out.SetIndent("", "  ")
		return code, out.Encode(found)
	}
	found.print(e)
	return code, nil
}

func (c *checked) fault(where, format string, v ...any) {
	c.Faults = append(c.Faults, fault{where, fmt.Sprintf(format, v...)})
}

// maxProof is the size of a proof that is read, in bytes.
const maxProof = 16 << 20

func (c *checked) proof(name string) {
	text, err := readSmall(name, maxProof)
	if err != nil {
		c.fault(name, "%v", err)
		return
	}
	p, err := review.ReadProof(text)
	if err != nil {
		c.fault(name, "%v", err)
		return
	}
	proved := provedProof{File: name, Incident: p.Incident, Revision: p.Revision}
	for _, s := range p.Signatures {
		sum := sha256.Sum256(s.PublicKey)
		proved.Signed = append(proved.Signed, signedBy{s.Organization, s.Day, hex.EncodeToString(sum[:])})
	}
	c.Proofs = append(c.Proofs, proved)
}

func readSmall(name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > most {
		return nil, keepiton.Errorf(keepiton.TooLarge, "it is larger than %d bytes", most)
	}
	return os.ReadFile(name)
}

// record looks at everything that the data folder and the database keep.
func (c *checked) record(ctx context.Context, s settings) (err error) {
	st, err := openRecord(ctx, s)
	if err != nil {
		return err
	}
	defer st.Close()
	if whole, ok := st.(interface {
		Verify(ctx context.Context, fault func(keepiton.IncidentID, string)) (int, error)
	}); ok {
		c.Revisions, err = whole.Verify(ctx, func(id keepiton.IncidentID, problem string) { c.fault(string(id), "%s", problem) })
		if err != nil {
			return err
		}
	}
	desk := &review.Desk{Incidents: st, Questions: st, People: st, Meta: st, Stories: st, Media: st, Now: time.Now}
	err = desk.Audit(ctx, func(subject string, n int, problem string) {
		c.fault(fmt.Sprintf("%s revision %d", subject, n), "%s", problem)
	})
	if err != nil {
		return err
	}
	return c.sealed(ctx, s)
}

func (c *checked) sealed(ctx context.Context, s settings) error {
	var sealed store.Sealed
	sealed, err := openSealed(ctx, s)
	if err != nil {
		return err
	}
	defer sealed.Close()
	return sealed.VerifySealed(ctx, func(problem string) { c.fault("sealed reports", "%s", problem) })
}

func (c *checked) print(e *env) {
	for _, p := range c.Proofs {
		fmt.Fprintf(e.stdout, "%s: revision %d of %s was signed by two organizations\n", p.File, p.Revision, p.Incident)
		for _, s := range p.Signed {
			fmt.Fprintf(e.stdout, "  %s  %s  key %s\n", s.Day, s.Organization, s.Key)
		}
	}
	for i := range c.Copies {
		c.Copies[i].print(e.stdout)
	}
	if c.Revisions > 0 {
		fmt.Fprintf(e.stdout, "%d revisions were read.\n", c.Revisions)
	}
	for _, f := range c.Faults {
		fmt.Fprintf(e.stdout, "FAULT %s: %s\n", f.Where, f.Problem)
	}
	if len(c.Faults) == 0 {
		fmt.Fprintln(e.stdout, "All of it fits.")
	}
}
