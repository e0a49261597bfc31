package web

import (
	"cmp"
	"slices"
	"strings"

	"keepiton"
	"keepiton/count"
	"keepiton/geo"
	"keepiton/locale"
	"keepiton/store"
)

// incidentsPage is the list with its filter.
type incidentsPage struct {
	frame
	Q          string
	Total      int
	Items      []item
	Chips      []chip
	First      []picker
	More       []picker
	MoreActive bool
	Sorts      []option
	Prev, Next string
	Sentence   string
	MapHref    string  // the same selection as a map
	ListHref   string  // and as a list
	Map        drawing // on the map's page
	Countries  []tally
}

// listLimit keeps a page of the list within its weight. A copy on a stick has no
// line to spare, but every file takes room: copyLimit.
const (
	listLimit = 20
	copyLimit = 100
)

func (s *Server) incidents(v *visit) (*answer, error) {
	q, err := selection(v)
	if err != nil {
		return nil, err
	}
	if v.suffix != "" {
		return s.listForm(v, q, "keepiton-incidents")
	}
	most := listLimit
	if s.opt.Copy {
		most = copyLimit
	}
	if q.Limit == 0 || q.Limit > most {
		q.Limit = most
	}
	page := &incidentsPage{frame: s.frame(v, "incidents"), Q: q.Text, Chips: chips(v)}
	if page.MapHref, page.ListHref = v.with("view", "map"), v.with("view"); v.get("view") != "" {
		return s.incidentsMap(v, page, q)
	}
	list, err := s.opt.Record.List(v.ctx, q)
	if err != nil {
		return nil, err
	}
	page.Total = list.Total
	for i := range list.Items {
		page.Items = append(page.Items, v.newItem(public(&list.Items[i])))
	}
	if list.Next != "" {
		page.Next = v.with("cursor", list.Next)
	}
	if list.Prev != "" {
		page.Prev = v.with("cursor", list.Prev)
	}
	if err := s.filterForm(v, page, q); err != nil {
		return nil, err
	}
	page.exported(listForms...)
	page.Title = v.listTitle(page.Title)
	page.Sentence = v.p.N("page.incidents.sentence", list.Total)
	return s.html("incidents", page), nil
}

// incidentsMap shows a selection as a map with a list of countries beside it.
func (s *Server) incidentsMap(v *visit, page *incidentsPage, q store.Query) (*answer, error) {
	counts, dark, total, err := s.places(v, q)
	if err != nil {
		return nil, err
	}
	for cc, n := range counts {
		page.Countries = append(page.Countries, tally{Key: cc, Label: page.Country(cc), N: n, Href: address(v.p.Lang().Tag, v.path, v.narrowed("country", cc))})
	}
	lang := v.p.Lang().Tag
	slices.SortStableFunc(page.Countries, func(a, b tally) int { return cmp.Or(b.N-a.N, locale.Compare(lang, a.Label, b.Label)) })
	page.Title = v.listTitle(page.Title)
	page.Sentence = v.p.N("page.incidents.sentence", total)
	page.Map = draw(v.worldFigure(page.Title, counts, dark))
	return s.html("map", page), nil
}

// filterForm fills the filter form of the list.
func (s *Server) filterForm(v *visit, page *incidentsPage, q store.Query) error {
	ix, err := s.index(v)
	if err != nil {
		return err
	}
	page.First, page.More = pickers(v, ix.countries, ix.years)
	page.MoreActive = slices.ContainsFunc(page.More, func(p picker) bool { return p.Active })
	for _, o := range sorts {
		name := string(o)
		if name == "" {
			name = "newest"
		}
		page.Sorts = append(page.Sorts, option{string(o), v.p.T("page.sort." + name), o == q.Sort})
	}
	return nil
}

// listTitle names the selection, so that a bookmark says what it holds.
func (v *visit) listTitle(plain string) string {
	var parts []string
	for _, c := range chips(v) {
		parts = append(parts, v.p.Apart(c.Value))
	}
	if len(parts) == 0 {
		return plain
	}
	return plain + ": " + strings.Join(parts, v.p.T("page.comma"))
}

// recordIndex is what the filter form offers.
type recordIndex struct {
	countries []string
	years     []int // newest first
}

// indexKey names a state of the record.
type indexKey struct {
	version uint64
	asOf    int64
	day     int64
}

// keptIndexes bounds the memory for indexes of past days.
const keptIndexes = 32

// index lists the countries and years that the record has, countries by name
// in the visit's language. Counting a large record takes longer than a list
// may, so that the answer is kept as long as the record stays the same.
func (s *Server) index(v *visit) (recordIndex, error) {
	version, err := s.recordVersion(v.ctx, s.opt.Now())
	if err != nil {
		return recordIndex{}, err
	}
	key := indexKey{version, v.asOf.Unix(), v.today.Unix()}
	s.indexing.Lock()
	ix, ok := s.indexes[key]
	s.indexing.Unlock()
	if !ok {
		if ix, err = s.readIndex(v); err != nil {
			return recordIndex{}, err
		}
		s.indexing.Lock()
		if s.indexes == nil || len(s.indexes) >= keptIndexes {
			s.indexes = map[indexKey]recordIndex{}
		}
		s.indexes[key] = ix
		s.indexing.Unlock()
	}
	lang := v.p.Lang().Tag
	ix.countries = slices.Clone(ix.countries)
	slices.SortStableFunc(ix.countries, func(a, b string) int { return locale.Compare(lang, geo.Name(a, lang), geo.Name(b, lang)) })
	return ix, nil
}

func (s *Server) readIndex(v *visit) (recordIndex, error) {
	rule, err := count.RuleByName(count.DefaultRule)
	if err != nil {
		return recordIndex{}, err
	}
	t, err := s.table(v, rule, "year", "cc")
	if err != nil {
		return recordIndex{}, err
	}
	var ix recordIndex
	for _, c := range v.byCountry(t, 0) {
		if _, ok := geo.ByCode(c.Key); ok {
			ix.countries = append(ix.countries, c.Key)
		}
	}
	ix.years = yearsIn(byYear(t))
	slices.Reverse(ix.years)
	return ix, nil
}

// each calls yield for every incident of the selection, page by page, as any
// reader may have it.
func (s *Server) each(v *visit, q store.Query, yield func(*keepiton.Revision) error) error {
	q.Limit, q.Cursor, q.Rows = 500, "", true
	for {
		page, err := s.opt.Record.List(v.ctx, q)
		if err != nil {
			return err
		}
		for i := range page.Items {
			rev := public(&page.Items[i])
			if !v.asOf.IsZero() {
				if rev, err = s.quiet(v, &page.Items[i]); err != nil {
					return err
				}
			}
			if err := yield(rev); err != nil {
				return err
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}
