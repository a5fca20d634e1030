package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newBucketShare() *cobra.Command {
	var kind, projects, users string
	cmd := &cobra.Command{
		Use:   "share BUCKET --type T",
		Short: "offer a bucket to other projects of its organization, or change to whom",
		Long: `Shares a bucket with other projects of its organization, read-only. Sharing it
again replaces what was there. The type T says who may list and link it:

  project_members       any user of any project of the organization
  organization_members  members of the organization
  selected_projects     users of the projects named with --projects
  selected_users        the people named with --users, in any project they use

Links that are no longer covered stay readable and are flagged.`,
		Args: arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			in := core.ShareInput{Type: core.SharingType(kind)}
			var err error
			if users != "" {
				if in.Users, err = parseList("--users", users); err != nil {
					return err
				}
			}
			if projects != "" {
				if in.Projects, err = m.projectIDs(ctx, a, projects); err != nil {
					return err
				}
			}
			id, err := ownBucket(ctx, a, args[0])
			if err != nil {
				return err
			}
			impact, err := a.SharingImpact(ctx, id, in)
			if err != nil {
				return err
			}
			rec, err := a.ShareBucket(ctx, id, 0, in)
			if err != nil {
				return err
			}
			said := fmt.Sprintf("bucket %d, %s, is shared with %s", rec.ID, rec.Name, strings.ReplaceAll(string(rec.Share.Type), "_", " "))
			if impact.Total > 0 {
				said += fmt.Sprintf("; %s no longer covered", plural(impact.Total, "link")+isAre(impact.Total))
			}
			return m.printDone(rec, said)
		}),
	}
	cmd.Flags().StringVar(&kind, "type", "", "to whom: `T`, see above")
	cmd.Flags().StringVar(&projects, "projects", "", "the projects `P,Q`, by number or name")
	cmd.Flags().StringVar(&users, "users", "", "the people `EMAIL,…`, by address or number")
	must(cmd.MarkFlagRequired("type"))
	completeWords(cmd, "type", string(core.ShareProjectMembers), string(core.ShareOrganizationMembers),
		string(core.ShareSelectedProjects), string(core.ShareSelectedUsers))
	return cmd
}

func isAre(n int) string {
	if n == 1 {
		return " is"
	}
	return " are"
}

// projectIDs reads projects separated by commas.
func (m *Main) projectIDs(ctx context.Context, a *core.Actor, list string) ([]core.ProjectID, error) {
	names, err := parseList("--projects", list)
	if err != nil {
		return nil, err
	}
	ids := make([]core.ProjectID, len(names))
	for i, name := range names {
		if ids[i], err = m.projectID(ctx, a, name); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func (m *Main) newBucketUnshare() *cobra.Command {
	return &cobra.Command{
		Use:   "unshare BUCKET",
		Short: "stop sharing a bucket that is linked nowhere",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			v, err := ownBucketView(ctx, a, args[0])
			if err != nil {
				return err
			}
			var impact []string
			if v.Share != nil {
				impact = append(impact, "It was shared with "+sharedWith(v)+"; nobody can link it any more.")
			}
			if v.Links > 0 {
				impact = append(impact, "It is linked in "+plural(v.Links, "project")+": this will be refused until the links are gone.")
			}
			if _, err := a.Rehearsing().UnshareBucket(ctx, v.ID, v.Version); err != nil {
				return err
			}
			if err := m.confirm(fmt.Sprintf("Stop sharing bucket %d, %s?", v.ID, v.Name), impact); err != nil {
				return err
			}
			rec, err := a.UnshareBucket(ctx, v.ID, v.Version)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("bucket %d, %s, is not shared any more", rec.ID, rec.Name))
		}),
	}
}

func (m *Main) newBucketLink() *cobra.Command {
	var project, name string
	cmd := &cobra.Command{
		Use:   "link BUCKET --project P",
		Short: "link a shared bucket in a project, read-only",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			p, err := m.projectID(ctx, a, project)
			if err != nil {
				return err
			}
			id, err := bucketID(args[0], catalogOf(ctx, a, p, core.CatalogAll))
			if err != nil {
				return err
			}
			rec, err := a.LinkBucket(ctx, id, p, name)
			if err != nil {
				return err
			}
			return m.printDone(rec, fmt.Sprintf("linked bucket %d in project %d as %s", rec.Bucket, rec.Project, rec.Name))
		}),
	}
	cmd.Flags().StringVar(&project, "project", "", "the project `P` that gets the link")
	cmd.Flags().StringVar(&name, "name", "", "the name `N` of the link; without it that of the bucket")
	must(cmd.MarkFlagRequired("project"))
	return cmd
}

func (m *Main) newBucketUnlink() *cobra.Command {
	var project string
	cmd := &cobra.Command{
		Use:   "unlink BUCKET --project P",
		Short: "take the link to a bucket out of a project",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			p, err := m.projectID(ctx, a, project)
			if err != nil {
				return err
			}
			id, err := bucketID(args[0], bucketsOf(ctx, a, core.BucketQuery{Project: p}))
			if err != nil {
				return err
			}
			if err := a.UnlinkBucket(ctx, id, p); err != nil {
				return err
			}
			return m.printDone(unlinked{id, p}, fmt.Sprintf("unlinked bucket %d in project %d", id, p))
		}),
	}
	cmd.Flags().StringVar(&project, "project", "", "the project `P` that has the link")
	must(cmd.MarkFlagRequired("project"))
	return cmd
}

// unlinked is what an unlink answers as JSON.
type unlinked struct {
	Bucket  core.BucketID  `json:"bucket"`
	Project core.ProjectID `json:"project"`
}

func (m *Main) newBucketForceUnlink() *cobra.Command {
	var project string
	cmd := &cobra.Command{
		Use:   "force-unlink BUCKET --project P",
		Short: "take away the link to your bucket in another project",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			p, err := m.linkingProject(ctx, a, args[0], project)
			if err != nil {
				return err
			}
			id, err := ownBucket(ctx, a, args[0])
			if err != nil {
				return err
			}
			if err := a.Rehearsing().ForceUnlink(ctx, id, p); err != nil {
				return err
			}
			err = m.confirm(fmt.Sprintf("Unlink bucket %d in project %d by force?", id, p), []string{
				fmt.Sprintf("Project %d loses the bucket at once. Its activity shows that you took it.", p),
			})
			if err != nil {
				return err
			}
			if err := a.ForceUnlink(ctx, id, p); err != nil {
				return err
			}
			return m.printDone(unlinked{id, p}, fmt.Sprintf("unlinked bucket %d in project %d by force", id, p))
		}),
	}
	cmd.Flags().StringVar(&project, "project", "", "the project `P` that has the link, by number or name")
	must(cmd.MarkFlagRequired("project"))
	return cmd
}

// linkingProject finds a project that links the bucket. It may be one that the actor does not see otherwise.
func (m *Main) linkingProject(ctx context.Context, a *core.Actor, bucket, project string) (core.ProjectID, error) {
	id, err := findUnit(core.KindProject, project,
		func(q core.Query) (core.Page[core.LinkView], error) {
			b, err := ownBucket(ctx, a, bucket)
			if err != nil {
				return core.Page[core.LinkView]{}, err
			}
			return a.BucketLinks(ctx, b, q)
		},
		func(l core.LinkView) (string, named) {
			return l.Project.Name, named{l.Project.ID, "linked as " + l.Name}
		})
	return core.ProjectID(id), err
}
