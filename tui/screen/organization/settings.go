package organization

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/card"
	"gatehouse/tui/form"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/screen/setting"
	"gatehouse/tui/screen/unit"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// newSettings makes the tab: the settings for administrators, the name for staff too; everybody who sees the
// organization reads them (H11, S2, S26).
func newSettings(e *app.Env, ref core.Unit) *setting.Page {
	b := board{set: fmt.Sprintf("gatehouse org set %d ", ref.ID)}
	list := &keymap.Action{}
	p := setting.NewPage(e, ref, list)
	b.Page = p
	*list = *b.listAction()
	unit.Offer([]*keymap.Action{list})
	p.Extra = b.goOn
	p.Items = []setting.Item{b.autoJoin(), b.requireMFA(), b.deciders(), b.pendingTime(), b.newMembers(), b.name(), b.about()}
	return p
}

// board makes the items of the page.
type board struct {
	*setting.Page
	set string // the verb that changes them
}

func (b board) record() *core.OrganizationView { return &b.Head.Organization }

func maySet(h *unit.Head) error { return h.May(core.OrganizationSettings) }

func plain(s string) theme.Span { return theme.Span{Text: s} }

// ask opens the card that changes a setting, made from the record as it is now.
func (b board) ask(make func(d unit.Desk, h *unit.Head) (card.Card, error)) func() tea.Cmd {
	return func() tea.Cmd {
		d := unit.DeskOf(b.Env)
		return d.Open(b.Head.Ref, maySet, func(h *unit.Head) (card.Card, error) { return make(d, h) })
	}
}

func (b board) autoJoin() setting.Item {
	return setting.Item{
		Label: "Auto Join", Toggle: true, May: b.May(core.OrganizationSettings),
		Value:  func() theme.Span { return cell.Switch(b.Env.Look(), b.record().AutoJoin) },
		About:  func() []string { return []string{autoJoinText(*b.record())} },
		Change: b.ask(askAutoJoin),
		Command: func() string {
			return b.set + "--auto-join " + onOff(!b.record().AutoJoin)
		},
	}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func (b board) requireMFA() setting.Item {
	return setting.Item{
		Label: "Require MFA", Toggle: true, May: b.May(core.OrganizationSettings),
		Value: func() theme.Span { return cell.MFARequired(b.Env.Look(), b.record().MFA.State) },
		About: func() []string {
			o := b.record()
			switch o.MFA.State {
			case core.MFARequired:
				return []string{"MFA is required for " + o.Name + " and all its projects."}
			case core.MFAScheduled:
				return []string{"MFA will be required from " + text.Exact(o.MFA.At.Time()) + "."}
			case core.MFAOff:
			}
			return []string{"MFA is not required."}
		},
		Change: b.ask(askMFA),
		Command: func() string {
			return b.set + "--require-mfa " + onOff(b.record().MFA.State == core.MFAOff)
		},
	}
}

func (b board) deciders() setting.Item {
	return setting.Item{
		Label: "Deciders", Toggle: true, May: b.May(core.OrganizationSettings),
		Value:  func() theme.Span { return plain(decidersWord(b.record().Deciders)) },
		About:  func() []string { return []string{decidersText(b.record().Deciders)} },
		Change: b.ask(askDeciders),
		Command: func() string {
			return b.set + "--deciders " + string(otherDeciders(b.record().Deciders))
		},
	}
}

func otherDeciders(d core.Deciders) core.Deciders {
	if d == core.DecidersFullRole {
		return core.DecidersAnyUser
	}
	return core.DecidersFullRole
}

func decidersWord(d core.Deciders) string {
	if d == core.DecidersFullRole {
		return "full roles"
	}
	return "any user"
}

func decidersText(d core.Deciders) string {
	if d == core.DecidersFullRole {
		return "Users of a project with a full role (share, admin, productionManager) decide its requests. Visitors never do, and nobody decides an own request."
	}
	return "Any active user of a project decides its requests, whatever the role. Visitors never do, and nobody decides an own request."
}

func askDeciders(d unit.Desk, h *unit.Head) (card.Card, error) {
	o := h.Organization
	to := otherDeciders(o.Deciders)
	body := []string{decidersText(to), "It holds for requests that wait now, too."}
	if to == core.DecidersFullRole {
		body = append(body, "Where a project has no user with a full role, the administrators are told to join and decide.")
	}
	return &card.Confirm{
		Heading: "Who decides requests in " + o.Name + "?", Danger: keymap.Heavy,
		Facts: [][2]string{{"Now", decidersWord(o.Deciders)}, {"Then", decidersWord(to)}}, Body: body,
		StillThere: d.Still(h.Ref, o.Version, maySet),
		Buttons: []card.Button{{Label: "Let " + decidersWord(to) + " decide", Run: func(ctx context.Context) (tea.Msg, error) {
			_, err := d.Actor.SetDeciders(ctx, o.ID, o.Version, to)
			return unit.Done{Text: "Requests in " + o.Name + " are now decided by " + decidersWord(to) + "."}, err
		}}},
	}, nil
}

func (b board) pendingTime() setting.Item {
	return setting.Item{
		Label: "Pending time", May: b.May(core.OrganizationSettings),
		Value: func() theme.Span { return plain(hours(b.record().PendingHours)) },
		About: func() []string {
			return []string{"A request that nobody decides lapses after " + hours(b.record().PendingHours) + "; deciders are reminded three times before."}
		},
		Change:  b.ask(askPendingTime),
		Command: func() string { return b.set + "--pending-time 3d" },
	}
}

// hours writes the pending time: "72 h (3 d)".
func hours(n int) string {
	if n > 24 && n%24 == 0 {
		return fmt.Sprintf("%d h (%d d)", n, n/24)
	}
	return strconv.Itoa(n) + " h"
}

const fieldPending = "pending time"

func askPendingTime(d unit.Desk, h *unit.Head) (card.Card, error) {
	o := h.Organization
	return &form.Form{
		Heading: "Pending time of " + o.Name, Button: "Change", StillThere: d.Still(h.Ref, o.Version, maySet),
		Fields: []*form.Field{{
			Name: fieldPending, Label: "Pending time", Value: core.Minutes(time.Duration(o.PendingHours) * time.Hour).String(), Required: true, Limit: 10,
			Help: "Whole hours, 1h to 14d.",
			Check: func(v string, _ form.Values) string {
				if _, err := parseHours(v); err != nil {
					return err.Error()
				}
				return ""
			},
			Describe: func(v string, _ form.Values) string {
				n, err := parseHours(v)
				if err != nil {
					return ""
				}
				return "Requests filed from now on lapse after " + hours(n) + ". Those that wait keep their time."
			},
		}},
		Send: func(ctx context.Context, v form.Values) (tea.Msg, error) {
			n, err := parseHours(v[fieldPending])
			if err != nil {
				return nil, err
			}
			_, err = d.Actor.SetPendingTime(ctx, o.ID, o.Version, n)
			return unit.Done{Text: "Requests in " + o.Name + " now wait " + hours(n) + "."}, err
		},
	}, nil
}

// parseHours reads a length in whole hours: 72, 72h, 3d. The bounds are core's to check.
func parseHours(s string) (int, error) {
	s = strings.TrimSpace(s)
	if n, err := strconv.Atoi(s); err == nil {
		return n, nil
	}
	l, err := core.ParseLength(s)
	if err != nil || l.Duration()%time.Hour != 0 {
		return 0, keymap.Disabled("Give whole hours or days, such as 72h or 3d.")
	}
	return int(l.Duration() / time.Hour), nil
}

func (b board) newMembers() setting.Item {
	return setting.Item{
		Label: "New members get", Toggle: true, May: b.May(core.OrganizationSettings),
		Value:   func() theme.Span { return plain(string(b.record().NewMembers)) },
		About:   func() []string { return []string{newMembersText(b.record().NewMembers)} },
		Change:  b.ask(askNewMembers),
		Command: func() string { return b.set + "--new-members " + string(otherNewMembers(b.record().NewMembers)) },
	}
}

func otherNewMembers(n core.NewMembers) core.NewMembers {
	if n == core.NewMembersAdmin {
		return core.NewMembersDefault
	}
	return core.NewMembersAdmin
}

func newMembersText(n core.NewMembers) string {
	if n == core.NewMembersAdmin {
		return "Whoever is added without named roles becomes an administrator, equal to all others."
	}
	return "Whoever is added without named roles becomes a plain member, who enters the projects that roles open."
}

func askNewMembers(d unit.Desk, h *unit.Head) (card.Card, error) {
	o := h.Organization
	to := otherNewMembers(o.NewMembers)
	return &card.Confirm{
		Heading: "New members of " + o.Name + " get " + string(to) + "?", Danger: keymap.Heavy,
		Facts:      [][2]string{{"Now", string(o.NewMembers)}, {"Then", string(to)}},
		Body:       []string{newMembersText(to), "Present members keep their roles."},
		StillThere: d.Still(h.Ref, o.Version, maySet),
		Buttons: []card.Button{{Label: "Change", Run: func(ctx context.Context) (tea.Msg, error) {
			_, err := d.Actor.SetNewMembers(ctx, o.ID, o.Version, to)
			return unit.Done{Text: "New members of " + o.Name + " now get " + string(to) + "."}, err
		}}},
	}, nil
}

func (b board) name() setting.Item {
	return setting.Item{
		Label: "Name", Value: func() theme.Span { return plain(b.record().Name) }, May: b.Head.MayRename,
		Change: func() tea.Cmd { return unit.Rename(b.Env, b.Head.Ref) }, Command: func() string { return unit.RenameCommand(b.Head.Ref) },
	}
}

// about tells where the organization stands; nothing here is changed.
func (b board) about() setting.Item {
	return setting.Item{
		Label: "Organization", Value: func() theme.Span { return plain(fmt.Sprintf("number %d", b.record().ID)) },
		About: func() []string {
			o := b.record()
			you := string(o.Relation)
			if you == "" {
				you = "nothing"
			}
			return []string{"Maintained by " + o.Maintainer.Name + ". Created " + cell.Exact(o.Created, b.Env.Now()) + ". You: " + you + "."}
		},
	}
}
