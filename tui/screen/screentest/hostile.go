package screentest

import (
	"context"
	"math/rand/v2"
	"reflect"
	"strings"

	"gatehouse/core"
)

// Fragments are what hostile text is made of: sequences that drive a terminal, controls in both forms, characters that
// reorder or hide, and bytes that are no text (trust-C1).
var Fragments = []string{
	"\x1b", "\x1b[2J", "\x1b[31m", "\x1b[8m", "\x1b[6n", "\x1b[?1049h", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x1b]8;;http://x",
	"\x1b]52;c;ZXZpbA==\x07", "\x1bP$q\x1b\\", "\x1b_apc\x1b\\", "\x1b^pm", "\x1bXsos", "\x1bc", "\x05", "\x07", "\x08", "\t", "\n",
	"\r", "\x0e", "\x1f", "\x7f", "\u0085", "\u0090", "\u009b31m", "\u009d0;x", "\x9b31m", "\x9d", "\xff\xfe", "\xc3", "\xed\xa0\x80", "\xc0\x9b",
	"\u061c", "\u200e", "\u202a", "\u202e", "\u2066", "\u2069", "\u2028", "\u2029", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f",
	"\u115f", "\u3164", "\uffa0", "\ufe0f", "\ufff9", "\uffff", "\U000e0001", "\U000e0041", "\U000e0100", "e\u0301\u0301\u0301\u0301\u0301\u0301",
	"👩\u200d👩\u200d👧", "🇩", "日本",
}

// keptTexts are fields that records are found by; damage there is for the checks of the store.
var keptTexts = map[string]bool{
	"Key": true, "Hash": true, "Previous": true, "Fingerprint": true, "ID": true, "RoleID": true, "Screen": true, "Template": true,
	"Type": true, "Linked": true, "Roles": true, "Address": true,
}

// Hostile puts hostile fragments into every free text of every record, past all rules, as a damaged file could hold
// them. Every text keeps its beginning.
func (h *House) Hostile(rng *rand.Rand) {
	h.t.Helper()
	ctx := context.Background()
	type change struct{ method, rec reflect.Value }
	h.Must(h.Store().Update(ctx, func(tx core.Tx) error {
		var changes []change
		tables := reflect.TypeFor[core.Tx]()
		for i := range tables.NumMethod() {
			m := tables.Method(i)
			if m.Type.NumIn() != 0 || m.Type.NumOut() != 1 {
				continue
			}
			scan, ok := m.Type.Out(0).MethodByName("Scan")
			if !ok {
				continue
			}
			table := reflect.ValueOf(tx).MethodByName(m.Name).Call(nil)[0]
			each := reflect.MakeFunc(scan.Type.In(1), func(in []reflect.Value) []reflect.Value {
				rec := reflect.New(in[0].Type())
				rec.Elem().Set(in[0])
				changes = append(changes, change{table.MethodByName("Put"), rec})
				return []reflect.Value{reflect.ValueOf(true), reflect.Zero(reflect.TypeFor[error]())}
			})
			table.MethodByName("Scan").Call([]reflect.Value{reflect.ValueOf(core.Scan{}), each})
		}
		for _, c := range changes {
			if c.rec.Elem().Type() == reflect.TypeFor[core.SavedFilter]() {
				continue // its name is its key
			}
			damage(rng, c.rec.Elem())
			if err, _ := c.method.Call([]reflect.Value{c.rec.Elem()})[0].Interface().(error); err != nil {
				return err
			}
		}
		return nil
	}))
}

// damage mixes fragments into the texts of a record. What pointers and lists lead to is copied first.
func damage(rng *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			own := reflect.New(v.Type().Elem())
			own.Elem().Set(v.Elem())
			damage(rng, own.Elem())
			v.Set(own)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !keptTexts[f.Name] {
				damage(rng, v.Field(i))
			}
		}
	case reflect.Slice:
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		for i := range own.Len() {
			damage(rng, own.Index(i))
		}
		if v.Len() > 0 {
			v.Set(own)
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(Mixed(rng, v.String()))
		}
	default: // numbers hold no text
	}
}

// Mixed puts up to four fragments into a text, and one at its end.
func Mixed(rng *rand.Rand, s string) string {
	var b strings.Builder
	b.WriteString(s)
	for range 1 + rng.IntN(4) {
		b.WriteString(" x" + Fragments[rng.IntN(len(Fragments))])
	}
	return b.String()
}
