package core

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// A dump is a house as JSON lines (X1): one object per line that begins with its kind. The first line is the house, the
// last one the end mark; between them stand the records by kind in the order of dumpKinds, within a kind in the order
// of their keys, so that a record comes after what it refers to. Only requests name visits that come later: a request
// leads to a visit, and a visit to the requests that prolong it.
//
// A line is written in one way only, without blanks and with the fields in the order of the records. Import refuses any
// other way, so what is imported can be exported again to the same bytes (X3).
const dumpFormat = 1

// Kinds of lines that are no records.
const (
	lineHouse = "house"
	lineEnd   = "end"
)

// dumpLineMax is how long a line may be: the event of the largest deletion fits.
const dumpLineMax = 8 << 20

// houseLine is the first line.
type houseLine struct {
	Kind     string   `json:"kind"`
	Format   int      `json:"format"`
	Counters Counters `json:"counters"` // the last numbers given out
	Settings Settings `json:"settings"`
}

// endLine is the last line: how many lines stand before it, and the SHA-256 in hex over all of them with their line
// ends.
type endLine struct {
	Kind   string `json:"kind"`
	Lines  int    `json:"lines"`
	SHA256 string `json:"sha256"`
}

// dumpKind is one kind of record in a dump.
type dumpKind struct {
	name string
	// slice encodes the next records behind after, as lines, and skips those with numbers that were given out later.
	slice func(tx Tx, after Key, last Counters, out *bytes.Buffer) (End, int, error)
	// read reads a line and gives a pointer to the record; check judges it by the rules and gives the record and its key.
	read  func(line []byte) (any, error)
	check func(c *importCheck, rec any) (any, Key)
	// inspect walks the records of a house, by the rules and by what holds between records; between says whether there
	// is such a thing for this kind.
	inspect func(c *inspection) error
	between bool
}

// dumpKinds are the kinds in the order of a dump.
var dumpKinds = []dumpKind{
	kindOf("account", func(tx Tx) Table[AccountID, Account] { return tx.Accounts() },
		func(a *Account) Key { return Key{Num(a.ID)} }, (*recordRules).account, (*inspection).account),
	kindOf("key", Tx.Keys, func(k *PublicKey) Key { return Key{Text(k.Fingerprint)} }, (*recordRules).key, nil),
	kindOf("maintainer", Tx.Maintainers, func(m *Maintainer) Key { return Key{Num(m.ID)} }, (*recordRules).maintainer, (*inspection).maintainer),
	kindOf("organization", func(tx Tx) Table[OrganizationID, Organization] { return tx.Organizations() },
		func(o *Organization) Key { return Key{Num(o.ID)} }, (*recordRules).organization, (*inspection).organization),
	kindOf("billing", Tx.Billings, func(b *Billing) Key { return Key{Num(b.Organization)} }, (*recordRules).billing, nil),
	kindOf("role", Tx.Roles, func(r *OrganizationRole) Key { return Key{Num(r.Organization), Text(r.ID)} }, (*recordRules).role, nil),
	kindOf("project", func(tx Tx) Table[ProjectID, Project] { return tx.Projects() },
		func(p *Project) Key { return Key{Num(p.ID)} }, (*recordRules).project, (*inspection).project),
	kindOf("grant", Tx.Grants, func(g *Grant) Key { return Key{Num(g.Project), Text(g.RoleID), Text(string(g.Level))} }, (*recordRules).grant, nil),
	kindOf("ticket", Tx.Tickets, func(t *Ticket) Key { return Key{Num(t.ID)} }, (*recordRules).ticket, (*inspection).ticket),
	kindOf("comment", Tx.Comments, func(m *Comment) Key { return Key{Num(m.Ticket), Num(m.N)} }, (*recordRules).comment, nil),
	kindOf("bucket", Tx.Buckets, func(b *Bucket) Key { return Key{Num(b.ID)} }, (*recordRules).bucket, (*inspection).bucket),
	kindOf("link", Tx.Links, func(l *Link) Key { return Key{Num(l.ID)} }, (*recordRules).link, (*inspection).link),
	kindOf("request", Tx.Requests, func(q *Request) Key { return Key{Num(q.ID)} }, (*recordRules).request, (*inspection).request),
	kindOf("visit", Tx.Visits, func(v *Visit) Key { return Key{Num(v.ID)} }, (*recordRules).visit, (*inspection).visit),
	kindOf("membership", Tx.Memberships, func(m *Membership) Key { return append(RefKey(m.Unit), Num(m.Account)) }, (*recordRules).membership, (*inspection).membership),
	kindOf("invitation", Tx.Invitations, func(i *Invitation) Key { return Key{Num(i.ID)} }, (*recordRules).invitation, (*inspection).invitation),
	kindOf("code", Tx.Codes, func(c *ActivationCode) Key { return Key{Text(c.Hash)} }, (*recordRules).code, nil),
	kindOf("notification", Tx.Notifications, func(n *Notification) Key { return Key{Num(n.ID)} }, (*recordRules).notification, nil),
	kindOf("saved_filter", Tx.SavedFilters, func(f *SavedFilter) Key { return Key{Num(f.Account), Text(f.Screen), Text(f.Name)} }, (*recordRules).savedFilter, nil),
	kindOf("mailing", Tx.Mailings, func(m *Mailing) Key { return Key{Text(m.Address)} }, (*recordRules).mailing, nil),
	kindOf("event", Tx.Events, func(e *Event) Key { return append(RefKey(e.Chain), Num(e.Sequence)) }, (*recordRules).event, nil),
	kindOf("head", Tx.Heads, func(h *Head) Key { return RefKey(h.Chain) }, (*recordRules).head, nil),
	kindOf("attempt", Tx.Attempts, func(a *Attempt) Key { return Key{Text(a.Key)} }, (*recordRules).attempt, nil),
	kindOf("undo", Tx.Undos, func(u *Undo) Key { return Key{Num(u.Account), Num(u.N)} }, (*recordRules).undo, nil),
}

// dumpSlice is how many records one View reads for a dump.
const dumpSlice = 500

// kindOf makes the kind of a table.
func kindOf[K comparable, R any](
	name string, table func(Tx) Table[K, R], key func(*R) Key, rule func(*recordRules, *R), between func(*inspection, *reading, *R) error,
) dumpKind {
	return dumpKind{
		name: name,
		slice: func(tx Tx, after Key, last Counters, out *bytes.Buffer) (End, int, error) {
			n := 0
			end, err := table(tx).Scan(Scan{After: after, Limit: dumpSlice}, func(rec R) (bool, error) {
				if later(key(&rec), name, last) {
					return true, nil
				}
				n++
				return true, writeRecord(out, name, rec)
			})
			return end, n, err
		},
		read: func(line []byte) (any, error) {
			rec := new(R)
			return rec, readRecord(line, name, rec)
		},
		check: func(c *importCheck, rec any) (any, Key) {
			r := rec.(*R) //nolint:forcetypeassert // read gave it
			rule(&c.rules, r)
			c.remember(r)
			return *r, key(r)
		},
		inspect: func(c *inspection) error { return inspectAll(c, name, table, key, rule, between) },
		between: between != nil,
	}
}

// later reports whether a record got its number behind the counters of the first line. Only bookkeeping can come in
// between: anything with an event makes the dump begin anew.
func later(k Key, name string, last Counters) bool {
	var kind Kind
	if kind.UnmarshalText([]byte(name)) != nil || len(k) != 1 || k[0].IsText {
		return false
	}
	return k[0].Num > last[kind]
}

// writeJSON writes a value as JSON with a line end, and without making <, > and & unreadable.
func writeJSON(out *bytes.Buffer, value any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(value)
}

// writeRecord writes a record as a line: its JSON with the kind in front.
func writeRecord(out *bytes.Buffer, name string, rec any) error {
	start := out.Len()
	if err := writeJSON(out, rec); err != nil {
		return err
	}
	body := bytes.Clone(out.Bytes()[start+1:]) // behind the brace
	out.Truncate(start)
	out.WriteString(linePrefix(name))
	if len(body) > 0 && body[0] != '}' {
		out.WriteByte(',')
	}
	out.Write(body)
	return nil
}

func linePrefix(name string) string { return `{"kind":"` + name + `"` }

// readRecord reads a line that writeRecord has written, and nothing else.
func readRecord(line []byte, name string, rec any) error {
	rest, ok := bytes.CutPrefix(line, []byte(linePrefix(name)))
	if !ok || len(rest) < 2 {
		return errors.New("it must begin with its kind")
	}
	if readPlain(rest, rec) {
		return nil
	}
	zero := reflect.ValueOf(rec).Elem()
	zero.SetZero() // what was read before it was given up
	if rest[0] == ',' {
		rest = rest[1:]
	}
	if err := readJSON(append([]byte{'{'}, rest...), rec); err != nil {
		return err
	}
	var again bytes.Buffer
	if err := writeRecord(&again, name, rec); err != nil {
		return err
	}
	return sameLine(again.Bytes(), line)
}

// readJSON reads one value with known fields only.
func readJSON(line []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return errors.New(jsonProblem(err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands behind the object")
	}
	return nil
}

// jsonProblem says in plain words what the decoder found.
func jsonProblem(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is no JSON: %s at byte %d", syntax, syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Sprintf("%s cannot be %s", kind.Field, kind.Value)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "it is no JSON: it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// sameLine compares a line with how it would be written (X3).
func sameLine(written, line []byte) error {
	written = bytes.TrimSuffix(written, []byte("\n"))
	if bytes.Equal(written, line) {
		return nil
	}
	at := 0
	for at < min(len(written), len(line)) && written[at] == line[at] {
		at++
	}
	return fmt.Errorf("from byte %d on it is not written as an export writes it", at+1)
}

// kindOfLine gives the kind that a line says it is.
func kindOfLine(line []byte) string {
	rest, ok := bytes.CutPrefix(line, []byte(`{"kind":"`))
	if !ok {
		return ""
	}
	name, _, ok := bytes.Cut(rest, []byte(`"`))
	if !ok {
		return ""
	}
	return string(name)
}
