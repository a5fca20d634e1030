package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"gatehouse/core"
)

// This file is the layout of every key. A key is a collection byte and parts behind it, each written so that keys
// order by their parts: a number as 8 bytes big-endian (moments are numbers), a kind or rank as 1 byte, a text as its
// bytes and a zero byte. Names and e-mail addresses are folded by core.Fold. Values of records and covering rows are
// described in codec.go; entries of the other indexes have no value.
//
//	01 meta       name text                            → "format": gatehouse, "schema": number, "settings": Settings
//	02 numbers    kind                                 → the last number given out
//	03 counters   counter (1 byte), scope kind, number → the count; an absent one is zero
//	04 due        moment, rank, primary key            → nothing; ranks 1 accounts 2 projects 3 visits 4 requests
//	                                                     5 invitations 6 memberships 7 organizations 8 attempts
//	                                                     9 undos (SW2)
//
//	records by primary key
//	10 accounts      number           11 codes          hash text      12 maintainers   number
//	13 organizations number           14 projects       number         15 memberships   unit kind, unit, account
//	16 visits        number           17 requests       number         18 invitations   number
//	19 roles         organization, id text                             1a grants        project, role id text, level text
//	1b notifications number           1c events         chain kind, chain, sequence
//	1d heads         chain kind, chain                                 1e attempts      key text
//	1f keys          fingerprint text 20 billings       organization   21 tickets       number
//	22 comments      ticket, number   23 buckets        number         24 links         number
//	25 undos         account, number  26 saved filters  account, screen text, name text
//	27 mailings      address text
//
//	indexes, see the table below: 40 to 8f
const (
	colMeta     byte = 0x01
	colNumbers  byte = 0x02
	colCounters byte = 0x03
	colDue      byte = 0x04

	colAccounts      byte = 0x10
	colCodes         byte = 0x11
	colMaintainers   byte = 0x12
	colOrganizations byte = 0x13
	colProjects      byte = 0x14
	colMemberships   byte = 0x15
	colVisits        byte = 0x16
	colRequests      byte = 0x17
	colInvitations   byte = 0x18
	colRoles         byte = 0x19
	colGrants        byte = 0x1a
	colNotifications byte = 0x1b
	colEvents        byte = 0x1c
	colHeads         byte = 0x1d
	colAttempts      byte = 0x1e
	colKeys          byte = 0x1f
	colBillings      byte = 0x20
	colTickets       byte = 0x21
	colComments      byte = 0x22
	colBuckets       byte = 0x23
	colLinks         byte = 0x24
	colUndos         byte = 0x25
	colSavedFilters  byte = 0x26
	colMailings      byte = 0x27

	lastRecords = colMailings // the collections of records go from colAccounts to here
)

// dense lists the collections whose keys mostly grow.
var dense = []byte{
	colAccounts, colProjects, colVisits, colRequests, colInvitations, colNotifications, colEvents,
	0x60, 0x76, // DecidedRequests, EventsByTime
}

// part is the form of one part of a key.
type part byte

const (
	number part = iota
	kind
	text
)

// Names in the meta collection.
var (
	metaFormat   = metaKey("format")
	metaSchema   = metaKey("schema")
	metaSettings = metaKey("settings")
)

func metaKey(name string) []byte { return appendText([]byte{colMeta}, name) }

func numberKey(k core.Kind) []byte { return []byte{colNumbers, byte(k)} }

func appendNumber(b []byte, n uint64) []byte { return binary.BigEndian.AppendUint64(b, n) }

func appendText(b []byte, s string) []byte { return append(append(b, s...), 0) }

func appendRef(b []byte, r core.Ref) []byte { return appendNumber(append(b, byte(r.Kind)), r.ID) }

func appendCounter(b []byte, c core.Counter, scope core.Ref) []byte {
	return appendRef(append(b, colCounters, byte(c)), scope)
}

var (
	errParts = errors.New("the key does not have the parts of this index")
	errShape = errors.New("a stored key does not have the form of its collection")
	errZero  = errors.New("a text in a key holds the byte 0")
	errLong  = errors.New("a text in a key is too long")
)

// keyTextMax bounds a text in a key, in bytes; engines take keys of 32 KiB.
const keyTextMax = 16 << 10

// keyText looks whether a text can stand in a key.
func keyText(s string) error {
	switch {
	case len(s) > keyTextMax:
		return errLong
	case strings.IndexByte(s, 0) >= 0:
		return errZero
	}
	return nil
}

// neverStored reports whether a key cannot be that of any record, because of the text that somebody asked for.
func neverStored(err error) bool { return errors.Is(err, errZero) || errors.Is(err, errLong) }

// append writes the leading parts of a key, beginning with part number from.
func (l *layout) append(b []byte, from int, key core.Key) ([]byte, error) {
	if from+len(key) > len(l.parts) {
		return nil, errParts
	}
	for i, p := range key {
		switch form := l.parts[from+i]; {
		case p.IsText != (form == text):
			return nil, errParts
		case form == text:
			if err := keyText(p.Text); err != nil {
				return nil, err
			}
			b = appendText(b, p.Text)
		case form == kind:
			if p.Num > 0xff {
				return nil, errParts
			}
			b = append(b, byte(p.Num))
		default:
			b = appendNumber(b, p.Num)
		}
	}
	return b, nil
}

// cut gives the length of the part of the given form that b begins with, or -1.
func cut(form part, b []byte) int {
	n := 8
	switch form {
	case kind:
		n = 1
	case text:
		n = bytes.IndexByte(b, 0) + 1
	case number:
	}
	if n == 0 || n > len(b) {
		return -1
	}
	return n
}

// parse reads the parts from number from on; b begins with them and holds nothing else.
func (l *layout) parse(from int, b []byte) (core.Key, error) {
	key := make(core.Key, 0, len(l.parts)-from)
	for _, form := range l.parts[from:] {
		n := cut(form, b)
		if n < 0 {
			return nil, errShape
		}
		switch form {
		case text:
			key = append(key, core.Text(string(b[:n-1])))
		case kind:
			key = append(key, core.Part{Num: uint64(b[0])})
		case number:
			key = append(key, core.Part{Num: binary.BigEndian.Uint64(b)})
		}
		b = b[n:]
	}
	if len(b) > 0 {
		return nil, errShape
	}
	return key, nil
}

// maxParts is the most parts that any key has.
const maxParts = 6

// recordKey appends to b the whole primary key of the record that an index entry leads to.
func (l *layout) recordKey(b, entry []byte) ([]byte, error) {
	var starts [maxParts + 1]int
	at := 1
	for i, form := range l.parts {
		starts[i] = at
		n := cut(form, entry[min(at, len(entry)):])
		if n < 0 {
			return nil, errShape
		}
		at += n
	}
	if at != len(entry) {
		return nil, errShape
	}
	starts[len(l.parts)] = at
	b = append(b, l.table)
	for _, i := range l.record {
		b = append(b, entry[starts[i]:starts[i+1]]...)
	}
	return b, nil
}

// refAt reads a kind and a number.
func refAt(b []byte) (core.Ref, bool) {
	if len(b) < 9 {
		return core.Ref{}, false
	}
	return core.Ref{Kind: core.Kind(b[0]), ID: binary.BigEndian.Uint64(b[1:])}, true
}

// describe writes a key for people: the name of its collection and its parts.
func describe(key []byte) string {
	if len(key) == 0 {
		return "an empty key"
	}
	l, ok := layoutAt(key[0])
	if !ok {
		return fmt.Sprintf("the key % x", key)
	}
	parts, err := l.parse(0, key[1:])
	if err != nil {
		return fmt.Sprintf("the broken key % x of %s", key, l.name)
	}
	var b strings.Builder
	b.WriteString(l.name)
	for _, p := range parts {
		if p.IsText {
			fmt.Fprintf(&b, " %q", p.Text)
		} else {
			fmt.Fprintf(&b, " %d", p.Num)
		}
	}
	return b.String()
}
