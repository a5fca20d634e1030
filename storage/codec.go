package storage

import (
	"bytes"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// valueVersion is the first byte of every stored record and row. Behind it comes CBOR in its core deterministic form,
// a map from field numbers: a field may be renamed, a new one added, and an unknown one is skipped.
const valueVersion byte = 1

var (
	encMode cbor.UserBufferEncMode
	decMode cbor.DecMode
)

func init() {
	var err error
	if encMode, err = cbor.CoreDetEncOptions().UserBufferEncMode(); err != nil {
		panic(err) // the options are constant
	}
	// Texts passed the gates of core; a text that is not UTF-8 must not make a whole record unreadable.
	decMode, err = cbor.DecOptions{UTF8: cbor.UTF8DecodeInvalid}.DecMode()
	if err != nil {
		panic(err)
	}
}

// encode appends the stored form of v, a pointer to a record.
func encode(b *bytes.Buffer, v any) error {
	b.WriteByte(valueVersion)
	return encMode.MarshalToBuffer(v, b)
}

// decode reads the stored form into v, a pointer to a zero record.
func decode(value []byte, v any) error {
	if len(value) == 0 || value[0] != valueVersion {
		return fmt.Errorf("a record has no known version byte: % x", value[:min(len(value), 1)])
	}
	return decMode.Unmarshal(value[1:], v)
}
