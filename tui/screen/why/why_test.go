package why_test

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/storage"
	"gatehouse/tui/app"
	"gatehouse/tui/driver"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/screen/screentest"
	"gatehouse/tui/screen/why"
)

// asking is a page from which the acting account asks about itself (w) and about Sam (s).
type asking struct {
	env     *app.Env
	actions []*keymap.Action
}

func kinds(h *screentest.House) []*app.Kind {
	return []*app.Kind{{Name: "asking", Title: "Asking", Rail: 1, Make: func(e *app.Env, _ app.Page) app.Screen {
		etl := core.Named{ID: uint64(h.ETL), Name: "Nightly ETL"}
		sam := core.Person{ID: h.People["sam"], Email: h.Emails["sam"], Support: true}
		return &asking{e, []*keymap.Action{
			{ID: "ask.me", Title: "me", Keys: []string{"w"}, Run: func() tea.Cmd { return why.Me(e, etl) }},
			{ID: "ask.sam", Title: "sam", Keys: []string{"s"}, Run: func() tea.Cmd { return why.Open(e, sam, etl) }},
		}}
	}}}
}

func (a *asking) Init() tea.Cmd             { return nil }
func (a *asking) Update(tea.Msg) tea.Cmd    { return nil }
func (a *asking) View(layout.Rect) string   { return "" }
func (a *asking) Actions() []*keymap.Action { return a.actions }
func (a *asking) Title() []string           { return nil }

func open(t *testing.T, h *screentest.House, who string) *driver.Driver {
	t.Helper()
	return h.Driver(t, kinds(h), who, app.Page{Kind: "asking"})
}

// TestVerdicts: each verdict as a sentence about the reader, the deciding step marked, and who can go on (W1, W2).
func TestVerdicts(t *testing.T) {
	store, err := storage.Open(context.Background(), "memory:", storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	h := screentest.New(t, store)
	open(t, h, "sam").Press("w").Expect("You may join", "Join it, with a reason and an end.", "Who can: you", "✓ passed", "▌ decides")
	open(t, h, "pia").Press("w").Expect("You are inside as admin").ExpectLine("▌", "A3", "Content is open to users.")
	open(t, h, "otto").Press("w").Expect("You are refused with forbidden", "✗ ")
	h.AutoJoin(false)
	open(t, h, "sam").Press("w").Expect("You may request", "Request access, with a reason and an end.")
	d := open(t, h, "ana")
	d.Press("s").Expect("There is no account 1 that you may see.") // staff that never came is nobody's to know (A10)
	id := h.Request("sam", h.ETL, screentest.Incident)
	d.AwaitChange().Press("s").Expect("🐙 sam@support.test and Nightly ETL", "sam@support.test waits with request 1 until", "Who can: pia@data.test")
	_, err = h.As("pia").ApproveRequest(context.Background(), id, 0, core.Term{})
	h.Must(err)
	d.AwaitChange().Expect("sam@support.test is inside") // it follows changes
	d.Resize(60, 16).Press("G").Expect("▌ decides").Press("g").Expect("and Nightly ETL").Press("esc").ExpectNot("decides")
	// W3: about others only for whoever sees the users of the project.
	open(t, h, "otto").Press("s").Expect("You have no relation to project 1.").ExpectNot("The checks")
}
