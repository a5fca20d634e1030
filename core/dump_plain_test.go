package core

import (
	"bytes"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"gatehouse/core/suite"
)

// plainAgrees compares reading in one pass with reading by encoding/json, on lines as they are written and on changed
// ones: what the quick reader takes, the other takes too, and reads the same (X3).
func plainAgrees[R any](t *testing.T) {
	t.Helper()
	took := 0
	// Mostly what records hold, so that many lines are plain, and now and then anything.
	tame := rapid.MakeCustom[R](rapid.MakeConfig{
		Types: map[reflect.Type]*rapid.Generator[any]{
			reflect.TypeFor[Moment](): rapid.Map(rapid.Int64Range(-1<<20, 1<<34), func(n int64) any { return Moment(n) }),
			reflect.TypeFor[Length](): rapid.Map(rapid.Int64Range(0, 100), func(n int64) any { return Length(n) }),
			reflect.TypeFor[Kind]():   rapid.Map(rapid.IntRange(0, int(KindTemplate)), func(n int) any { return Kind(n) }),
		},
		Kinds: map[reflect.Kind]*rapid.Generator[any]{
			reflect.String: rapid.StringMatching(`[a-zæ語 .]{0,6}`).AsAny(),
			reflect.Uint64: rapid.Uint64Range(0, 1<<53).AsAny(),
			reflect.Int64:  rapid.Int64Range(0, 1<<53).AsAny(),
			reflect.Int:    rapid.IntRange(0, 1<<30).AsAny(),
		},
	})
	rapid.Check(t, func(rt *rapid.T) {
		from := tame
		if rapid.IntRange(0, 4).Draw(rt, "wild") == 4 {
			from = rapid.Make[R]()
		}
		rec := from.Draw(rt, "record")
		var out bytes.Buffer
		if err := writeRecord(&out, "x", rec); err != nil {
			rt.Skip("a value that has no JSON")
		}
		line := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
		if rapid.Bool().Draw(rt, "changed") {
			at := rapid.IntRange(len(linePrefix("x")), len(line)-1).Draw(rt, "at")
			switch rapid.IntRange(0, 2).Draw(rt, "how") {
			case 0:
				line = line[:at]
			case 1:
				line[at] = rapid.Byte().Draw(rt, "byte")
			default:
				line = append(line[:at:at], append([]byte{rapid.SampledFrom([]byte(` ,"0-{}[]Z`)).Draw(rt, "more")}, line[at:]...)...)
			}
		}
		rest := line[len(linePrefix("x")):]
		var quick, slow R
		if !readPlain(rest, &quick) {
			return
		}
		took++
		if rest[0] == ',' {
			rest = rest[1:]
		}
		if err := readJSON(append([]byte{'{'}, rest...), &slow); err != nil {
			rt.Fatalf("%s: taken, but %v", line, err)
		}
		var again bytes.Buffer
		if err := writeRecord(&again, "x", slow); err != nil || sameLine(again.Bytes(), line) != nil {
			rt.Fatalf("%s: taken, but it is written as %s", line, &again)
		}
		if !reflect.DeepEqual(quick, slow) {
			rt.Fatalf("%s: read as %+v, not %+v", line, quick, slow)
		}
	})
	if took == 0 {
		t.Errorf("no line of %T was read in one pass", *new(R))
	}
}

func TestLinesReadInOnePassAreThoseOfExport(t *testing.T) {
	suite.Sequential(t)
	t.Run("account", plainAgrees[Account])
	t.Run("maintainer", plainAgrees[Maintainer])
	t.Run("organization", plainAgrees[Organization])
	t.Run("project", plainAgrees[Project])
	t.Run("membership", plainAgrees[Membership])
	t.Run("visit", plainAgrees[Visit])
	t.Run("request", plainAgrees[Request])
	t.Run("notification", plainAgrees[Notification])
	t.Run("event", plainAgrees[Event])
	t.Run("head", plainAgrees[Head])
	t.Run("attempt", plainAgrees[Attempt])
}

// TestLinesOfEveryKindAreReadInOnePass fails when a record gets a field that only the slow way reads.
func TestLinesOfEveryKindAreReadInOnePass(t *testing.T) {
	now, ref := Moment(1_800_000_000), Ref{Kind: KindProject, ID: 7}
	for _, rec := range []any{
		&Account{
			ID: 1, Version: 2, Email: "ana@acme.test", Name: "Ana Æ", State: AccountActive, Created: now,
			TOTP: &TOTP{Secret: []byte("01234567890123456789"), Enrolled: now}, Prefs: Preferences{Theme: "dark"},
		},
		&Maintainer{ID: 1, Version: 1, Name: "Partner", State: UnitActive, Created: now},
		&Organization{
			ID: 1, Version: 1, Maintainer: 1, Name: "Acme", State: UnitActive, Deciders: DecidersAnyUser, PendingHours: 72,
			MFA: MFASetting{State: MFAOff}, NewMembers: NewMembersAdmin, Created: now,
		},
		&Project{
			ID: 1, Version: 1, Organization: 1, Maintainer: 1, Name: "Atlas", Template: "production", RoleSet: RoleSetStandard,
			UserLimit: 10, State: ProjectActive, Created: now, Expires: now,
		},
		&Membership{Unit: ref, Account: 3, Version: 1, Since: now, Origin: OriginAdded, Roles: []string{RoleAdmin, RoleDefault}},
		&Request{
			ID: 1, Version: 1, Project: 7, Organization: 1, Requester: 3, Reason: "INC-41: why", Asked: Term{For: 240}, Filed: now,
			Lapses: now, State: RequestPending,
		},
		&Visit{
			ID: 1, Version: 1, Unit: ref, Account: 3, Role: RoleProjectAdmin, State: VisitActive, Started: now, Ends: now, Reason: "INC",
			Asked: Term{Until: now}, Approver: 4, Extensions: []RequestID{1, 2},
		},
		&Notification{ID: 1, Version: 1, Recipient: 3, Event: NoticeRequestFiled, Subjects: []Ref{ref}, Subject: "a", Created: now, Mail: Mail{State: MailOff}},
		&Event{
			Action: "a.b", Chain: ref, Changes: []Change{{Field: "state", Subject: &ref}}, Hash: "h", Origin: "local", Outcome: OutcomeDone,
			Previous: "p", Sequence: 1, Subjects: []Ref{ref}, Time: now,
		},
		&Head{Chain: ref, Sequence: 3, Hash: "h"},
	} {
		var out bytes.Buffer
		if err := writeRecord(&out, "x", rec); err != nil {
			t.Fatal(err)
		}
		line := bytes.TrimSuffix(out.Bytes(), []byte("\n"))
		got := reflect.New(reflect.TypeOf(rec).Elem())
		if !readPlain(line[len(linePrefix("x")):], got.Interface()) || !reflect.DeepEqual(got.Interface(), rec) {
			t.Errorf("%s is not read in one pass", line)
		}
	}
}
