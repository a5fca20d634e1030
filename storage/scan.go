package storage

import (
	"bytes"
	"errors"

	"gatehouse/core"
	"gatehouse/storage/kv"
)

var (
	errIndex  = errors.New("the table has no such index")
	errRows   = errors.New("the index has no covering rows")
	errNoText = errors.New("the index has no text to match")
)

// layoutOf gives the layout of an index of the table.
func layoutOf(i core.Index, table byte) (*layout, error) {
	if int(i) >= len(indexLayouts) || indexLayouts[i].table != table {
		return nil, errIndex
	}
	return &indexLayouts[i], nil
}

// textStart gives the offset in a key of the first text among the parts from number from on, which begin at start.
func (l *layout) textStart(from, start int) (int, error) {
	for _, form := range l.parts[from:] {
		switch form {
		case text:
			return start, nil
		case kind:
			start++
		case number:
			start += 8
		}
	}
	return 0, errNoText
}

// behind gives how many bytes stand behind the first text among the parts from number from on, or -1 when there is
// another text among them. Then the end of the text need not be looked for in every key.
func (l *layout) behind(from int) int {
	n, found := 0, false
	for _, form := range l.parts[from:] {
		switch {
		case form == text && found:
			return -1
		case form == text:
			found = true
		case !found:
		case form == kind:
			n++
		default:
			n += 8
		}
	}
	return n
}

// scan walks over a part of a collection as core.Scan says, calling hit for each entry that matches.
func (x *tx) scan(l *layout, s core.Scan, hit func(key, value []byte) (bool, error)) (core.End, error) {
	prefix, err := l.append(append(make([]byte, 0, 64), l.collection), 0, s.Prefix)
	if neverStored(err) {
		return core.End{Done: true}, nil // nothing can stand there
	} else if err != nil {
		return core.End{}, err
	}
	w := walk{scan: &s, hit: hit, in: kv.Range{Prefix: prefix, Reverse: s.Reverse}}
	if len(s.After) > 0 {
		w.in.From, err = l.append(bytes.Clone(prefix), len(s.Prefix), s.After)
		if err != nil {
			return core.End{}, err
		}
	}
	if s.Match != nil {
		if w.text, err = l.textStart(len(s.Prefix), len(prefix)); err != nil {
			return core.End{}, err
		}
		w.tail = l.behind(len(s.Prefix))
	}
	if err := x.r.Scan(w.in, w.entry); err != nil {
		return core.End{}, err
	}
	end := core.End{Done: !w.behind}
	if w.last != nil {
		if end.At, err = l.parse(len(s.Prefix), w.last[len(prefix):]); err != nil {
			return core.End{}, &fault{what: "an index holds a broken key", cause: err}
		}
	}
	return end, nil
}

// walk is the state of one scan.
type walk struct {
	scan    *core.Scan
	hit     func(key, value []byte) (bool, error)
	in      kv.Range
	text    int    // where the text to match begins in a key
	tail    int    // how many bytes stand behind it, or -1
	seen    int    // entries looked at
	last    []byte // the last of them; the engine keeps it valid until the transaction ends
	stopped bool   // no more entries are wanted
	behind  bool   // there is one behind the last
}

func (w *walk) entry(key, value []byte) (bool, error) {
	if w.stopped {
		w.behind = true
		return false, nil
	}
	if w.seen == 0 && len(key) == len(w.in.From) && bytes.Equal(key, w.in.From) {
		return true, nil // After is exclusive
	}
	w.last = key
	w.seen++
	if w.seen == w.scan.Limit {
		w.stopped = true
	}
	if w.scan.Match != nil {
		rest := key[min(w.text, len(key)):]
		n := len(rest) - 1 - w.tail
		if w.tail < 0 {
			n = bytes.IndexByte(rest, 0)
		}
		if n < 0 || rest[n] != 0 {
			return false, &fault{what: "an index holds a broken key", cause: errShape}
		}
		if !w.scan.Match(rest[:n]) {
			return true, nil
		}
	}
	more, err := w.hit(key, value)
	if !more {
		w.stopped = true
	}
	return err == nil, err
}

// scanRows walks over a covering index of a table. Rows are read by hand where that is possible.
func scanRows[Row any](x *tx, table byte, s core.Scan, byHand func([]byte, *Row) bool, fn func(Row) (bool, error)) (core.End, error) {
	l, err := layoutOf(s.Index, table)
	if err == nil && !l.covers {
		err = errRows
	}
	if err != nil {
		return core.End{}, err
	}
	return x.scan(l, s, func(_, value []byte) (bool, error) {
		var row Row
		if err := read(value, &row, byHand); err != nil {
			return false, &fault{what: "a row of an index cannot be read", cause: err}
		}
		return fn(row)
	})
}

// read reads a stored value by hand, or else with the codec. byHand may be nil.
func read[R any](value []byte, record *R, byHand func([]byte, *R) bool) error {
	if byHand != nil {
		if byHand(value, record) {
			return nil
		}
		var unset R
		*record = unset
	}
	return decode(value, record)
}

type accounts struct {
	table[core.AccountID, core.Account]
}

// ScanRows implements core.Accounts.
func (t accounts) ScanRows(s core.Scan, fn func(core.AccountRow) (bool, error)) (core.End, error) {
	return scanRows(t.tx, colAccounts, s, plainAccountRow, fn)
}

type organizations struct {
	table[core.OrganizationID, core.Organization]
}

// ScanRows implements core.Organizations.
func (t organizations) ScanRows(s core.Scan, fn func(core.OrganizationRow) (bool, error)) (core.End, error) {
	return scanRows(t.tx, colOrganizations, s, plainOrganizationRow, fn)
}

type projects struct {
	table[core.ProjectID, core.Project]
}

// ScanRows implements core.Projects.
func (t projects) ScanRows(s core.Scan, fn func(core.ProjectRow) (bool, error)) (core.End, error) {
	return scanRows(t.tx, colProjects, s, plainProjectRow, fn)
}
