package evidence

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"keepiton"
)

// Limits of a ProofMode ZIP. Archives inside of it are files like any other and
// are never opened.
const (
	maxEntries   = 500
	maxUnpacked  = 4 * MaxOriginal // bytes of all entries
	maxRatio     = 200             // of unpacked to packed, for entries over 1 MiB: pictures do not shrink much
	maxProofText = 1 << 20         // bytes of a key, a table or a signature
)

// claims is a Proof on its way out of a child, its private texts in the clear.
type claims struct {
	Key      string      `json:"key"`
	KeyNames []string    `json:"key_names"`
	Files    []claimFile `json:"files"`
	Strays   int         `json:"strays"`
}

type claimFile struct {
	ProofFile
	Name   string            `json:"name"`
	Claims map[string]string `json:"claims"`
}

// proof does the job of VerifyProofMode.
func proof(t task) (*answer, error) {
	c, err := readProof(t.original)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	a := &answer{}
	a.add(Text, b, 0, 0)
	return a, nil
}

// proofName matches the names of what ProofMode writes beside a file: the
// SHA-256 of the file and what it is.
var proofName = regexp.MustCompile(`^([0-9a-f]{64})\.(asc|proof\.csv|proof\.csv\.asc|proof\.json|proof\.json\.asc|ots|gst|devicecheck)$`)

// readProof reads a ProofMode ZIP and checks all that can be checked with what
// is in it.
func readProof(b []byte) (*claims, error) {
	z, err := openZIP(b)
	if err != nil {
		return nil, err
	}
	var key *zip.File
	papers := map[string]map[string]*zip.File{} // by hash, then by what it is
	var media []*zip.File
	for _, f := range z.File {
		name := path.Base(f.Name)
		m := proofName.FindStringSubmatch(name)
		switch {
		case strings.HasSuffix(f.Name, "/"):
		case name == "pubkey.asc":
			if key != nil {
				return nil, broken("proof: there are two keys")
			}
			key = f
		case m != nil:
			if papers[m[1]] == nil {
				papers[m[1]] = map[string]*zip.File{}
			}
			if papers[m[1]][m[2]] != nil {
				return nil, broken("proof: there are two %s of one file", m[2])
			}
			papers[m[1]][m[2]] = f
		default:
			media = append(media, f)
		}
	}
	if key == nil || len(papers) == 0 {
		return nil, keepiton.Errorf(keepiton.NotFound, "it holds no ProofMode proof")
	}
	verify, out, err := readKey(key)
	if err != nil {
		return nil, err
	}
	found, err := hashAll(media)
	if err != nil {
		return nil, err
	}
	out.Strays = len(media)
	for _, hash := range slices.Sorted(maps.Keys(papers)) {
		f, err := checkFile(verify, hash, papers[hash], found[hash])
		if err != nil {
			return nil, err
		}
		if f.Hash == Holds {
			out.Strays--
		}
		out.Files = append(out.Files, f)
	}
	return out, nil
}

// openZIP opens an archive whose directory is within the limits.
func openZIP(b []byte) (*zip.Reader, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, broken("zip: %v", err)
	}
	if len(z.File) > maxEntries {
		return nil, tooLarge("zip: %d entries are more than %d", len(z.File), maxEntries)
	}
	var total uint64
	for i, f := range z.File {
		if f.Flags&1 != 0 {
			return nil, refuse(keepiton.Invalid, keyLocked, "zip: entry %d is locked with a password", i+1)
		}
		if f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/max(1, f.CompressedSize64) > maxRatio {
			return nil, tooLarge("zip: entry %d grows more than %d times", i+1, maxRatio)
		}
		if total += f.UncompressedSize64; total > maxUnpacked || f.UncompressedSize64 > maxUnpacked {
			return nil, tooLarge("zip: entries grow to more than %d bytes", maxUnpacked)
		}
	}
	return z, nil
}

// unpack reads an entry of at most limit bytes. What it says of its size is not
// believed.
func unpack(f *zip.File, limit int64) ([]byte, error) {
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, broken("zip: an entry cannot be read: %v", err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(b)) > limit {
		return nil, tooLarge("zip: an entry has more than %d bytes", limit)
	}
	if err != nil {
		return nil, broken("zip: an entry cannot be read: %v", err)
	}
	return b, nil
}

// readKey reads the key that the telephone made for itself.
func readKey(f *zip.File) (crypto.PGPVerify, *claims, error) {
	b, err := unpack(f, maxProofText)
	if err != nil {
		return nil, nil, err
	}
	key, err := crypto.NewKeyFromReader(bytes.NewReader(b))
	if err != nil {
		return nil, nil, broken("proof: pubkey.asc is no OpenPGP key")
	}
	out := &claims{Key: key.GetFingerprint()}
	for name := range key.GetEntity().Identities {
		out.KeyNames = append(out.KeyNames, name)
	}
	slices.Sort(out.KeyNames)
	// The clock of the telephone may be wrong; its times are claims like others.
	verify, err := crypto.PGP().Verify().VerificationKey(key).DisableVerifyTimeCheck().New()
	if err != nil {
		return nil, nil, broken("proof: pubkey.asc cannot check a signature")
	}
	return verify, out, nil
}

// hashed is a file of the archive that is no proof itself.
type hashed struct {
	name string
	body []byte
}

// hashAll reads the files that proofs may speak of. The sum of what it reads is
// bound by the sizes of the directory, and each by its own.
func hashAll(media []*zip.File) (map[string]*hashed, error) {
	out := map[string]*hashed{}
	for _, f := range media {
		b, err := unpack(f, int64(f.UncompressedSize64))
		if err != nil {
			return nil, err
		}
		h := sha256.Sum256(b)
		out[hex.EncodeToString(h[:])] = &hashed{f.Name, b}
	}
	return out, nil
}

func checkFile(verify crypto.PGPVerify, hash string, papers map[string]*zip.File, media *hashed) (claimFile, error) {
	out := claimFile{ProofFile: ProofFile{
		SHA256: hash, Hash: Broken, Signature: Missing, Table: Missing, TableHash: Missing,
		Timestamps: papers["ots"] != nil, Attested: papers["gst"] != nil || papers["devicecheck"] != nil,
	}}
	sig, err := unpack(papers["asc"], maxProofText)
	if err != nil {
		return out, err
	}
	table, err := unpack(papers["proof.csv"], maxProofText)
	if err != nil {
		return out, err
	}
	tableSig, err := unpack(papers["proof.csv.asc"], maxProofText)
	if err != nil {
		return out, err
	}
	if media != nil {
		out.Hash, out.Name, out.Size, out.Kind = Holds, media.name, int64(len(media.body)), Sniff(media.body)
	}
	if sig != nil {
		out.Signature = Broken
		if media != nil {
			out.Signature = signed(verify, media.body, sig)
		}
	}
	if table != nil {
		if tableSig != nil {
			out.Table = signed(verify, table, tableSig)
		}
		out.Claims, out.TableHash = readTable(table, hash)
	}
	return out, nil
}

func signed(verify crypto.PGPVerify, body, sig []byte) Check {
	res, err := verify.VerifyDetached(body, sig, crypto.Auto)
	if err != nil || res.SignatureError() != nil {
		return Broken
	}
	return Holds
}

// readTable reads a proof.csv: names of columns, and one row for each time that
// the proof was made. The first row's cells are returned; every row must name
// the hash.
func readTable(table []byte, hash string) (map[string]string, Check) {
	const column = "File Hash SHA256"
	r := csv.NewReader(bytes.NewReader(table))
	r.LazyQuotes, r.FieldsPerRecord, r.TrimLeadingSpace = true, -1, true
	names, err := r.Read()
	if err != nil {
		return nil, Broken
	}
	var first map[string]string
	state := Missing
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return first, state
		}
		if err != nil {
			return first, Broken
		}
		cells := map[string]string{}
		for i, cell := range row {
			if i < len(names) && cell != "" {
				cells[strings.TrimSpace(names[i])] = cell
			}
		}
		if first == nil {
			first = cells
		}
		switch got := cells[column]; {
		case got == "":
		case !strings.EqualFold(strings.TrimSpace(got), hash):
			state = Broken
		case state == Missing:
			state = Holds
		}
	}
}
