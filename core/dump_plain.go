package core

import (
	"encoding"
	"encoding/base64"
	"reflect"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// A dump has millions of lines, and reading each with encoding/json and writing it again to compare took most of an
// import. A line has only one form that is right, so that form is read here in one pass: the fields in their order,
// none that should be left out, no blanks, no escapes. Anything else makes the reader give up, and readRecord takes the
// long way, which also finds the words for what is wrong. So this file can only be slower than it should be, not more
// forgiving; a test compares the two.

// plainLine reads the canonical JSON of a value.
type plainLine struct {
	b      []byte
	broken bool
}

// plainField is a field of a struct as JSON: `,"name":` as written, and whether it is left out when it is zero.
type plainField struct {
	name     string
	index    int
	optional bool
	read     plainReader
}

// plainReader reads the value of one type into v.
type plainReader func(p *plainLine, v reflect.Value)

var plainReaders sync.Map // of plainReader, by reflect.Type

// readPlain reads a record as writeRecord writes it, behind the prefix with its kind. It reports false when it gives up.
func readPlain(rest []byte, rec any) bool {
	v := reflect.ValueOf(rec).Elem()
	fields := plainFieldsOf(v.Type())
	if fields == nil {
		return false
	}
	p := plainLine{b: rest}
	p.fields(v, fields, false)
	return !p.broken && len(p.b) == 1 && p.b[0] == '}'
}

var plainStructs sync.Map // of []plainField, by reflect.Type; nil where a field cannot be read here

func plainFieldsOf(t reflect.Type) []plainField {
	if known, ok := plainStructs.Load(t); ok {
		return known.([]plainField) //nolint:forcetypeassert // nothing else is stored
	}
	fields := make([]plainField, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, tagged := strings.Cut(f.Tag.Get("json"), ",")
		read := plainReaderOf(f.Type)
		if f.Anonymous || !f.IsExported() || name == "" || name == "-" || read == nil {
			fields = nil
			break
		}
		fields = append(fields, plainField{name: `"` + name + `":`, index: i, optional: tagged && options != "", read: read})
	}
	plainStructs.Store(t, fields)
	return fields
}

// fields reads the fields of a struct; first says that none stands before them.
func (p *plainLine) fields(v reflect.Value, fields []plainField, first bool) {
	for i := range fields {
		f := &fields[i]
		at := 1
		if first {
			at = 0
		}
		if len(p.b) < at+len(f.name) || !first && p.b[0] != ',' || string(p.b[at:at+len(f.name)]) != f.name {
			if !f.optional {
				p.broken = true
				return
			}
			continue
		}
		p.b = p.b[at+len(f.name):]
		first = false
		field := v.Field(f.index)
		if f.read(p, field); p.broken || f.optional && field.IsZero() {
			p.broken = true
			return
		}
	}
}

// take skips a byte that must be there.
func (p *plainLine) take(b byte) {
	if len(p.b) == 0 || p.b[0] != b {
		p.broken = true
		return
	}
	p.b = p.b[1:]
}

// text reads a string without escapes.
func (p *plainLine) text() []byte {
	p.take('"')
	ascii := true
	for i, c := range p.b {
		switch {
		case p.broken || c < ' ' || c == '\\':
			p.broken = true
			return nil
		case c >= utf8.RuneSelf:
			ascii = false
		case c == '"':
			s := p.b[:i]
			p.b = p.b[i+1:]
			// The two line ends of Unicode are always escaped.
			if !ascii && (!utf8.Valid(s) || strings.ContainsAny(string(s), "\u2028\u2029")) {
				p.broken = true
			}
			return s
		}
	}
	p.broken = true
	return nil
}

// digits reads a number without a sign.
func (p *plainLine) digits() uint64 {
	n, i := uint64(0), 0
	for ; i < len(p.b) && p.b[i] >= '0' && p.b[i] <= '9'; i++ {
		n = n*10 + uint64(p.b[i]-'0')
	}
	if i == 0 || i > 18 || i > 1 && p.b[0] == '0' {
		p.broken = true
		return 0
	}
	p.b = p.b[i:]
	return n
}

func (p *plainLine) literal(s string) bool {
	if len(p.b) < len(s) || string(p.b[:len(s)]) != s {
		return false
	}
	p.b = p.b[len(s):]
	return true
}

var (
	momentType  = reflect.TypeFor[Moment]()
	textWriting = reflect.TypeFor[encoding.TextMarshaler]()
	bytesType   = reflect.TypeFor[[]byte]()
)

// plainReaderOf gives the reader of a type, or nil.
func plainReaderOf(t reflect.Type) plainReader {
	if known, ok := plainReaders.Load(t); ok {
		return known.(plainReader) //nolint:forcetypeassert // nothing else is stored
	}
	read := newPlainReader(t)
	plainReaders.Store(t, read)
	return read
}

func newPlainReader(t reflect.Type) plainReader {
	switch {
	case t == momentType:
		return plainMoment
	case t.Implements(textWriting):
		return plainTextOf(t)
	case t == bytesType:
		return plainBytes
	}
	switch t.Kind() {
	case reflect.String:
		return func(p *plainLine, v reflect.Value) { v.SetString(string(p.text())) }
	case reflect.Bool:
		return func(p *plainLine, v reflect.Value) {
			set := p.literal("true")
			p.broken = p.broken || !set && !p.literal("false")
			v.SetBool(set)
		}
	case reflect.Uint64:
		return func(p *plainLine, v reflect.Value) { v.SetUint(p.digits()) }
	case reflect.Int, reflect.Int64:
		return func(p *plainLine, v reflect.Value) { v.SetInt(int64(p.digits())) }
	case reflect.Struct:
		return plainStruct(t)
	case reflect.Pointer:
		return plainPointer(t)
	case reflect.Slice:
		return plainList(t)
	default:
		return nil
	}
}

// plainTextOf reads what writes itself as text, and compares it with how it writes itself.
func plainTextOf(t reflect.Type) plainReader {
	if !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return nil
	}
	return func(p *plainLine, v reflect.Value) {
		s := p.text()
		into, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
		if p.broken || !ok || into.UnmarshalText(s) != nil {
			p.broken = true
			return
		}
		from, ok := v.Interface().(encoding.TextMarshaler)
		if !ok {
			p.broken = true
			return
		}
		again, err := from.MarshalText()
		p.broken = p.broken || err != nil || string(again) != string(s)
	}
}

// plainMoment reads "2026-11-21T20:56:31Z".
func plainMoment(p *plainLine, v reflect.Value) {
	s := p.text()
	if p.broken || len(s) == 0 {
		v.SetInt(0)
		return
	}
	// Export writes whole seconds in UTC, so only that is plain; 1970-01-01T00:00:00Z would be no moment.
	t, err := time.Parse(time.RFC3339, string(s))
	if err != nil || len(s) != len("2006-01-02T15:04:05Z") || s[len(s)-1] != 'Z' || t.Unix() == 0 {
		p.broken = true
		return
	}
	v.SetInt(t.Unix())
}

// plainBytes reads base64.
func plainBytes(p *plainLine, v reflect.Value) {
	s := p.text()
	b, err := base64.StdEncoding.Strict().DecodeString(string(s))
	if p.broken = p.broken || err != nil || len(b) == 0; !p.broken {
		v.SetBytes(b)
	}
}

func plainStruct(t reflect.Type) plainReader {
	fields := plainFieldsOf(t)
	if fields == nil {
		return nil
	}
	return func(p *plainLine, v reflect.Value) {
		p.take('{')
		if !p.broken {
			p.fields(v, fields, true)
		}
		p.take('}')
	}
}

func plainPointer(t reflect.Type) plainReader {
	read := plainReaderOf(t.Elem())
	if read == nil || t.Elem().Kind() != reflect.Struct {
		return nil
	}
	return func(p *plainLine, v reflect.Value) {
		into := reflect.New(t.Elem())
		read(p, into.Elem())
		v.Set(into)
	}
}

// plainList reads a list of one value or more.
func plainList(t reflect.Type) plainReader {
	read := plainReaderOf(t.Elem())
	if read == nil {
		return nil
	}
	return func(p *plainLine, v reflect.Value) {
		p.take('[')
		for !p.broken {
			v.Grow(1)
			n := v.Len()
			v.SetLen(n + 1)
			v.Index(n).SetZero()
			if read(p, v.Index(n)); p.broken || p.literal("]") {
				return
			}
			p.take(',')
		}
	}
}
