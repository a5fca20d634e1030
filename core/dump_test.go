package core_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gatehouse/core"
	"gatehouse/core/suite"
)

// filled makes a house with records of every kind, in many states, through use cases.
func filled(t testing.TB) *fixture {
	t.Helper()
	h := newFixture(t)
	fill(t, h)
	return h
}

func fill(t testing.TB, h *fixture) {
	t.Helper()
	h.addAccount("eve", "eve@outside.test")
	must(h.as("sam").JoinProject(ctx, h.etl, ptr(entry())))(t)
	must(h.as("ana").SetAutoJoin(ctx, h.acme, 0, false))(t)
	q1 := must(h.as("lea").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("pia").ApproveRequest(ctx, q1.ID, 0, core.Term{}))(t)
	q2 := must(h.as("max").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("pia").RejectRequest(ctx, q2.ID, 0, "Not <today> & not later"))(t)
	must(h.as("max").FileRequest(ctx, h.etl, entry()))(t)
	must(h.as("sue").FileRequest(ctx, h.etl, entry(until(h.in(core.Day)))))(t)
	v := h.user(h.etl, "lea").Visit
	x := must(h.as("lea").ExtendVisit(ctx, v, entry(forHours(20))))(t)
	must(h.as("pia").ApproveRequest(ctx, x.ID, 0, core.Term{}))(t)
	if _, _, err := h.as("ana").AddMember(ctx, core.AddInput{Unit: h.acme.Ref(), Email: "new@acme.test"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.as("ana").AddMember(ctx, core.AddInput{
		Unit: h.etl.Ref(), Email: "eve@outside.test", Role: core.RoleGuest, Reason: "Reads the numbers", Until: h.in(3 * core.Day),
	}); err != nil {
		t.Fatal(err)
	}
	p := must(h.as("ana").CreateProject(ctx, h.acme, "Churn model", "poc15"))(t)
	must(h.as("sam").DisableProject(ctx, p.ID, 0, "Broken disk", h.in(core.Day)))(t)
	old := must(h.as("ben").CreateProject(ctx, h.acme, "Old import", ""))(t)
	must(h.as("ben").DeleteProject(ctx, old.ID, 0))(t)
	h.addInvitation(h.etl.Ref(), "otto", "pia")
	h.addGrant(h.etl, "DEV", core.RoleReadOnly)
	h.pass(core.Day)
	_, err := h.as("max").JoinProject(ctx, h.etl, ptr(entry()))
	refused(t, err, core.ReasonAutoJoinDisabled)
	fillService(t, h)
}

// export gives the dump of a house with everything in it, secrets too.
func export(t testing.TB, h *core.House) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := h.ExportSecrets(ctx, &out, nil); err != nil {
		t.Fatalf("export: %v", err)
	}
	return out.Bytes()
}

// imported opens a new house with the dump in it.
func imported(t testing.TB, like *fixture, dump []byte) *core.House {
	t.Helper()
	h := core.New(openMemory(t), core.Options{Clock: like.clock.Now})
	res, err := h.Import(ctx, bytes.NewReader(dump), false, nil)
	if err != nil {
		t.Fatalf("import: %v\n%+v", err, res)
	}
	return h
}

// TestDumpIsIdentical checks that an imported house is the same to the last byte, apart from the new export event (X3).
func TestDumpIsIdentical(t *testing.T) {
	h := filled(t)
	first := export(t, h.House)
	copied := imported(t, h, first)
	if err := copied.Store().Check(ctx, func(fault string) { t.Errorf("store: %s", fault) }); err != nil {
		t.Fatal(err)
	}
	if err := core.CheckInvariants(ctx, copied.Store(), h.now(), func(fault string) { t.Errorf("invariant: %s", fault) }); err != nil {
		t.Fatal(err)
	}
	second := export(t, copied)
	a, b := strings.Split(string(first), "\n"), strings.Split(string(second), "\n")
	// The new event of the system chain and its head are the difference, besides the end mark.
	var more []string
	seen := map[string]bool{}
	for _, l := range a {
		seen[l] = true
	}
	for _, l := range b {
		if !seen[l] {
			more = append(more, l)
		}
	}
	if len(b) != len(a)+1 || len(more) != 3 || !strings.Contains(more[0], `"action":"house.export"`) ||
		!strings.HasPrefix(more[1], `{"kind":"head"`) || !strings.HasPrefix(more[2], `{"kind":"end"`) {
		t.Fatalf("the dump of the imported house differs in %d lines:\n%s", len(more), strings.Join(more, "\n"))
	}
}

// TestDumpForm checks first line, order, end mark and the export event (X1).
func TestDumpForm(t *testing.T) {
	h := filled(t)
	dump := string(export(t, h.House))
	lines := strings.Split(strings.TrimSuffix(dump, "\n"), "\n")
	var house struct {
		Kind     string
		Format   int
		Counters map[string]uint64
	}
	if err := json.Unmarshal([]byte(lines[0]), &house); err != nil || house.Kind != "house" || house.Format != 1 || house.Counters["project"] != 4 {
		t.Fatalf("the first line is %s (%v)", lines[0], err)
	}
	var end struct {
		Kind   string
		Lines  int
		SHA256 string
	}
	last := lines[len(lines)-1]
	if err := json.Unmarshal([]byte(last), &end); err != nil || end.Kind != "end" || end.Lines != len(lines)-1 {
		t.Fatalf("the last line is %s (%v)", last, err)
	}
	sum := sha256.Sum256([]byte(strings.TrimSuffix(dump, last+"\n")))
	if end.SHA256 != hex.EncodeToString(sum[:]) {
		t.Error("the sum of the end mark is wrong")
	}
	if !strings.Contains(dump, `"action":"house.export"`) {
		t.Error("the export event is not in the dump")
	}
	if !strings.Contains(dump, `"secret":"MDEy`) {
		t.Error("a dump holds secrets in clear (X1)")
	}
	kinds := map[string]int{}
	for _, l := range lines {
		kinds[l[9:strings.Index(l[9:], `"`)+9]]++
	}
	for _, kind := range []string{
		"account", "maintainer", "organization", "role", "project", "grant", "request", "visit", "membership", "invitation", "code", "notification", "event", "head", "attempt",
		"key", "billing", "ticket", "comment", "bucket", "link", "undo", "saved_filter", "mailing",
	} {
		if kinds[kind] == 0 {
			t.Errorf("the house of the test has no %s", kind)
		}
	}
}

// TestExportIsForSupport checks who takes a dump (X1).
func TestExportIsForSupport(t *testing.T) {
	h := newFixture(t)
	var out bytes.Buffer
	refused(t, h.as("ana").Export(ctx, &out, nil), core.ReasonForbidden)
	if out.Len() != 0 {
		t.Fatal("something was written for somebody who may not")
	}
	done := 0
	allowed(t, h.as("sam").Export(ctx, &out, func(n, total int) {
		if n < done || n > total {
			t.Errorf("progress goes from %d to %d of %d", done, n, total)
		}
		done = n
	}))
	if e := h.chain(core.System); e[len(e)-1].Action != "house.export" || e[len(e)-1].Actor != h.id("sam") {
		t.Errorf("the newest event of the system is %+v", e[len(e)-1])
	}
}

// TestImportNeedsAnEmptyHouse checks X2.
func TestImportNeedsAnEmptyHouse(t *testing.T) {
	h := filled(t)
	dump := export(t, h.House)
	_, err := h.Import(ctx, bytes.NewReader(dump), false, nil)
	refused(t, err, core.ReasonHouseNotEmpty)
	fresh := core.New(openMemory(t), core.Options{Clock: h.clock.Now})
	res, err := fresh.Import(ctx, bytes.NewReader(dump), true, nil)
	if err != nil || res.Records["project"] != 4 || res.Lines != bytes.Count(dump, []byte("\n")) {
		t.Fatalf("a check alone: %+v, %v", res, err)
	}
	if empty, err := fresh.Empty(ctx); err != nil || !empty {
		t.Errorf("a check alone has written something: %v", err)
	}
}

// resealed gives the dump with a new end mark, so that only the change itself is wrong.
func resealed(lines []string) string {
	body := strings.Join(lines, "\n") + "\n"
	sum := sha256.Sum256([]byte(body))
	return body + fmt.Sprintf(`{"kind":"end","lines":%d,"sha256":"%s"}`, len(lines), hex.EncodeToString(sum[:])) + "\n"
}

// TestImportFindsEveryFault plants one fault of each sort and expects to be told its line, and that nothing is written
// (X2).
func TestImportFindsEveryFault(t *testing.T) {
	suite.Sequential(t)
	h := filled(t)
	dump := strings.TrimSuffix(string(export(t, h.House)), "\n")
	good := strings.Split(dump, "\n")
	good = good[:len(good)-1]
	line := func(has string) int {
		for i, l := range good {
			if strings.Contains(l, has) {
				return i
			}
		}
		t.Fatalf("no line has %s", has)
		return 0
	}
	swap := func(has, old, new string) func([]string) ([]string, int) {
		return func(lines []string) ([]string, int) {
			i := line(has)
			if !strings.Contains(lines[i], old) {
				t.Fatalf("%s does not hold %s", lines[i], old)
			}
			lines[i] = strings.Replace(lines[i], old, new, 1)
			return lines, i + 1
		}
	}
	drop := func(has string, at int) func([]string) ([]string, int) {
		return func(lines []string) ([]string, int) {
			i := line(has)
			return append(lines[:i:i], lines[i+1:]...), at
		}
	}
	for name, c := range map[string]struct {
		change func([]string) ([]string, int) // gives the line of the first fault; zero: any
		says   string
	}{
		"unknown field":        {swap(`"kind":"account","id":1,`, `"id":1`, `"id":1,"extra":2`), "extra"},
		"wrong type":           {swap(`"kind":"account","id":1,`, `"id":1`, `"id":"one"`), "id"},
		"no JSON":              {swap(`"kind":"account","id":1,`, `"id":1,`, `"id":1;`), "JSON"},
		"blank in the line":    {swap(`"kind":"account","id":1,`, `"id":1,`, `"id": 1,`), "as an export writes it"},
		"field in capitals":    {swap(`"kind":"account","id":1,`, `"state"`, `"State"`), "as an export writes it"},
		"field twice":          {swap(`"kind":"account","id":1,`, `"id":1,`, `"id":1,"id":1,`), "as an export writes it"},
		"no line of an export": {swap(`"kind":"account","id":1,`, `{"kind"`, `{ "kind"`), "does not begin"},
		"unknown kind":         {swap(`"kind":"grant"`, `"kind":"grant"`, `"kind":"gift"`), "gift"},
		"e-mail":               {swap("otto@elsewhere.test", "otto@elsewhere.test", "Otto@elsewhere.test"), "otto@elsewhere.test"},
		"e-mail twice":         {swap("otto@elsewhere.test", "otto@elsewhere.test", "pia@data.test"), "H4"},
		"name with escape":     {swap("Nightly ETL", "Nightly ETL", `Nightly\u001b ETL`), "U+001B"},
		"unknown state":        {swap(`"kind":"project","id":1`, `"state":"active"`, `"state":"asleep"`), "asleep"},
		"unknown template":     {swap(`"kind":"project","id":1`, `"production"`, `"gold"`), "gold"},
		"user limit":           {swap(`"kind":"project","id":1`, `"user_limit":10`, `"user_limit":0`), "user_limit"},
		"maintainer differs":   {swap(`"kind":"project","id":1`, `"maintainer":1`, `"maintainer":2`), "maintainer"},
		"reason missing":       {swap(`"kind":"request","id":1`, incident, "."), "eason"},
		"nobody of that id":    {swap(`"kind":"membership","unit":{"id":1,"kind":"maintainer"}`, `"account":3`, `"account":77`), "77"},
		"role of another set":  {swap(`"kind":"membership","unit":{"id":1,"kind":"project"}`, `"role":"admin"`, `"role":"developer"`), "RO8"},
		"unknown role":         {swap(`"kind":"membership","unit":{"id":1,"kind":"organization"}`, `"ADMIN"`, `"BOSS"`), "BOSS"},
		"visit missing":        {drop(`"kind":"visit","id":2`, 0), "visit/2"},
		"twice": {func(l []string) ([]string, int) {
			i := line(`"kind":"grant"`)
			return append(l[:i+1:i+1], l[i:]...), i + 2
		}, "twice"},
		"number too high": {func(l []string) ([]string, int) {
			l[0] = strings.Replace(l[0], `"project":4`, `"project":3`, 1)
			return l, 0
		}, "given out"},
		"event changed":        {swap(`"action":"request.reject"`, `"outcome":"done"`, `"outcome":"denied"`), "AU12"},
		"event missing":        {drop(`"action":"request.reject"`, 0), "AU12"},
		"head missing":         {drop(`"kind":"head"`, 0), "head"},
		"order of kinds":       {func(l []string) ([]string, int) { i := line(`"kind":"grant"`); l[1], l[i] = l[i], l[1]; return l, 3 }, "must stand before"},
		"order within a kind":  {func(l []string) ([]string, int) { l[1], l[2] = l[2], l[1]; return l, 3 }, "must stand before"},
		"format of the future": {swap(`"kind":"house"`, `"format":1`, `"format":2`), "format"},
		"house missing":        {drop(`"kind":"house"`, 1), "first line"},
	} {
		t.Run(name, func(t *testing.T) {
			lines, at := c.change(append([]string(nil), good...))
			store := openMemory(t)
			fresh := core.New(store, core.Options{Clock: h.clock.Now})
			res, err := fresh.Import(ctx, strings.NewReader(resealed(lines)), false, nil)
			refused(t, err, core.ReasonImportInvalid)
			if len(res.Faults) == 0 {
				t.Fatal("no fault is told")
			}
			if told := err.Error(); strings.Contains(told, "..") {
				t.Errorf("told as %q", told)
			}
			found := false
			for _, f := range res.Faults {
				found = found || strings.Contains(f.Problem, c.says) && (at == 0 || f.Line == at)
			}
			if !found {
				t.Errorf("want line %d with %q, got %+v", at, c.says, res.Faults)
			}
			if empty, err := fresh.Empty(ctx); err != nil || !empty {
				t.Errorf("something was written: %v", err)
			}
			// A file that was refused can be mended and imported into the same house.
			if _, err := fresh.Import(ctx, strings.NewReader(resealed(good)), false, nil); err != nil {
				t.Errorf("the mended file is refused: %v", err)
			}
		})
	}
}

// TestImportSeesACutFile checks line count and sum (X1, X2).
func TestImportSeesACutFile(t *testing.T) {
	h := newFixture(t)
	dump := string(export(t, h.House))
	lines := strings.SplitAfter(dump, "\n")
	for name, cut := range map[string]string{
		"empty":             "",
		"no end mark":       strings.Join(lines[:len(lines)-2], ""),
		"half a line":       dump[:len(dump)-20],
		"a byte changed":    strings.Replace(dump, "Nightly", "Mightly", 1),
		"more behind":       dump + lines[1],
		"a line taken away": strings.Replace(dump, lines[len(lines)-3], "", 1),
	} {
		fresh := core.New(openMemory(t), core.Options{Clock: h.clock.Now})
		if _, err := fresh.Import(ctx, strings.NewReader(cut), false, nil); core.ReasonOf(err) != core.ReasonImportInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestImportCapsFaults checks that a hopeless file tells a hundred faults and counts the others (X2).
func TestImportCapsFaults(t *testing.T) {
	h := core.New(openMemory(t), core.Options{})
	res, err := h.Import(ctx, strings.NewReader(strings.Repeat("nonsense\n", 500)), false, nil)
	refused(t, err, core.ReasonImportInvalid)
	if len(res.Faults) != 100 || res.More < 400 {
		t.Errorf("%d faults and %d more", len(res.Faults), res.More)
	}
}

// TestExportIsOfOneMoment changes the house while a small dump is made: it is made anew (X1).
func TestExportIsOfOneMoment(t *testing.T) {
	h := filled(t)
	changes := 0
	store := &meddling{Store: h.Store(), meddle: func() {
		if changes++; changes == 5 {
			must(h.as("ana").RenameOrganization(ctx, h.acme, 0, "Acme and Sons"))(t)
		}
	}}
	var out bytes.Buffer
	allowed(t, core.New(store, core.Options{Clock: h.clock.Now}).Export(ctx, &out, nil))
	if !strings.Contains(out.String(), "Acme and Sons") {
		t.Error("the dump is of the moment before")
	}
	for line := range strings.Lines(out.String()) {
		// U1 keeps the old name, and notices that of their time.
		if strings.Contains(line, `"name":"Acme",`) && !strings.Contains(line, `"kind":"undo"`) && !strings.Contains(line, `"kind":"notification"`) {
			t.Errorf("the dump is of two moments: %s", line)
		}
	}
	imported(t, h, out.Bytes())
	store.meddle = func() {
		if changes++; changes%7 == 0 {
			must(h.as("ana").RenameOrganization(ctx, h.acme, 0, fmt.Sprintf("Acme %d", changes)))(t)
		}
	}
	out.Reset()
	refused(t, core.New(store, core.Options{Clock: h.clock.Now}).Export(ctx, &out, nil), core.ReasonStale)
	if out.Len() != 0 {
		t.Error("half a dump was written")
	}
}

// meddling is a store in which somebody works between two Views.
type meddling struct {
	core.Store
	meddle func()
}

func (m *meddling) View(ctx context.Context, fn func(core.Tx) error) error {
	m.meddle()
	return m.Store.View(ctx, fn)
}

// FuzzImportLine throws lines at the importer between a good first line and a good end mark: it never panics, and it
// answers with import_invalid or takes every line.
func FuzzImportLine(f *testing.F) {
	h := filled(f)
	for _, l := range bytes.Split(export(f, h.House), []byte("\n")) {
		f.Add(string(l))
	}
	f.Fuzz(func(t *testing.T, line string) {
		house := core.New(openMemory(t), core.Options{Clock: h.clock.Now})
		head := `{"kind":"house","format":1,"counters":{"account":99,"project":99},"settings":{"created":"2026-03-02T10:00:00Z"}}`
		res, err := house.Import(ctx, strings.NewReader(resealed([]string{head, line})), true, nil)
		if err == nil && res.Lines < 3 {
			t.Fatalf("%q was taken as %+v", line, res)
		}
		if e := (*core.Error)(nil); err != nil && (!errors.As(err, &e) || e.Reason != core.ReasonImportInvalid) {
			t.Fatalf("%q: %v", line, err)
		}
	})
}
