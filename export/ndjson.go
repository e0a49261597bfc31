package export

import (
	"bufio"
	"encoding/json"
	"io"
)

var ndjsonFormat = Format{
	Name: "ndjson", Suffix: "ndjson", MediaType: "application/x-ndjson",
	Summary: "one JSON object a line: the first says what the file is, each other is an incident",
	Write:   writeNDJSON,
}

// writeNDJSON writes {"meta": …} and then the same documents as the format
// json, one a line.
func writeNDJSON(w io.Writer, in Incidents, opt Options) error {
	b := bufio.NewWriterSize(w, 64<<10)
	head, err := json.Marshal(map[string]meta{"meta": newMeta(&opt)})
	if err != nil {
		return err
	}
	b.Write(head)
	b.WriteByte('\n')
	_, err = eachDocument(in, opt, func(_ int, data []byte) error {
		b.Write(data)
		return b.WriteByte('\n')
	})
	if err != nil {
		return err
	}
	return b.Flush()
}
