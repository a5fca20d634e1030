package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newBucket() *cobra.Command {
	return newNoun("bucket", "buckets: what a project keeps, shares in its organization and links",
		m.newBucketList(),
		m.newBucketCatalog(),
		m.newBucketShow(),
		m.newBucketCreate(),
		m.newBucketSet(),
		m.newBucketDelete(),
		m.newBucketShare(),
		m.newBucketUnshare(),
		m.newBucketLink(),
		m.newBucketUnlink(),
		m.newBucketForceUnlink(),
	)
}

func (m *Main) newBucketList() *cobra.Command {
	var org, project string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "list buckets: all that are open to you, or those of a project or an organization",
		Long: `Lists buckets. Of --project: its own buckets and its links. Of --org: the buckets
of all its projects (administrators). Without both: those of every project whose
content is open to you.

Fields of --filter: name, project, owner, sharing (project_members,
organization_members, selected_projects, selected_users, none), state (own,
shared, link, flagged), id.`,
	}
	cmd.Flags().StringVar(&org, "org", "", "only those of the organization `O`")
	cmd.Flags().StringVar(&project, "project", "", "only those of the project `P`, with its links")
	cmd.MarkFlagsMutuallyExclusive("org", "project")
	return asList(m, cmd, []string{"name"}, m.bucketColumns(),
		func(ctx context.Context, a *core.Actor) (fetcher[core.BucketView], error) {
			var asked core.BucketQuery
			var err error
			if org != "" {
				if asked.Organization, err = m.organizationID(ctx, a, org); err != nil {
					return nil, err
				}
			}
			if project != "" {
				if asked.Project, err = m.projectID(ctx, a, project); err != nil {
					return nil, err
				}
			}
			return bucketsOf(ctx, a, asked), nil
		})
}

func bucketsOf(ctx context.Context, a *core.Actor, asked core.BucketQuery) fetcher[core.BucketView] {
	return func(q core.Query) (core.Page[core.BucketView], error) {
		asked.Query = q
		return a.Buckets(ctx, asked)
	}
}

func (m *Main) bucketColumns() []column[core.BucketView] {
	return []column[core.BucketView]{
		{title: "ID", cell: func(v core.BucketView) string { return number(v.ID) }, right: true},
		{title: "NAME", cell: core.BucketView.Title},
		{title: "KIND", cell: bucketKind},
		{title: "PROJECT", cell: func(v core.BucketView) string { return v.Project.Name }},
		{title: "SHARED WITH", cell: sharedWith},
		{title: "OWNER", cell: m.bucketOwner},
		{title: "DESCRIPTION", cell: func(v core.BucketView) string { return orDash(strings.ReplaceAll(v.Description, "\n", " ")) }},
	}
}

// bucketKind says what a row is in the project that was asked about.
func bucketKind(v core.BucketView) string {
	kind := "bucket"
	if v.Link != nil {
		kind = "link"
		if v.Link.Uncovered {
			kind = "link, no longer covered"
		}
	}
	if v.Source != "" {
		kind += ", project " + v.Source
	}
	return kind
}

// sharedWith says in a few words who may list and link a bucket (SB4).
func sharedWith(v core.BucketView) string {
	if v.Share == nil {
		return "-"
	}
	switch v.Share.Type {
	case core.ShareProjectMembers:
		return "all project users"
	case core.ShareOrganizationMembers:
		return "organization members"
	case core.ShareSelectedProjects:
		return orSome(v.Share.Targets, "project", "projects")
	case core.ShareSelectedUsers:
		return orSome(v.Share.Targets, "person", "people")
	}
	return string(v.Share.Type)
}

// orSome counts targets, or says that there are some where the reader may not see how many.
func orSome(n int, one, many string) string {
	switch n {
	case 0:
		return "selected " + many
	case 1:
		return "1 " + one
	}
	return number(n) + " " + many
}

func (m *Main) bucketOwner(v core.BucketView) string {
	if v.OwnerLeft {
		return m.person(&v.Owner) + " (left)"
	}
	return m.person(&v.Owner)
}

func (m *Main) newBucketCatalog() *cobra.Command {
	var project string
	var linked, mine bool
	cmd := &cobra.Command{
		Use:   "catalog --project P",
		Short: "list the shared buckets that you may link in a project",
		Long: `Lists the buckets that other projects of the organization share with you in the
project P. Link one with "gatehouse bucket link".

Fields of --filter: those of "bucket list".`,
	}
	cmd.Flags().StringVar(&project, "project", "", "the project `P` that they would be linked in")
	cmd.Flags().BoolVar(&linked, "linked", false, "only those that are linked in it")
	cmd.Flags().BoolVar(&mine, "mine", false, "only those that you own")
	must(cmd.MarkFlagRequired("project"))
	cmd.MarkFlagsMutuallyExclusive("linked", "mine")
	columns := append(m.bucketColumns()[:2:2], column[core.BucketView]{title: "LINKED AS", cell: func(v core.BucketView) string {
		if v.Link == nil {
			return "-"
		}
		return v.Link.Name
	}})
	columns[1].cell = func(v core.BucketView) string { return v.Name }
	return asList(m, cmd, []string{"name"}, append(columns, m.bucketColumns()[3:]...),
		func(ctx context.Context, a *core.Actor) (fetcher[core.BucketView], error) {
			id, err := m.projectID(ctx, a, project)
			if err != nil {
				return nil, err
			}
			show := core.CatalogAll
			switch {
			case linked:
				show = core.CatalogLinked
			case mine:
				show = core.CatalogMine
			}
			return catalogOf(ctx, a, id, show), nil
		})
}

func catalogOf(ctx context.Context, a *core.Actor, id core.ProjectID, show core.CatalogShow) fetcher[core.BucketView] {
	return func(q core.Query) (core.Page[core.BucketView], error) {
		return a.Catalog(ctx, core.CatalogQuery{Query: q, Project: id, Show: show})
	}
}

// bucketID gives the number of the bucket that arg names, among those that list gives.
func bucketID(arg string, list fetcher[core.BucketView]) (core.BucketID, error) {
	id, err := findUnit(core.KindBucket, arg, list, func(v core.BucketView) (string, named) {
		name := v.Name
		if v.Link != nil && v.Link.Name == arg {
			name = arg // known here by the name of its link
		}
		return name, named{uint64(v.ID), "of " + v.Project.Name}
	})
	return core.BucketID(id), err
}

// ownBucket is bucketID among the buckets of all projects that are open to the actor.
func ownBucket(ctx context.Context, a *core.Actor, arg string) (core.BucketID, error) {
	return bucketID(arg, bucketsOf(ctx, a, core.BucketQuery{}))
}

func ownBucketView(ctx context.Context, a *core.Actor, arg string) (core.BucketView, error) {
	id, err := ownBucket(ctx, a, arg)
	if err != nil {
		return core.BucketView{}, err
	}
	return a.Bucket(ctx, id)
}

func (m *Main) newBucketShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show BUCKET",
		Short: "show a bucket: how it is shared, and where it is linked",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			v, err := ownBucketView(ctx, a, args[0])
			if err != nil {
				return err
			}
			links, err := everything(func(q core.Query) (core.Page[core.LinkView], error) { return a.BucketLinks(ctx, v.ID, q) })
			if err != nil {
				return err
			}
			fields := []field{
				{"id", number(v.ID)},
				{"name", v.Name},
				{"description", orDash(v.Description)},
				{"project", fmt.Sprintf("%d %s", v.Project.ID, v.Project.Name)},
				{"organization", fmt.Sprintf("%d %s", v.Organization.ID, v.Organization.Name)},
				{"owner", m.bucketOwner(v)},
				{"created", v.Created.String()},
				{"shared with", sharedWith(v)},
			}
			if s := v.Share; s != nil {
				for _, t := range s.Projects {
					fields = append(fields, field{"  project", fmt.Sprintf("%d %s", t.ID, targetText(t))})
				}
				for _, t := range s.Users {
					fields = append(fields, field{"  person", targetText(t)})
				}
				fields = append(fields, field{"shared since", s.At.String()})
				if s.By != nil {
					fields = append(fields, field{"shared by", m.person(s.By)})
				}
			}
			for _, l := range links {
				fields = append(fields, field{"linked in", m.linkText(l)})
			}
			return m.printThing(struct {
				core.BucketView
				Linked []core.LinkView `json:"linked_in,omitempty"`
			}{v, links}, fields)
		}),
	}
}

func targetText(t core.SharingTarget) string {
	if t.Left {
		return t.Name + " (left the organization)"
	}
	return t.Name
}

func (m *Main) linkText(l core.LinkView) string {
	s := fmt.Sprintf("%d %s as %s, by %s", l.Project.ID, l.Project.Name, l.Name, m.person(&l.By))
	if l.Deleted {
		s += "; the project is deleted"
	}
	if l.Uncovered {
		s += "; no longer covered by the sharing"
	}
	return s
}

func (m *Main) newBucketCreate() *cobra.Command {
	var project, description, owner string
	cmd := &cobra.Command{
		Use:   "create NAME --project P",
		Short: "create a bucket",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			said, err := m.readText("--description", description)
			if err != nil {
				return err
			}
			id, err := m.projectID(ctx, a, project)
			if err != nil {
				return err
			}
			rec, err := a.CreateBucket(ctx, id, core.BucketInput{Name: args[0], Description: said, Owner: owner})
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("created bucket %d, %s", rec.ID, rec.Name))
		}),
	}
	cmd.Flags().StringVar(&project, "project", "", "the project `P` that it belongs to")
	cmd.Flags().StringVar(&description, "description", "", "what is in it: `D`, "+core.Characters(0, core.NoteMax))
	cmd.Flags().StringVar(&owner, "owner", "", "who owns it: `EMAIL` of a user of the project or an administrator; without it you")
	must(cmd.MarkFlagRequired("project"))
	return cmd
}

func (m *Main) newBucketSet() *cobra.Command {
	var name, description, owner string
	cmd := &cobra.Command{
		Use:   "set BUCKET",
		Short: "change name, description or owner of a bucket",
		Args:  arguments(1, 1),
	}
	cmd.Flags().StringVar(&name, "name", "", "another name `N`; links show it at once")
	cmd.Flags().StringVar(&description, "description", "", "what is in it: `D`; empty for nothing")
	cmd.Flags().StringVar(&owner, "owner", "", "who owns it: `EMAIL` of a user of the project or an administrator")
	cmd.MarkFlagsOneRequired("name", "description", "owner")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var p core.BucketPatch
		if cmd.Flags().Changed("name") {
			p.Name = &name
		}
		if cmd.Flags().Changed("description") {
			said, err := m.readText("--description", description)
			if err != nil {
				return err
			}
			p.Description = &said
		}
		if cmd.Flags().Changed("owner") {
			p.Owner = &owner
		}
		return m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := ownBucket(ctx, a, args[0])
			if err != nil {
				return err
			}
			rec, err := a.SetBucket(ctx, id, 0, p)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("changed bucket %d, %s", rec.ID, rec.Name))
		})(cmd, args)
	}
	return cmd
}

func (m *Main) newBucketDelete() *cobra.Command {
	return &cobra.Command{
		Use:   "delete BUCKET",
		Short: "delete a bucket that is linked nowhere",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			v, err := ownBucketView(ctx, a, args[0])
			if err != nil {
				return err
			}
			impact := []string{"What is in it is gone for good."}
			if v.Share != nil {
				impact = append(impact, "It is shared with "+sharedWith(v)+"; that ends too.")
			}
			if v.Links > 0 {
				impact = append(impact, "It is linked in "+plural(v.Links, "project")+": this will be refused until the links are gone.")
			}
			if err := a.Rehearsing().DeleteBucket(ctx, v.ID, v.Version); err != nil {
				return err
			}
			if err := m.confirm(fmt.Sprintf("Delete bucket %d, %s?", v.ID, v.Name), impact); err != nil {
				return err
			}
			if err := a.DeleteBucket(ctx, v.ID, v.Version); err != nil {
				return err
			}
			return m.printDone(v, fmt.Sprintf("deleted bucket %d, %s", v.ID, v.Name))
		}),
	}
}
