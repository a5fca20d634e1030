package app

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// Guide goes along with a session on every page and says what to do next: the walkthrough of a demo. The root draws it
// in lines of its own above the hint line, and on wide terminals below the rail. It is asked at every frame and after
// every message, so it may only look at what it knows already.
type Guide interface {
	// Height is how many lines it wants above the hint line; 0 puts it away.
	Height(w, h int) int
	// Strip gives these n lines, at most w cells wide.
	Strip(v GuideView, w, n int) []string
	// Rail gives lines for the room below the rail, at most w cells wide; nil when h lines are too few. Version changes
	// with what it would give.
	Rail(look *theme.Look, w, h int) []string
	Version() uint64
	// News gives what has happened since it was asked last: a sentence that is told for a while, and perhaps a card that
	// opens by itself. Both are empty mostly.
	News() (GuideNews, card.Card)
}

// GuideNews is a sentence that stays for a while; theme.Success or theme.Warning. An empty one is none.
type GuideNews struct {
	Told string
	Role theme.Role
}

// GuideView is where the person stands.
type GuideView struct {
	Look *theme.Look
	Page Page
	// Actor is who acts; zero before somebody does.
	Actor core.AccountID
	// Card is the title of the card that takes keys; empty for none.
	Card string
	// Key gives the key of an action of this page, or what the keymap file says of one of another page, as people read
	// it; empty where neither knows.
	Key func(action string) string
}

// guided carries out what the guide wants after a message.
func (m *Model) guided() tea.Cmd {
	g := m.s.Guide
	if g == nil {
		return nil
	}
	news, opens := g.News()
	if news.Told == "" && opens == nil && m.strip() == m.frame.Strip.H {
		return nil
	}
	m.relayout()
	var cmds []tea.Cmd
	if news.Told != "" {
		t := &m.toasts
		t.notes++
		t.note = entry{m.s.Now(), toastKind(news.Role), news.Told}
		t.log = append(t.log, t.note)
		cmds = append(cmds, m.s.After(noteTime, noteMsg{t.notes}))
	}
	if opens != nil {
		cmds = append(cmds, m.s.After(guideWait, guideCardMsg{opens}))
	}
	return tea.Batch(cmds...)
}

// guideCardMsg opens the card of the guide once no other one is open.
type guideCardMsg struct{ card card.Card }

// guideWait is how long the card of the guide waits, and waits again behind a card of the page.
const guideWait = time.Second

func (m *Model) openGuideCard(msg guideCardMsg) tea.Cmd {
	if len(m.cards) > 0 {
		return m.s.After(guideWait, msg)
	}
	return m.openCard(m.cur, card.Open{Card: msg.card, Unattended: true})
}

// strip is how many lines the guide gets.
func (m *Model) strip() int {
	if m.s.Guide == nil || m.cur.kind.Alone {
		return 0
	}
	return m.s.Guide.Height(m.w, m.h)
}

// stripLines draws the guide.
func (m *Model) stripLines(lines []string) []string {
	r := m.frame.Strip
	if r.Empty() {
		return lines
	}
	v := GuideView{Look: m.s.Look, Page: m.cur.page, Key: m.keyOf}
	if m.s.Actor != nil {
		v.Actor = m.s.Actor.ID()
	}
	if top := m.topCard(); top != nil {
		v.Card = top.card.Title()
	}
	strip := m.s.Guide.Strip(v, r.W, r.H)
	for i := range r.H {
		l := ""
		if i < len(strip) {
			l = text.Gate(strip[i])
		}
		lines = append(lines, text.Fit(l, r.W))
	}
	return lines
}

// keyOf is the key of an action of this page, as people read it.
func (m *Model) keyOf(id string) string {
	x := m.keys()
	for _, a := range x.All() {
		if a.ID != id || !a.Shown() {
			continue
		}
		if m.s.ASCII {
			return keymap.PrettyASCII(x.Key(a))
		}
		return keymap.Pretty(x.Key(a))
	}
	return m.s.Keys.Shown(id)
}

// railGuide draws the guide below the rail.
func (m *Model) railGuide(rail []string) {
	if m.s.Guide == nil {
		return
	}
	from := len(m.rail) + 1
	w := m.frame.Rail.W
	for i, l := range m.s.Guide.Rail(m.s.Look, w, len(rail)-from) {
		if from+i < len(rail) {
			rail[from+i] = text.Fit(text.Gate(l), w)
		}
	}
}
