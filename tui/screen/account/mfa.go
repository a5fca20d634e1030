package account

import (
	"context"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/qr"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// mfa is the tab of the second factor.
type mfa struct {
	env    *app.Env
	me     core.AccountView
	err    error
	loaded bool
	secret *core.Enrolling // waits for its first code; shown once, gone with the screen
	// actions while MFA is off, while a secret waits for its first code, and while it is on.
	whenOff, waiting, whenOn []*keymap.Action
}

func newMFA(e *app.Env) *mfa {
	s := &mfa{env: e}
	act := keymap.GroupAct
	s.whenOff = []*keymap.Action{{
		ID: "mfa.on", Title: "turn MFA on", Keys: []string{"t", "enter"}, Group: act, Hint: 10, Run: s.enrol,
		Command: func() string { return "gatehouse account mfa enrol" },
	}}
	s.waiting = []*keymap.Action{
		{
			ID: "mfa.confirm", Title: "type the code", Keys: []string{"enter", "e"}, Group: act, Hint: 10, Run: s.askCode,
			Command: func() string { return "gatehouse account mfa confirm -" },
		},
		{ID: "mfa.again", Title: "another secret", Keys: []string{"t"}, Group: act, Hint: 11, Run: s.enrol},
	}
	s.whenOn = []*keymap.Action{
		{
			ID: "mfa.off", Title: "turn MFA off", Keys: []string{"t"}, Group: act, Danger: keymap.Destructive, Hint: 10, Run: s.askImpact,
			Command: func() string { return "gatehouse account mfa off --code -" },
		},
		{
			ID: "mfa.codes", Title: "new recovery codes", Keys: []string{"a"}, Group: act, Hint: 11, Run: s.askCodes,
			Command: func() string { return "gatehouse account mfa codes" },
		},
	}
	return s
}

// codes reports whether one-time codes are on; MFA may be on by a security key alone.
func (s *mfa) codes() bool { return s.me.Enrolled != 0 }

func (s *mfa) on() bool { return s.me.MFA != nil && *s.me.MFA }

// Init implements app.Screen.
func (s *mfa) Init() tea.Cmd { return s.Refresh() }

// Refresh implements app.Refresher.
func (s *mfa) Refresh() tea.Cmd {
	actor := s.env.Session.Actor
	return app.Load(s.env, "me", func(ctx context.Context) (core.AccountView, error) { return actor.Me(ctx) })
}

type (
	confirmed struct{ codes []string }
	renewed   struct{ codes []string }
	askOff    struct{ locks []core.OwnUnit }
)

// Update implements app.Screen.
func (s *mfa) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case app.Loaded[core.AccountView]:
		s.loaded, s.err = true, msg.Err
		if msg.Err == nil {
			s.me = msg.Value
		}
	case app.Loaded[core.Enrolling]:
		if msg.Err != nil {
			return app.Fail(msg.Err)
		}
		s.secret = &msg.Value
	case app.Loaded[[]core.OwnUnit]:
		if msg.Err != nil {
			return app.Fail(msg.Err)
		}
		return s.warnOff(msg.Value)
	case askOff:
		return s.formOff(msg.locks)
	case confirmed:
		s.secret = nil
		cmd, _ := unit.Take(unit.Done{Text: "MFA is on."})
		return tea.Batch(cmd, showRecovery("MFA is on.", msg.codes))
	case renewed:
		cmd, _ := unit.Take(unit.Done{Text: "The old recovery codes are worth nothing now."})
		return tea.Batch(cmd, showRecovery("The old codes are worth nothing now.", msg.codes))
	}
	cmd, _ := unit.Take(msg)
	return cmd
}

// askImpact asks what would lock, before anything is switched off (S22).
func (s *mfa) askImpact() tea.Cmd {
	actor := s.env.Session.Actor
	return app.Call(s.env, "impact", func(ctx context.Context) ([]core.OwnUnit, error) { return actor.MFAOffImpact(ctx) })
}

func (s *mfa) enrol() tea.Cmd {
	actor := s.env.Session.Actor
	return app.Call(s.env, "enrol", func(ctx context.Context) (core.Enrolling, error) { return actor.EnrolMFA(ctx) })
}

func (s *mfa) askCode() tea.Cmd {
	actor := s.env.Session.Actor
	return card.Show(&form.Form{
		Heading: "Turn MFA on", Button: "Turn on",
		Intro:  []string{"Type the six digits that the authenticator shows now. The secret waits ten minutes."},
		Fields: []*form.Field{{Name: "code", Label: "Code", Required: true, Limit: 12, Placeholder: "six digits"}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			codes, err := actor.ConfirmMFA(ctx, v.Text("code"))
			return confirmed{codes}, err
		},
	})
}

// showRecovery shows recovery codes, this once (AC16).
func showRecovery(done string, codes []string) tea.Cmd {
	return card.Show(&unit.Codes{
		Heading: "Recovery codes", Done: done, Codes: codes, What: "the recovery codes",
		About: "Keep these where your authenticator is not. Each stands in for one code, once. They are shown only now.",
	})
}

// askCodes asks before the codes that somebody has kept are worth nothing.
func (s *mfa) askCodes() tea.Cmd {
	actor := s.env.Session.Actor
	return card.Show(&card.Confirm{
		Heading: "Make new recovery codes?", Danger: keymap.Destructive,
		Body: []string{"You get ten new ones, shown once. The " + strconv.Itoa(s.me.RecoveryCodes) + " that you have left are worth nothing then."},
		Buttons: []card.Button{{Label: "Make new ones", Run: func(ctx context.Context) (tea.Msg, error) {
			codes, err := actor.RenewRecoveryCodes(ctx)
			return renewed{codes}, err
		}}},
	})
}

// lockText says what a lock means for who loses the second factor (S17).
const lockText = "What stands above locks until you turn MFA on again: you keep your membership and may sign in, leave, and enrol."

// unitNames names units for a card, visits as such.
func unitNames(units []core.OwnUnit) []string {
	var names []string
	for _, u := range units {
		name := u.Name
		if u.OrganizationName != "" {
			name += " in " + u.OrganizationName
		}
		if u.Visit != 0 {
			name += " (as a visitor)"
		}
		names = append(names, name)
	}
	return names
}

// warnOff names what will lock before anything is switched off (S22).
func (s *mfa) warnOff(locks []core.OwnUnit) tea.Cmd {
	c := &card.Confirm{
		Heading: "Turn MFA off?", Danger: keymap.Destructive, Targets: unitNames(locks),
		Buttons: []card.Button{{Label: "Go on", Answer: askOff{locks}}},
	}
	switch {
	case s.me.SecurityKeys > 0:
		c.Heading = "Turn one-time codes off?"
		c.Body = []string{"Your security key keeps MFA on, and is the only way to sign in then. Your recovery codes go. A code is asked next."}
	case len(locks) == 0:
		c.Body = []string{"Nothing of yours needs MFA now. Your recovery codes go too. A code is asked next."}
	default:
		c.Body = []string{lockText, "Your recovery codes go too. A code is asked next."}
	}
	return card.Show(c)
}

func (s *mfa) formOff([]core.OwnUnit) tea.Cmd {
	actor := s.env.Session.Actor
	done := "MFA is off."
	if s.me.SecurityKeys > 0 {
		done = "One-time codes are off."
	}
	return card.Show(&form.Form{
		Heading: "Turn MFA off", Button: "Turn off", Danger: keymap.Destructive,
		Intro:  []string{"Type the six digits that the authenticator shows now, or one of your recovery codes."},
		Fields: []*form.Field{{Name: "code", Label: "Code", Required: true, Limit: 30, Placeholder: "six digits"}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			return unit.Done{Text: done}, actor.SwitchOffMFA(ctx, v.Text("code"))
		},
	})
}

// View implements app.Screen.
func (s *mfa) View(r layout.Rect) string {
	look := s.env.Look()
	f := cell.NewFields(look, r.W, 8)
	f.Gap()
	switch {
	case s.err != nil:
		f.Paragraph(theme.Danger, s.err.Error())
	case !s.loaded:
	case s.secret != nil:
		return f.String() + s.enrolling(r)
	case s.on():
		s.state(f)
	default:
		f.Add("MFA", cell.Switch(look, false)).Gap()
		f.Paragraph(theme.Plain, "Turn it on with t: you scan a code, or type a secret, into an authenticator such as the one of your password manager or phone.")
		f.Paragraph(theme.Faint, "Organizations may require MFA, and staff need it to enter anything.")
	}
	return f.String()
}

// state says what the second factor is made of.
func (s *mfa) state(f *cell.Fields) {
	look := s.env.Look()
	f.Add("MFA", cell.Switch(look, true))
	if !s.codes() {
		f.Text("By", securityKeys(s.me.SecurityKeys)).Gap()
		f.Paragraph(theme.Plain, "Turn one-time codes on too with t: then other keys sign you in with a code. Without them only your security key does.")
		return
	}
	f.Text("Codes", "since "+text.Exact(s.me.Enrolled.Time()))
	left := strconv.Itoa(s.me.RecoveryCodes) + " recovery " + plural(s.me.RecoveryCodes, "code") + " left"
	if s.me.RecoveryCodes <= core.RecoveryFew {
		f.Add("Recovery", theme.Span{Role: theme.Warning, Text: look.Glyphs.Warn + " " + left + ": a makes ten new ones"})
	} else {
		f.Text("Recovery", left)
	}
	if s.me.SecurityKeys > 0 {
		f.Text("Keys", securityKeys(s.me.SecurityKeys))
	}
	if s.me.CodesLocked != 0 {
		f.Add("Locked", theme.Span{Role: theme.Danger, Text: look.Glyphs.Warn + " too many wrong codes: locked until " + text.Exact(s.me.CodesLocked.Time())})
	}
	f.Gap().Paragraph(theme.Faint, "A code of your authenticator, or a recovery code, is asked when you sign in over SSH, and to turn codes off.")
}

func securityKeys(n int) string { return strconv.Itoa(n) + " security " + plural(n, "key") }

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// enrolling draws the QR code where there is room, and always the secret as text.
func (s *mfa) enrolling(r layout.Rect) string {
	look := s.env.Look()
	f := cell.NewFields(look, r.W, 8)
	lines, err := qr.Lines(s.secret.URL, qr.Style{ASCII: look.Glyphs.ASCII, Inverse: look.Name != theme.Light})
	fits := err == nil && len(lines) > 0 && text.Width(lines[0])+4 <= r.W && len(lines)+6 <= r.H
	f.Paragraph(theme.Plain, "1  Scan the code or type the secret into your authenticator.")
	f.Paragraph(theme.Plain, "2  Press enter and type the six digits that it shows.")
	f.Gap().Add("Secret", theme.Span{Role: theme.Strong, Text: grouped(s.secret.Secret)})
	if !fits {
		f.Gap().Paragraph(theme.Faint, "The QR code needs a larger window: "+strconv.Itoa(len(lines)+10)+" lines. The secret does the same.")
		return "\n" + f.String()
	}
	f.Gap()
	for i, l := range lines {
		lines[i] = "  " + l
	}
	return "\n" + f.String() + "\n" + strings.Join(lines, "\n")
}

// grouped breaks a secret into fours, which are easier to type.
func grouped(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Actions implements app.Screen.
func (s *mfa) Actions() []*keymap.Action {
	switch {
	case s.codes():
		return s.whenOn
	case s.secret != nil:
		return s.waiting
	}
	return s.whenOff
}

// Title implements app.Screen.
func (s *mfa) Title() []string { return []string{"Account"} }

// Copy implements app.Copier: the secret, while it is shown.
func (s *mfa) Copy() string {
	if s.secret == nil {
		return ""
	}
	return s.secret.Secret
}
