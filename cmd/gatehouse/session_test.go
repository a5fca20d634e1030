package main

import (
	"encoding/json"
	"strings"
	"testing"

	"gatehouse/core"
)

// AC5, AC10: over SSH one lists and ends the own sessions, Support any; what runs through an ended session is refused.
func TestSessionVerbs(t *testing.T) {
	f := newFarHouse(t)
	ana, pia := f.session("ana"), f.session("pia")
	again, sam := f.session("ana"), f.session("sam")

	got := f.run(ana, "", "session", "list", "--json")
	var page struct {
		Items []core.SessionFacts `json:"items"`
		Total int                 `json:"total"`
	}
	if err := json.Unmarshal([]byte(got.out), &page); err != nil || got.code != 0 || page.Total != 2 || len(page.Items) != 2 {
		t.Fatalf("%+v: %v", got, err)
	}
	if newest, own := page.Items[0], page.Items[1]; newest.ID != again.Facts().ID || newest.Own || !own.Own || own.Origin != "ssh 192.0.2.7" {
		t.Errorf("%s", got.out)
	}
	for _, word := range []string{`"id":`, `"last_input":`, `"began":`, `"fingerprint":"SHA256:`, `"person":{`, `"email":"ana@acme.test"`} {
		if !strings.Contains(got.out, word) {
			t.Errorf("%s is missing: %s", word, got.out)
		}
	}
	if got := f.run(ana, "", "session", "list", "pia@data.test"); got.code != 3 || strings.Contains(got.out+got.err, "192.0.2.7") {
		t.Errorf("of somebody else: %+v", got)
	}
	if got := f.run(ana, "", "session", "revoke", number(pia.Facts().ID), "--yes"); got.code != 3 || pia.End() != "" {
		t.Errorf("of somebody else: %+v", got)
	}
	if got := f.run(ana, "", "session", "revoke", number(again.Facts().ID)); got.code != 2 || again.End() != "" {
		t.Errorf("not confirmed: %+v", got)
	}
	if got := f.run(ana, "", "session", "revoke", number(again.Facts().ID), "--yes", "--json"); got.code != 0 || again.End() != core.SessionRevoked ||
		!strings.Contains(got.out, `"ended":true`) {
		t.Errorf("%+v", got)
	}
	if got := f.run(again, "", "org", "rename", "Acme", "Other"); got.code != 4 || !strings.Contains(got.err, "This session has ended: it was ended under Account") {
		t.Errorf("through an ended session: %+v", got)
	}

	if got := f.run(sam, "", "session", "list"); got.code != 0 || strings.Count(got.out, "SHA256:") != 3 || !strings.Contains(got.out, "pia@data.test") {
		t.Errorf("by Support: %+v", got)
	}
	if got := f.run(sam, "", "session", "list", "pia@data.test"); got.code != 0 || strings.Count(got.out, "SHA256:") != 1 {
		t.Errorf("by Support: %+v", got)
	}
	got = f.run(sam, "", "session", "revoke", number(pia.Facts().ID), "999", "--yes")
	if got.code != 3 || pia.End() != core.SessionRevoked || !strings.Contains(got.out, "ended session") ||
		!strings.Contains(got.err, "pia@data.test, ssh 192.0.2.7, is signed out at once") || !strings.Contains(got.err, "no session 999") {
		t.Errorf("by Support: %+v", got)
	}
}
