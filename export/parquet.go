package export

import (
	"io"

	"github.com/parquet-go/parquet-go"

	"keepiton"
)

var parquetFormat = Format{
	Name: "parquet", Suffix: "parquet", MediaType: "application/vnd.apache.parquet",
	Summary: "typed columns for R, Python, DuckDB and the like",
	Write:   writeParquet,
}

// parquetGroup is a group of columns in the order of the flat layout; the
// library's own sorts them by name.
type parquetGroup struct {
	parquet.Group
	fields []parquet.Field
}

func (g parquetGroup) Fields() []parquet.Field { return g.fields }

// parquetSchema makes the schema of the flat layout: every column may be
// empty but lists, which may have no entry.
func parquetSchema() *parquet.Schema {
	group := parquet.Group{}
	for _, c := range columns {
		group[c.Name] = c.parquetNode()
	}
	byName := map[string]parquet.Field{}
	for _, f := range group.Fields() {
		byName[f.Name()] = f
	}
	ordered := parquetGroup{Group: group}
	for _, c := range columns {
		ordered.fields = append(ordered.fields, byName[c.Name])
	}
	return parquet.NewSchema("incidents", ordered)
}

func (c Column) parquetNode() parquet.Node {
	leaf := func() parquet.Node {
		switch {
		case c.whole != nil:
			return parquet.Int(32)
		case c.number != nil:
			return parquet.Leaf(parquet.DoubleType)
		case c.flag != nil:
			return parquet.Leaf(parquet.BooleanType)
		}
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	}
	if c.list != nil {
		return parquet.List(leaf())
	}
	return parquet.Optional(leaf())
}

// parquetBatch is how many rows go to the writer at once.
const parquetBatch = 512

// parquetGroupRows is how many rows make a row group: what readers skip by,
// and what bounds memory here.
const parquetGroupRows = 50000

// writeParquet writes the flat layout with typed columns, lists as lists,
// compressed with zstd, and the facts about the file as its metadata.
func writeParquet(w io.Writer, in Incidents, opt Options) error {
	m := newMeta(&opt)
	pw := parquet.NewWriter(w, parquetSchema(),
		parquet.Compression(&parquet.Zstd),
		parquet.CreatedBy("keepiton", "1", ""),
		parquet.MaxRowsPerRowGroup(parquetGroupRows),
		parquet.KeyValueMetadata("title", m.Title),
		parquet.KeyValueMetadata("publisher", m.Publisher),
		parquet.KeyValueMetadata("licence", m.Licence+" "+m.LicenceURL),
		parquet.KeyValueMetadata("as_of", m.AsOf),
		parquet.KeyValueMetadata("query", m.Query),
		parquet.KeyValueMetadata("citation", m.Citation),
		parquet.KeyValueMetadata("note", m.Note),
	)
	rows := make([]parquet.Row, 0, parquetBatch)
	flush := func() error {
		_, err := pw.WriteRows(rows)
		rows = rows[:0]
		return err
	}
	err := public(in)(func(rev *keepiton.Revision) error {
		r := newRecord(rev, &opt)
		var row parquet.Row
		if n := len(rows); n < cap(rows) {
			row = rows[:n+1][n][:0] // the memory of the batch before
		}
		for i, c := range columns {
			row = c.appendParquet(row, r, i)
		}
		if rows = append(rows, row); len(rows) < parquetBatch {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	return pw.Close()
}

// appendParquet appends the values of the column with their repetition and
// definition levels: an optional value has definition 0 or 1, a list is empty
// with 0 and has an entry with 1.
func (c Column) appendParquet(row parquet.Row, r *record, column int) parquet.Row {
	one := func(v parquet.Value, ok bool) parquet.Row {
		if !ok {
			return append(row, parquet.NullValue().Level(0, 0, column))
		}
		return append(row, v.Level(0, 1, column))
	}
	switch {
	case c.list != nil:
		values := c.list(r)
		if len(values) == 0 {
			return append(row, parquet.NullValue().Level(0, 0, column))
		}
		for i, v := range values {
			row = append(row, parquet.ByteArrayValue([]byte(v)).Level(min(i, 1), 1, column))
		}
		return row
	case c.whole != nil:
		n, ok := c.whole(r)
		return one(parquet.Int32Value(int32(n)), ok)
	case c.number != nil:
		n, ok := c.number(r)
		return one(parquet.DoubleValue(n), ok)
	case c.flag != nil:
		b, ok := c.flag(r)
		return one(parquet.BooleanValue(b), ok)
	}
	s := c.text(r)
	return one(parquet.ByteArrayValue([]byte(s)), s != "")
}
