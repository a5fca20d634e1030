package storage

import (
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"gatehouse/core"
)

// agree compares reading by hand with the codec on any value of a kind, whole or damaged. Reading by hand may give
// up, but what it reads is what the codec reads.
func agree[R any](t *testing.T, byHand func([]byte, *R) bool) {
	t.Helper()
	rapid.Check(t, func(rt *rapid.T) {
		record := rapid.Make[R]().Draw(rt, "record")
		var b bytes.Buffer
		if err := encode(&b, &record); err != nil {
			rt.Fatal(err)
		}
		value := b.Bytes()
		if rapid.Bool().Draw(rt, "damaged") {
			at := rapid.IntRange(0, len(value)-1).Draw(rt, "at")
			if rapid.Bool().Draw(rt, "cut") {
				value = value[:at]
			} else {
				value[at] = rapid.Byte().Draw(rt, "byte")
			}
		}
		var mine, theirs R
		if !byHand(value, &mine) {
			return
		}
		if err := decode(value, &theirs); err != nil || !reflect.DeepEqual(mine, theirs) {
			rt.Fatalf("% x: by hand %+v, codec %+v, %v", value, mine, theirs, err)
		}
	})
}

func TestByHandAgreesWithTheCodec(t *testing.T) {
	t.Run("account row", func(t *testing.T) { agree(t, plainAccountRow) })
	t.Run("organization row", func(t *testing.T) { agree(t, plainOrganizationRow) })
	t.Run("project row", func(t *testing.T) { agree(t, plainProjectRow) })
	t.Run("project", func(t *testing.T) { agree(t, plainProject) })
	t.Run("account", func(t *testing.T) { agree(t, plainAccount) })
	t.Run("organization", func(t *testing.T) { agree(t, plainOrganization) })
	t.Run("membership", func(t *testing.T) { agree(t, plainMembership) })
	t.Run("request", func(t *testing.T) { agree(t, plainRequest) })
	t.Run("notification", func(t *testing.T) { agree(t, plainNotification) })
}

// full sets every field that is plain.
func full[R any](t *testing.T) R {
	t.Helper()
	var record R
	fill(t, reflect.ValueOf(&record).Elem())
	return record
}

func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("some text")
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int, reflect.Int64:
			f.SetInt(-1 << 40)
		case reflect.Uint64:
			f.SetUint(1 << 63)
		case reflect.Uint8:
			f.SetUint(200)
		case reflect.Struct:
			fill(t, f)
		case reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 2, 2))
		case reflect.Pointer:
		default:
			t.Fatalf("field %s is of a kind that this test does not know", v.Type().Field(i).Name)
		}
	}
}

func readByHand[R any](t *testing.T, byHand func([]byte, *R) bool) {
	t.Helper()
	record := full[R](t)
	var b bytes.Buffer
	if err := encode(&b, &record); err != nil {
		t.Fatal(err)
	}
	var got R
	if !byHand(b.Bytes(), &got) || !reflect.DeepEqual(got, record) {
		t.Errorf("a field of %T is not read by hand, and lists become slow: %+v", record, got)
	}
}

// TestByHandKnowsEveryField fails when a row gets a field that only the slow way reads.
func TestByHandKnowsEveryField(t *testing.T) {
	readByHand(t, plainAccountRow)
	readByHand(t, plainOrganizationRow)
	readByHand(t, plainProjectRow)
	readByHand(t, plainProject)
	readByHand(t, plainAccount)
	readByHand(t, plainOrganization)
	readByHand(t, plainMembership)
	readByHand(t, plainRequest)
	readByHand(t, plainNotification)
	var b bytes.Buffer
	disabled := core.Project{ID: 1, Disabled: &core.Disabled{Reason: "repairs", By: 2}}
	if err := encode(&b, &disabled); err != nil {
		t.Fatal(err)
	}
	var got core.Project
	if err := read(b.Bytes(), &got, plainProject); err != nil || !reflect.DeepEqual(got, disabled) {
		t.Errorf("a disabled project is read as %+v, %v", got, err)
	}
}
