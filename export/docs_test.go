package export

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"keepiton"
)

var update = flag.Bool("update", false, "write docs/formats.md")

const formatsFile = "../docs/formats.md"

// formatsDoc writes docs/formats.md from the lists of this package.
func formatsDoc() string {
	var b strings.Builder
	b.WriteString(`# Formats

Written by ` + "`go test ./export -run Documented -update`" + ` from the lists of formats and columns.

` + "`keepiton export FORMAT -o FILE`" + ` writes each of them, and a list on the site answers in each whose suffix is put behind its address. All hold the same incidents, say the
moment they were asked about (as of), and carry the licence CC BY 4.0. The same record and the same as-of give the same bytes. What names a confidential source is in none.

| format | suffix | media type | what it is |
|---|---|---|---|
`)
	for _, f := range Formats() {
		fmt.Fprintf(&b, "| `%s` | `.%s` | %s | %s |\n", f.Name, f.Suffix, f.MediaType, f.Summary)
	}
	b.WriteString(`
## Rules for all of them

- **Empty is not unknown, and unknown is not no.** An empty cell or an absent field was not asked. ` + "`unknown`" + ` was asked without an answer.
- **A missing end is not an end.** ` + "`end_state`" + ` says ended, ongoing or unknown; ` + "`days_known`" + ` is false when an end is missing, and such durations must not be added up.
- **One entry is one incident, not one instance.** How many shutdowns that makes is for a counting rule to say: see counting.md.
- **A place is a fact or it is words.** Codes are given where the resolver is sure or a person chose them; the words of the source are always there.
- **Withdrawn and merged incidents** are left out unless asked for (` + "`--withdrawn`" + `, ` + "`state=`" + `); then they say why.
- **An export of a past day** (` + "`--as-of`" + `) has what the record said then, without what is confidential today.

## Notes on single formats

- **csv** and **stop-…**: RFC 4180, UTF-8, lines end in LF, several values joined by "; ". A cell that starts with = + - @, a tab or a carriage return has an apostrophe put before
  it, so that no spreadsheet program runs it; our importer takes it away again. ` + "`--bom`" + ` adds a byte-order mark.
- **json**: ` + "`{\"meta\":…, \"incidents\":[…], \"total\":n}`" + `; **ndjson**: the object ` + "`{\"meta\":…}`" + ` and then one incident a line. Both hold the whole incident: episodes, places, claims
  with their sources, original rows. Names are stable: some are added, none are renamed.
- **geojson**: RFC 7946, a MultiPoint for each incident with the middle of each affected region or country, to a tenth of a degree. ` + "`place_precision`" + ` is region, country or none.
  Points are never finer: sources may be at risk.
- **xlsx**: sheets README, incidents and codebook; from right to left in Arabic. A text longer than a cell may be (32,767 units) is cut and ends in "[…]"; a sheet holds 1,048,575
  incidents.
- **parquet**: lists are lists, numbers are numbers; licence, as-of and citation stand in the file's key-value metadata; zstd.
- **sqlite**: the tables meta, codebook, incidents, episodes, places, services, perpetrators, sources, claims, rows and cells. It is made in a temporary folder, since SQLite
  writes no stream.
- **atom**: RFC 4287. An incident's id (urn:uuid) is the same on every site and for ever; ` + "`updated`" + ` is when its newest revision was recorded, and a correction says what changed and why.
- **jsonfeed**: JSON Feed 1.1 with the same ids; ` + "`" + `date_modified` + "`" + ` is Atom's ` + "`" + `updated` + "`" + `. On the site (` + "`" + `.atom` + "`" + `, ` + "`" + `.feed.json` + "`" + `) a feed has what changed last first, a hundred entries, and a link to the next page (RFC 5005); what was withdrawn or merged stays in it and says so.
- **stop-2016**, **stop-2019**, **stop-2020**, **stop-2025**: STOP's own layouts, column for column. A cell stands as published unless what it says has changed since.

## As a ZIP

Where the name behind ` + "`-o`" + ` ends in .zip, the data travel with what a person needs who has nothing else: ` + "`README.txt`" + ` and ` + "`codebook.csv`" + ` in the language of ` + "`--lang`" + `, ` + "`LICENCE.txt`" + `,
` + "`CITATION.cff`" + `, ` + "`datapackage.json`" + ` (Data Package 2.0, with the type, meaning and codes of every column of a CSV and the hash of the file), ` + "`report-offline.html`" + `, the form that seals a
report without a network, byte for byte that of the site, and ` + "`key.asc`" + `, where the data folder has the campaign's keys; and ` + "`MANIFEST.txt`" + `, which ` + "`keepiton verify FILE.zip`" + ` and
` + "`sha256sum -c`" + ` check, signed with ` + "`--sign`" + `. A bare file stays what it is: a program that reads CSV wants nothing beside it. The whole site as a ZIP is in static-copy.md.

## Columns of csv, xlsx, parquet and the table incidents

A name in the third column is the field of the incident it comes from: what that means, with an example, stands in the codebook of the site, of the API
(` + "`/api/v1/codebook`" + `) and of the workbook, in seven languages.

| column | type | what it is | codes |
|---|---|---|---|
`)
	for _, c := range Columns() {
		meaning, codes := c.Help, ""
		if f, ok := keepiton.FieldByName(c.Field); ok {
			if meaning = "`" + f.Name + "`"; c.Help != "" {
				meaning += ": " + c.Help
			}
			var list []string
			for _, t := range c.codes(f) {
				list = append(list, t.Code)
			}
			codes = strings.Join(list, ", ")
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.Name, c.Type(), meaning, codes)
	}
	return b.String()
}

func TestEveryFormatAndColumnIsDocumented(t *testing.T) {
	want := formatsDoc()
	if *update {
		if err := os.WriteFile(formatsFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(formatsFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the lists say: go test ./export -run Documented -update", formatsFile)
	}
}
