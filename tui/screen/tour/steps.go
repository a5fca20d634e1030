package tour

import (
	"slices"

	"gatehouse/core"
	"gatehouse/tui/app"
)

// step is one thing to try. What ticks it is only what the house says.
type step struct {
	id    string
	title string // up to 16 cells: it stands below the rail
	about string // what it shows, in a few words
	did   string // what was done, as a sentence without its full stop
	try   string // what to press, in one line, for the list
	who   func(Scene) core.AccountID
	// stages say what to press from where one stands; the first that fits is shown. The last fits always.
	stages []stage
	// ticks reports whether the use is what the step is about. It may note in memory what it needs later.
	ticks func(m *memory, u core.Use) bool
}

// stage is what to press in one situation. {app.palette} stands for the key of that action, {enter} for itself; <admin>,
// <project> and the like for the names of the scene, <'Settings> for a word of the screen. "{key} until <name>" means: again
// and again, until one is there.
type stage struct {
	// card is how the title of the card begins that takes the keys; empty for no card.
	card string
	at   situation // nil is everywhere
	say  string
}

// memory is what ticking needs to know of earlier uses.
type memory struct {
	scene    Scene
	impact   bool       // somebody has read whom Require MFA locks out
	asked    []core.Ref // who has asked to come in
	approved []core.Ref // the visits that began by an approval
}

// here reports whether a use is about the organization or the project of the scene.
func (m *memory) here(u core.Use) bool {
	return slices.ContainsFunc(u.Subjects, func(r core.Ref) bool {
		return r == core.ProjectID(m.scene.Project.ID).Ref() || r == core.OrganizationID(m.scene.Organization.ID).Ref()
	})
}

// about reports whether a use is about one of these.
func about(u core.Use, these []core.Ref) bool {
	return slices.ContainsFunc(these, func(r core.Ref) bool { return slices.Contains(u.Subjects, r) })
}

// setbacks are what takes a step back that was done: nobody waits any more, or nobody is inside. Which steps are open
// again, unless the one behind them is done.
var setbacks = map[core.Action]struct {
	unless string
	again  []string
	told   string
}{
	"request.reject":   {Approve, []string{Ask}, "Rejected: ask once more to see how it goes on."},
	"request.withdraw": {Approve, []string{Ask}, "Withdrawn: ask once more to see how it goes on."},
	"request.lapse":    {Approve, []string{Ask}, "The request has lapsed: ask once more."},
	"visit.revoke":     {RunOut, []string{Ask, Approve}, "The visit is over before its time: ask once more to see it run out."},
	"visit.leave":      {RunOut, []string{Ask, Approve}, "The visit is over before its time: ask once more to see it run out."},
}

// Ids of the steps.
const (
	Look, Close, Ask, Approve, RunOut = "look", "close", "ask", "approve", "run-out"
	RequireMFA, Why, Undo             = "mfa", "why", "undo"
	Grant, Verify                     = "grant", "verify"
)

func steps() []step {
	return slices.Concat(askingSteps(), rulingSteps(), lookingSteps())
}

// askingSteps are the story of a support engineer who wants in.
func askingSteps() []step {
	return []step{
		{
			id: Look, title: "Look around", about: "an organization has projects, people, roles", did: "Acme is open",
			try: "{app.screen-3} Organizations, {list.open} opens <organization>", who: admin,
			stages: slices.Concat(as(admin, "admin"), []stage{
				{"", onPage("organizations"), "Press {list.open} to open <organization>"},
				{"", nil, "Press {app.screen-3} to see the organizations"},
			}),
			ticks: action(core.UseSeeOrganization),
		},
		{
			id: Close, title: "Auto Join off", about: "from now on support has to ask", did: "nobody walks in any more",
			try: "as <admin>: <organization>, {app.next-tab} to Settings, {setting.toggle} on Auto Join", who: admin,
			stages: slices.Concat(as(admin, "admin"), []stage{
				{"Turn off Auto Join", nil, "It says what changes; {enter} turns it off"},
				{"", tab("organization", "settings"), "{setting.up} until <'Auto Join>, then {setting.toggle} switches it"},
			}, toSettings()),
			ticks: func(m *memory, u core.Use) bool {
				return u.Action == "settings.auto_join" && m.here(u) && len(u.Changes) > 0 && u.Changes[0].After == "off"
			},
		},
		{
			id: Ask, title: "Ask to come in", about: "as support, with a reason and an end", did: "Sam asks to come in",
			try: "{demo.person} <engineer>: {app.palette}<typed> {enter}, {unit.join}, a reason, {ctrl+s}", who: engineer,
			stages: slices.Concat(as(engineer, "engineer"), []stage{
				{"Request access", nil, "Give a reason, such as {INC-41}; {ctrl+s} sends it"},
				{"Join ", nil, "Auto Join is on again: {esc}, turn it off first"},
				{"", onRecord("project"), "Press {unit.join} to ask for access"},
			}, toProject()),
			ticks: func(m *memory, u core.Use) bool {
				if u.Action != "request.file" || !m.here(u) {
					return false
				}
				m.asked = append(m.asked, u.Actor.Ref())
				return true
			},
		},
		{
			id: Approve, title: "Let Sam in", about: "a user of the project decides", did: "Sam is inside",
			try: "{demo.person} <user>: {app.screen-2} Requests, {request.approve}", who: user,
			stages: slices.Concat(as(user, "user"), []stage{
				{"Approve request", nil, "It says what follows; {enter} approves"},
				{"", onPage("requests"), "<engineer> waits here: {request.approve} approves"},
				{"", onRecord("request"), "{request.approve} approves"},
				{"", nil, "Press {app.screen-2} to see who waits for you"},
			}),
			ticks: func(m *memory, u core.Use) bool {
				if u.Action != "request.approve" || !m.here(u) || len(u.Subjects) < 4 {
					return false
				}
				m.approved = append(m.approved, u.Subjects[3]) // the visit: the person may have others
				return true
			},
		},
		{
			id: RunOut, title: "Let it run out", about: "visits end by themselves", did: "the visit has ended by itself",
			try: "{demo.hour} an hour ahead, {demo.day} a day, until the visit ends", who: anybody,
			stages: []stage{
				{"", tab("requests", "waiting"), "{app.next-tab} shows the visit; {demo.hour} is an hour later, {demo.day} a day"},
				{"", nil, "{demo.hour} puts the clock an hour ahead, {demo.day} a day: it ends"},
			},
			ticks: func(m *memory, u core.Use) bool {
				return u.Action == "visit.end" && u.Actor == 0 && about(u, m.approved)
			},
		},
	}
}

// rulingSteps are about a rule that locks people out.
func rulingSteps() []step {
	return []step{
		{
			id: RequireMFA, title: "Require MFA", about: "but first read whom it locks out", did: "MFA is required in Acme",
			try: "as <admin>: <organization>, Settings, {setting.toggle} on Require MFA", who: admin,
			stages: slices.Concat(as(admin, "admin"), []stage{
				{"Require MFA", nil, "Whom it locks out; {tab} until <'Lock out>, {enter}"},
				{"", tab("organization", "settings"), "{setting.down} until <'Require MFA>, {setting.toggle}: whom does it hit?"},
			}, toSettings()),
			ticks: func(m *memory, u core.Use) bool {
				m.impact = m.impact || u.Action == "settings.mfa_list_view"
				return m.impact && m.here(u) && (u.Action == "settings.mfa_require" || u.Action == "settings.mfa_schedule")
			},
		},
		{
			id: Why, title: "Ask why not", about: "rule by rule, why somebody cannot enter", did: "you know why, and what would help",
			try: "as <admin>: {app.palette}<typed> {enter}, {user.why} on <locked>", who: admin,
			stages: slices.Concat(as(admin, "admin"), []stage{
				{"", tab("project", "users"), "{list.down} until <locked>, {user.why} says why not"},
				{"", tab("project", "access"), "{list.down} until <locked>, {user.why} says why not"},
				{"", onRecord("project"), "Press {app.next-tab} until <'Users>"},
			}, toProject()),
			ticks: func(_ *memory, u core.Use) bool {
				return u.Action == core.UseWhy && slices.Contains([]string{
					string(core.WhyRefused), string(core.WhyWaits), string(core.WhyMayRequest),
				}, u.Verdict)
			},
		},
		{
			id: Undo, title: "Take it back", about: "what you did, for five minutes", did: "that is taken back",
			try: "as <admin>: {app.undo}, and MFA is not required again", who: admin,
			stages: slices.Concat(as(admin, "admin"), []stage{
				{"Undo", nil, "It says what comes back; {enter} takes it back"},
				{"Why", nil, "Read it; {esc} closes it"},
				{"", nil, "Press {app.undo} to take your last change back"},
			}),
			ticks: action("undo"),
		},
	}
}

// lookingSteps are about who may enter, and about what the house remembers.
func lookingSteps() []step {
	return []step{
		{
			id: Grant, title: "Open to a role", about: "all who hold it enter, now and later", did: "a role opens the project",
			try: "as <admin>: {app.palette}<typed> {enter}, Access, {grant.add}, a role, {ctrl+s}", who: admin,
			stages: slices.Concat(as(admin, "admin"), []stage{
				{"Open ", nil, "Choose a role and a level; {ctrl+s} opens it"},
				{"", tab("project", "access"), "Press {grant.add} to open it to everybody with a role"},
				{"", onRecord("project"), "Press {app.next-tab} until <'Access>"},
			}, toProject()),
			ticks: action("grant.add"),
		},
		{
			id: Verify, title: "Verify the log", about: "every event holds the hash of the last", did: "nobody has changed the log",
			try: "as <admin>: {app.screen-7} Activity, {activity.verify}", who: admin,
			stages: slices.Concat(as(admin, "admin"), []stage{
				{"", onPage("activity"), "All you did stands here: {activity.verify} checks the chain"},
				{"", nil, "Press {app.screen-7} to see the activity"},
			}),
			ticks: func(_ *memory, u core.Use) bool { return u.Action == core.UseVerify && u.Verdict == core.VerdictWhole },
		},
	}
}

// Whom a step is for.
func admin(s Scene) core.AccountID    { return s.Admin.ID }
func engineer(s Scene) core.AccountID { return s.Engineer.ID }
func user(s Scene) core.AccountID     { return s.User.ID }
func anybody(Scene) core.AccountID    { return 0 }

func action(a core.Action) func(*memory, core.Use) bool {
	return func(_ *memory, u core.Use) bool { return u.Action == a }
}

// Situations.

type situation = func(app.GuideView, Scene) bool

// person is when somebody else acts.
func person(who func(Scene) core.AccountID) situation {
	return func(v app.GuideView, s Scene) bool { return v.Actor != who(s) }
}

func onPage(kind string) situation {
	return func(v app.GuideView, _ Scene) bool { return v.Page.Kind == kind }
}

// onRecord is on the page of the organization or the project of the scene, or of any request.
func onRecord(kind string) situation {
	return func(v app.GuideView, s Scene) bool { return v.Page.Kind == kind && ours(v.Page, s) }
}

func tab(kind, name string) situation {
	return func(v app.GuideView, s Scene) bool {
		return v.Page.Kind == kind && v.Page.Tab == name && ours(v.Page, s)
	}
}

func ours(p app.Page, s Scene) bool {
	switch p.Kind {
	case "organization":
		return p.ID == number(s.Organization.ID)
	case "project":
		return p.ID == number(s.Project.ID)
	}
	return true
}

// The titles of cards that belong to the root and to the demo.
const (
	// CastHeading is the title of the menu of whom to be.
	CastHeading = "Be somebody else"
	palette     = "Go to or do"
)

// as makes one become the person first. The menu of whom to be begins at that person.
func as(who func(Scene) core.AccountID, name string) []stage {
	return []stage{
		{CastHeading, nil, "{enter} on <" + name + ">"},
		{"", person(who), "Become <" + name + ">: {demo.person}, then {enter}"},
	}
}

// toSettings leads to the settings of the organization.
func toSettings() []stage {
	return []stage{
		{"", onRecord("organization"), "Press {app.next-tab} until <'Settings>"},
		{"", onPage("organizations"), "Press {list.open} to open <organization>"},
		{"", nil, "Press {app.screen-3} to see the organizations"},
	}
}

// toProject leads to the project.
func toProject() []stage {
	return []stage{
		{palette, nil, "Type <typed>, then {enter}"},
		{"", nil, "Go to <project>: {app.palette}<typed> {enter}"},
	}
}
