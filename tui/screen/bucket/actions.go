package bucket

import (
	tea "charm.land/bubbletea/v2"

	"gatehouse/core"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/unit"
)

func (s *buckets) makeActions() {
	act, e := keymap.GroupAct, s.env
	notProject := func() bool { return !s.ofProject() }
	project := core.ProjectID(s.head.Ref.ID)
	catalog := keymap.Action{
		ID: "bucket.catalog", Title: "catalog", Long: "show the catalog of what other projects share, or the project's own buckets", Keys: []string{"t"},
		Group: keymap.GroupFind, Hint: 12, Hidden: notProject, Guard: func() error { return s.head.May(core.ProjectCatalog) }, Run: s.toggle,
		Command: func() string { return "gatehouse bucket catalog --project " + number(s.head.Ref.ID) },
	}
	back := catalog
	back.Title, back.Guard = "own buckets", nil
	back.Command = func() string { return "gatehouse bucket list --project " + number(s.head.Ref.ID) }
	unlink := keymap.Action{
		ID: "bucket.unlink", Title: "unlink", Long: "take the link out of this project", Keys: []string{"x"}, Group: act, Danger: keymap.Heavy, Applies: keymap.One, Hint: 15,
		Guard: s.mayUnlink, Run: s.one(func(v core.BucketView) tea.Cmd { return unlinkCard(e, v, project) }),
		Command: s.line(func(v core.BucketView) string { return "unlink " + bucketID(v) + " --project " + number(s.head.Ref.ID) }),
	}
	s.actions[0] = append(unit.Offer([]*keymap.Action{
		{
			ID: "bucket.create", Title: "new bucket", Keys: []string{"a"}, Group: act, Hint: 10, Hidden: notProject,
			Guard: func() error { return s.head.May(core.ProjectBuckets) }, Run: func() tea.Cmd { return createCard(e, project) },
			Command: func() string { return "gatehouse bucket create NAME --project " + number(s.head.Ref.ID) },
		},
		{
			ID: "bucket.share", Title: "share", Long: "share with other projects, or change whom with", Keys: []string{"s"}, Group: act, Danger: keymap.Heavy,
			Applies: keymap.One, Hint: 11, Guard: s.mayOwn(core.ProjectShareBuckets), Run: s.one(func(v core.BucketView) tea.Cmd { return shareMenu(e, v.ID) }),
			Command: s.line(func(v core.BucketView) string { return "share " + bucketID(v) + " --type TYPE" }),
		},
		&catalog,
		{
			ID: "unit.join", Title: "join", Long: "join, or request access", Keys: []string{"J"}, Group: act, Hint: 30, Hidden: notProject,
			Guard: s.head.MayEnter, Run: func() tea.Cmd { return unit.Enter(e, s.head.Ref) },
			Command: func() string { return unit.EnterCommand(&s.head) },
		},
		{
			ID: "bucket.edit", Title: "edit", Long: "change name, description or owner", Keys: []string{"e"}, Group: act, Applies: keymap.One, Hint: 14,
			Guard: s.mayOwn(core.ProjectBuckets), Run: s.one(func(v core.BucketView) tea.Cmd { return editCard(e, v.ID) }),
			Command: s.line(func(v core.BucketView) string { return "set " + bucketID(v) + " --name NAME" }),
		},
		{
			ID: "bucket.delete", Title: "delete", Long: "delete the bucket, or take the link out of this project", Keys: []string{"x"}, Group: act,
			Danger: keymap.Destructive, Applies: keymap.One, Hint: 15, Guard: s.mayRemove,
			Run: s.one(func(v core.BucketView) tea.Cmd {
				if v.Link != nil {
					return unlinkCard(e, v, project)
				}
				return deleteCard(e, v.ID, false)
			}),
			Command: s.line(func(v core.BucketView) string {
				if v.Link != nil {
					return "unlink " + bucketID(v) + " --project " + number(s.head.Ref.ID)
				}
				return "delete " + bucketID(v)
			}),
		},
		{
			ID: "bucket.unshare", Title: "stop sharing", Keys: []string{"u"}, Group: act, Danger: keymap.Heavy, Applies: keymap.One, Hint: 30,
			Guard: s.mayUnshare, Run: s.one(func(v core.BucketView) tea.Cmd { return unshareCard(e, v.ID) }),
			Command: s.line(func(v core.BucketView) string { return "unshare " + bucketID(v) }),
		},
	}), s.own.Actions()...)
	if !s.ofProject() {
		return
	}
	s.actions[1] = append(unit.Offer([]*keymap.Action{
		{
			ID: "bucket.link", Title: "link", Long: "link this bucket in the project", Keys: []string{"a"}, Group: act, Applies: keymap.One, Hint: 10,
			Guard: s.mayLink, Run: s.one(func(v core.BucketView) tea.Cmd { return linkCard(e, v, project, s.head.Name()) }),
			Command: s.line(func(v core.BucketView) string { return "link " + bucketID(v) + " --project " + number(s.head.Ref.ID) }),
		},
		&unlink,
		{
			ID: "bucket.show", Title: "linked or mine", Long: "show all, those linked here, those you own", Keys: []string{"m"},
			Group: keymap.GroupFind, Hint: 16, Run: s.next,
			Command: func() string {
				line := "gatehouse bucket catalog --project " + number(s.head.Ref.ID)
				if show := shows[s.shown.Load()].id; show != core.CatalogAll {
					line += " --" + string(show)
				}
				return line
			},
		},
		&back,
	}), s.catalog.Actions()...)
}

func (s *buckets) one(do func(core.BucketView) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		t := s.List.Targets()
		if len(t) != 1 {
			return nil
		}
		return do(t[0])
	}
}

func (s *buckets) line(say func(core.BucketView) string) func() string {
	return func() string {
		t := s.List.Targets()
		if len(t) != 1 {
			return ""
		}
		return "gatehouse bucket " + say(t[0])
	}
}

func (s *buckets) target() (core.BucketView, bool) {
	if t := s.List.Targets(); len(t) == 1 {
		return t[0], true
	}
	return core.BucketView{}, false
}

// mayOwn asks for a right in the project of a bucket; a link is changed where its bucket is.
func (s *buckets) mayOwn(right core.Right) func() error {
	return func() error {
		v, ok := s.target()
		switch {
		case !ok:
			return nil
		case v.Link != nil:
			return keymap.Disabled("This is a link and read-only. The bucket is changed in " + v.Project.Name + ".")
		case s.ofProject():
			return s.head.May(right)
		case s.row.Ref == core.ProjectID(v.Project.ID).Ref():
			return s.row.May(right)
		}
		return nil
	}
}

func (s *buckets) mayUnshare() error {
	v, ok := s.target()
	if ok && v.Link == nil && v.Share == nil {
		return keymap.Disabled(v.Name + " is not shared. Share it with s.")
	}
	return s.mayOwn(core.ProjectShareBuckets)()
}

func (s *buckets) mayRemove() error {
	if v, ok := s.target(); ok && v.Link != nil {
		return s.mayUnlink()
	}
	return s.mayOwn(core.ProjectBuckets)()
}

func (s *buckets) mayUnlink() error {
	if v, ok := s.target(); ok && v.Link == nil {
		return keymap.Disabled(v.Name + " is not linked here. Link it with a.")
	}
	return s.head.May(core.ProjectLinkBuckets)
}

func (s *buckets) mayLink() error {
	if v, ok := s.target(); ok && v.Link != nil {
		return keymap.Disabled("It is linked here already as " + v.Link.Name + ".")
	}
	return s.head.May(core.ProjectLinkBuckets)
}
