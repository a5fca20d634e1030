package tour

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/keymap"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// The sizes from which the panel takes two lines.
const (
	roomyWidth  = 80
	roomyHeight = 22
)

// Height implements app.Guide.
func (t *Tour) Height(w, h int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.hidden || t.scene.Admin.ID == 0:
		return 0
	case w < roomyWidth || h < roomyHeight:
		return 1
	}
	return 2
}

// Strip implements app.Guide: the next step, and what to press for it from here.
func (t *Tour) Strip(v app.GuideView, w, n int) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	done, next := t.count()
	look := v.Look
	progress := fmt.Sprintf("%d/%d", min(done+1, len(t.steps)), len(t.steps))
	title, about := "You have seen it all", "the house stays open, look around"
	say := "{tour.list} says what else there is, {tour.panel} puts this away"
	if next >= 0 {
		s := t.steps[next]
		title, about, say = s.title, s.about, s.say(v, t.scene)
	} else {
		progress = look.Glyphs.Done
	}
	keys := func(id string) string { return v.Key(id) }
	if n < 2 {
		return []string{look.Line(append([]theme.Span{{Text: " "}, {Role: theme.Badge, Text: progress}, {Text: " "}}, t.spans(say, keys)...)...)}
	}
	head := []theme.Span{
		{Text: " "},
		{Role: theme.Badge, Text: progress},
		{Text: " "},
		{Role: theme.Strong, Text: title},
		{Role: theme.Faint, Text: " " + look.Glyphs.Dot + " " + about},
	}
	var right []theme.Span
	for _, a := range [][2]string{{"tour.list", "all"}, {"tour.panel", "hide"}} {
		if key := v.Key(a[0]); key != "" {
			right = append(right, theme.Span{Role: theme.Key, Text: key}, theme.Span{Role: theme.Faint, Text: " " + a[1] + "  "})
		}
	}
	tail := strings.TrimRight(look.Line(right...), " ")
	return []string{
		text.Fit(look.Line(head...), w-text.Width(tail)-1) + tail,
		look.Line(append([]theme.Span{{Text: text.Blanks(2 + text.Width(progress))}}, t.spans(say, keys)...)...),
	}
}

// say is what to press from where the visitor stands.
func (s step) say(v app.GuideView, scene Scene) string {
	for _, st := range s.stages {
		if (st.card == "") != (v.Card == "") || !strings.HasPrefix(v.Card, st.card) {
			continue
		}
		if st.at == nil || st.at(v, scene) {
			return st.say
		}
	}
	return "{esc} closes this first" // a card that has nothing to do with the step takes the keys
}

// railTitle is the heading of the steps below the rail.
const railTitle = "Walkthrough"

// Rail implements app.Guide: all steps, ticked off.
func (t *Tour) Rail(look *theme.Look, w, h int) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hidden || t.scene.Admin.ID == 0 || h < len(t.steps)+3 {
		return nil
	}
	done, next := t.count()
	out := []string{
		"", " " + look.Line(theme.Span{Role: theme.Heading, Text: railTitle}, theme.Span{Role: theme.Faint, Text: fmt.Sprintf(" %d/%d", done, len(t.steps))}),
	}
	for i, s := range t.steps {
		mark, title := t.mark(look, i, next)
		out = append(out, text.Fit(" "+look.Line(mark, theme.Span{Text: " "}, theme.Span{Role: title, Text: s.title}), w-1))
	}
	return out
}

// mark is the sign before a step, and how its title looks. The lock is held.
func (t *Tour) mark(look *theme.Look, i, next int) (theme.Span, theme.Role) {
	switch {
	case t.done[i]:
		return theme.Span{Role: theme.Success, Text: look.Glyphs.Done}, theme.Faint
	case i == next:
		return theme.Span{Role: theme.Marker, Text: look.Glyphs.Crumb}, theme.Strong
	}
	return theme.Span{Role: theme.Faint, Text: look.Glyphs.Off}, theme.Plain
}

// spans draws a text of the steps: keys in braces, names of the scene in angle brackets. The lock is held.
func (t *Tour) spans(say string, key func(action string) string) []theme.Span {
	var out []theme.Span
	for say != "" {
		at := strings.IndexAny(say, "{<")
		if at < 0 {
			return append(out, theme.Span{Text: say})
		}
		if at > 0 {
			out = append(out, theme.Span{Text: say[:at]})
		}
		end := at + strings.IndexAny(say[at:], "}>")
		word := say[at+1 : end]
		switch {
		case say[at] == '<' && word == "typed":
			out = append(out, theme.Span{Role: theme.Key, Text: t.scene.name(word)})
		case say[at] == '<':
			out = append(out, theme.Span{Role: theme.Strong, Text: t.scene.name(word)})
		case strings.Contains(word, "."):
			out = append(out, theme.Span{Role: theme.Key, Text: keyOf(word, key)})
		default:
			out = append(out, theme.Span{Role: theme.Key, Text: word})
		}
		say = say[end+1:]
	}
	return out
}

// keyOf is the key of an action: that of the page, or the one it has where it is shown.
func keyOf(action string, key func(string) string) string {
	if k := key(action); k != "" {
		return k
	}
	return keymap.Pretty(defaultKeys[action])
}

// defaultKeys are the keys of actions of other pages, as long as no keymap file gives others.
var defaultKeys = map[string]string{
	"app.palette": ":", "app.next-tab": "tab", "app.undo": "z", "app.screen-2": "2", "app.screen-3": "3", "app.screen-7": "7",
	"demo.person": "S", "demo.hour": "+", "demo.day": ">", "tour.list": "0", "tour.panel": "T",
	"list.open": "enter", "list.down": "j", "setting.toggle": "t", "setting.down": "j", "setting.up": "k", "unit.join": "J",
	"request.approve": "A", "user.why": "W", "grant.add": "a", "activity.verify": "V",
}

// DefaultKey is the key that the walkthrough takes an action to have, for tests.
func DefaultKey(action string) (key string, ok bool) {
	key, ok = defaultKeys[action]
	return key, ok
}

// NamedActions are all actions that the texts of the steps name, for tests.
func NamedActions() []string {
	var out []string
	add := func(say string) {
		for _, part := range strings.Split(say, "{")[1:] {
			if id, _, _ := strings.Cut(part, "}"); strings.Contains(id, ".") && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	for _, s := range steps() {
		add(s.try)
		for _, st := range s.stages {
			add(st.say)
		}
	}
	return out
}

// name is a name of the scene.
func (s Scene) name(word string) string {
	if shown, ok := strings.CutPrefix(word, "'"); ok {
		return shown
	}
	switch word {
	case "admin":
		return s.Admin.Email
	case "engineer":
		return s.Engineer.Email
	case "user":
		return s.User.Email
	case "locked":
		return s.LockedOut.Email
	case "organization":
		return s.Organization.Name
	case "project":
		return s.Project.Name
	case "typed": // enough of the name for the palette to find it
		first, _, _ := strings.Cut(strings.ToLower(s.Project.Name), " ")
		return first
	}
	return ""
}

// Welcome is the card that opens with the session.
func (t *Tour) Welcome() *card.Text {
	return &card.Text{Heading: "Welcome to the demo", Render: func(look *theme.Look, w int) []string {
		t.mu.Lock()
		defer t.mu.Unlock()
		p := page{look: look, w: w}
		p.add(theme.Plain, t.scene.stays())
		p.gap()
		p.add(theme.Plain, "You are "+t.scene.Admin.Email+", administrator of "+t.scene.Organization.Name+". Support wants into your project "+t.scene.Project.Name+", and may not just walk in.")
		p.gap()
		p.add(theme.Plain, fmt.Sprintf("The last lines of the screen lead you through it: %d steps, some five minutes. They tick themselves off when you have really done them.", len(t.steps)))
		p.gap()
		p.add(theme.Faint, "Lost? The walkthrough always says what to press from where you are. ? lists every key, : finds everything.")
		return p.lines
	}}
}

func (s Scene) stays() string {
	out := "Everything here is made up, and gone when you leave."
	if s.Kept {
		out = "Everything here is made up. It stays in its file."
	}
	if s.Time != "" {
		out += " You have " + s.Time + "."
	}
	return out
}

// listAbout is the width from which the list also says what a step is about.
const listAbout = 70

// list is the card with all steps.
func (t *Tour) list(keys *keymap.Map) *card.Text {
	return &card.Text{Heading: "Walkthrough", Render: func(look *theme.Look, w int) []string {
		t.mu.Lock()
		defer t.mu.Unlock()
		_, next := t.count()
		p := page{look: look, w: w}
		fromFile := func(id string) string { return keys.Shown(id) }
		for i, s := range t.steps {
			mark, role := t.mark(look, i, next)
			head := []theme.Span{mark, {Text: fmt.Sprintf(" %2d ", i+1)}, {Role: role, Text: s.title}}
			about := theme.Span{Role: theme.Faint, Text: " " + look.Glyphs.Dot + " " + s.about}
			if w >= listAbout {
				head = append(head, about)
			}
			p.lines = append(p.lines, look.Line(head...))
			if !t.done[i] {
				try := t.spans(s.try, fromFile)
				if w < listAbout { // people by the front of their address
					for j := range try {
						try[j].Text, _, _ = strings.Cut(try[j].Text, "@")
					}
				}
				p.lines = append(p.lines, text.Cut("     "+look.Line(try...), w))
			}
		}
		p.gap()
		t.more(&p)
		return p.lines
	}}
}

// farewell is the card at the end.
func (t *Tour) farewell() *card.Text {
	return &card.Text{Heading: "You have seen it all", Render: func(look *theme.Look, w int) []string {
		t.mu.Lock()
		defer t.mu.Unlock()
		p := page{look: look, w: w}
		p.add(theme.Plain, fmt.Sprintf("%s All %d steps are done: somebody asked, somebody decided, time ended it, and the log can prove it.", look.Glyphs.Done, len(t.steps)))
		p.gap()
		t.more(&p)
		return p.lines
	}}
}

// more says what else there is.
func (t *Tour) more(p *page) {
	p.add(theme.Heading, "There is more")
	dot := p.look.Glyphs.Dot + " "
	p.add(theme.Plain, dot+"Several at once: Requests, * marks all, A decides them together.")
	p.add(theme.Plain, dot+"Shared buckets and tickets of a project, the bill of Acme, invitations.")
	p.add(theme.Plain, dot+"As Sam: mails that failed (Inbox, Outbox), all accounts (Account).")
	p.add(theme.Plain, dot+"Y copies what you do as a command for scripts.")
	switch {
	case t.scene.Guest:
		p.add(theme.Plain, dot+"ssh HOST request list runs a command instead of the interface.")
	case t.scene.Kept:
	default:
		p.add(theme.Plain, dot+"gatehouse demo --save FILE keeps such a house; gatehouse begins your own.")
	}
	p.add(theme.Faint, t.scene.stays())
}

// page collects wrapped lines.
type page struct {
	look  *theme.Look
	w     int
	lines []string
}

func (p *page) gap() { p.lines = append(p.lines, "") }

func (p *page) add(role theme.Role, s string) {
	for _, l := range text.Wrap(s, p.w) {
		p.lines = append(p.lines, p.look.Paint(role, l))
	}
}

func number(id uint64) string { return strconv.FormatUint(id, 10) }
