package export

import (
	"encoding/json"
	"strings"

	"keepiton"
)

// cslItem is an item of the CSL-JSON schema, version 1.0.2.
type cslItem struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Title     string    `json:"title"`
	Author    []cslName `json:"author"`
	Publisher string    `json:"publisher"`
	Issued    cslDate   `json:"issued"`
	Version   string    `json:"version"`
	URL       string    `json:"URL,omitempty"`
	Keyword   string    `json:"keyword,omitempty"`
	Note      string    `json:"note"`
}

type cslName struct {
	Literal string `json:"literal"`
}

type cslDate struct {
	Parts [][]int `json:"date-parts"`
}

// csl writes an array of one item, as reference managers exchange them.
func (c citation) csl() (string, error) {
	item := cslItem{
		ID: c.key, Type: "dataset", Title: c.title, Author: []cslName{{c.publisher}}, Publisher: c.publisher,
		Issued:  cslDate{[][]int{{c.issued.Year(), int(c.issued.Month()), c.issued.Day()}}},
		Version: c.version, URL: c.url, Keyword: strings.Join(c.countries, ", "), Note: c.note,
	}
	data, err := json.MarshalIndent([]cslItem{item}, "", "  ")
	if err != nil {
		return "", keepiton.Errorf(keepiton.Internal, "cite %s: %w", c.key, err)
	}
	return string(data) + "\n", nil
}
