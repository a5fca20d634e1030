// Package account shows the own account: profile and preferences, MFA, keys, sessions, and the units that one belongs
// to; to Support it shows all accounts and their sessions (AC1, AC5, AC10).
package account

import (
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/layout"
	"gatehouse/tui/screen/invitation"
	"gatehouse/tui/screen/rows"

	tea "charm.land/bubbletea/v2"
)

// The tabs of the page.
const (
	TabProfile     = "profile"
	TabMFA         = "mfa"
	TabKeys        = "keys"
	TabSessions    = "sessions"
	TabUnits       = "units"
	TabInvitations = "invitations"
	TabAccounts    = "accounts"
)

// Kinds are the page "account" of the rail, and for Support "sessions" of everybody or "sessions/7" of one account.
func Kinds() []*app.Kind {
	return []*app.Kind{{
		Name: "account", Title: "Account", Rail: 9,
		Tabs: func(s *app.Session, _ app.Page) []app.Tab {
			tabs := []app.Tab{{ID: TabProfile, Title: "Profile"}, {ID: TabMFA, Title: "MFA"}, {ID: TabKeys, Title: "Keys"}, {ID: TabSessions, Title: "Sessions"}, {ID: TabUnits, Title: "My units"}, {ID: TabInvitations, Title: "Invitations"}}
			if s.Support {
				tabs = append(tabs, app.Tab{ID: TabAccounts, Title: "All accounts"})
			}
			return tabs
		},
		Make: func(e *app.Env, p app.Page) app.Screen {
			switch p.Tab {
			case TabMFA:
				return newMFA(e)
			case TabKeys:
				return newKeys(e)
			case TabSessions:
				return newSessions(e, e.Session.Actor.ID(), false)
			case TabUnits:
				return newUnits(e)
			case TabInvitations:
				return invitation.NewOwn(e)
			case TabAccounts:
				return newAccounts(e)
			}
			return newProfile(e)
		},
	}, {
		Name: "sessions", Title: "Sessions",
		Parent: func(app.Page) app.Page { return app.Page{Kind: "account", Tab: TabAccounts} },
		Make:   func(e *app.Env, p app.Page) app.Screen { return newSessionsOf(e, p) },
	}}
}

// rowsScreen is what the tabs with a list have in common.
type rowsScreen[R any] struct {
	env *app.Env
	rows.Pane[R]
	actions []*keymap.Action
}

// Init implements app.Screen.
func (s *rowsScreen[R]) Init() tea.Cmd { return s.List.Init() }

// Update implements app.Screen.
func (s *rowsScreen[R]) Update(msg tea.Msg) tea.Cmd { return s.List.Update(msg) }

// View implements app.Screen.
func (s *rowsScreen[R]) View(r layout.Rect) string { return s.List.View(r, s.env.Look()) }

// Actions implements app.Screen.
func (s *rowsScreen[R]) Actions() []*keymap.Action { return s.actions }

// Title implements app.Screen.
func (s *rowsScreen[R]) Title() []string { return []string{"Account"} }

// Refresh implements app.Refresher.
func (s *rowsScreen[R]) Refresh() tea.Cmd { return s.List.Refresh() }
