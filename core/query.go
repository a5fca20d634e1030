package core

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/fnv"
	"slices"
	"strings"
)

// Bounds of Query.Limit.
const (
	defaultLimit = 50
	maxLimit     = 500
)

func (q Query) limit() (int, error) {
	switch {
	case q.Limit == 0:
		return defaultLimit, nil
	case q.Limit < 0 || q.Limit > maxLimit:
		return 0, invalidQuery("limit", "a number from 1 to 500")
	}
	return q.Limit, nil
}

// sortOf gives the sort that a query names; the first is the one without a name.
func (q Query) sortOf(sorts ...string) (string, error) {
	if q.Sort == "" {
		return sorts[0], nil
	}
	if !contains(sorts, q.Sort) {
		return "", invalidQuery("sort", "one of "+strings.Join(sorts, ", "))
	}
	return q.Sort, nil
}

func invalidQuery(name, allowed string) *Error {
	return refuse(ReasonInvalidValue, words{"field": name, "allowed": allowed}).field(name)
}

// A cursor is the sort key of a row: the parts behind the prefix of the index. Its text is URL-safe base64 over a
// version byte, two bytes that tell lists and sorts apart, and the parts. It names no row that the reader cannot see,
// apart from numbers, and it stays good when rows come and go.
const cursorVersion = 1

// cursorMax is how many bytes the text of a cursor may have: the longest names and a number take far less.
const cursorMax = 16 << 10

// cursorTag tells the cursors of different lists and sorts apart.
func cursorTag(list string) uint16 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(list))
	sum := h.Sum32()
	return uint16(sum>>16) ^ uint16(sum) //nolint:gosec // folded on purpose
}

func encodeCursor(list string, k Key) string {
	b := binary.BigEndian.AppendUint16([]byte{cursorVersion}, cursorTag(list))
	for _, p := range k {
		if p.IsText {
			b = append(append(append(b, 't'), p.Text...), 0)
			continue
		}
		b = binary.BigEndian.AppendUint64(append(b, 'n'), p.Num)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeCursor reads a cursor; forms are the forms of the sort keys of the list, see hasForm.
func decodeCursor(list, s string, forms []string) (Key, error) {
	bad := invalidQuery("after", "the next of a page of this list, in the same sort")
	if len(s) > cursorMax {
		return nil, bad
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 3 || b[0] != cursorVersion || binary.BigEndian.Uint16(b[1:]) != cursorTag(list) {
		return nil, bad
	}
	var k Key
	for b = b[3:]; len(b) > 0; {
		form := b[0]
		b = b[1:]
		switch {
		case form == 't':
			n := bytes.IndexByte(b, 0)
			if n < 0 {
				return nil, bad
			}
			k = append(k, Text(string(b[:n])))
			b = b[n+1:]
		case form == 'n' && len(b) >= 8:
			k = append(k, Part{Num: binary.BigEndian.Uint64(b)})
			b = b[8:]
		default:
			return nil, bad
		}
	}
	for _, form := range forms {
		if hasForm(k, form) {
			return k, nil
		}
	}
	return nil, bad
}

// hasForm reports whether the parts of a key are of a form: t a text, n a number, k the number of a kind.
func hasForm(k Key, form string) bool {
	if len(k) != len(form) {
		return false
	}
	for i, p := range k {
		if p.IsText != (form[i] == 't') || form[i] == 'k' && p.Num > 0xff {
			return false
		}
	}
	return true
}

// compareKeys orders keys as an index does: numbers by value, texts by their bytes, a shorter key first.
func compareKeys(a, b Key) int {
	return slices.CompareFunc(a, b, comparePart)
}

func comparePart(a, b Part) int {
	switch {
	case a.IsText != b.IsText:
		if a.IsText {
			return 1
		}
		return -1
	case a.IsText:
		return strings.Compare(a.Text, b.Text)
	case a.Num < b.Num:
		return -1
	case a.Num > b.Num:
		return 1
	}
	return 0
}

// beside gives the key next to k, so that walking on from it exclusively meets k: every sort key ends in a number.
func beside(k Key, reverse bool) Key {
	k = slices.Clone(k)
	last := &k[len(k)-1]
	if reverse {
		last.Num++
	} else if last.Num > 0 {
		last.Num--
	}
	return k
}
