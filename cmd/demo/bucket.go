package demo

import "gatehouse/core"

// buckets are what projects keep and share: each type of sharing, links under their own names, and a link that the
// sharing does not cover any more.
func (b *builder) buckets() {
	raw := b.bucket(Pia, "Nightly ETL", "Raw loads", "Files as they come in at 02:00, one folder a night")
	rejected := b.bucket(Pia, "Nightly ETL", "Rejected rows", "Rows that no rule takes, with the rule that was closest")
	b.bucket("gus@acme.test", "Nightly ETL", "Load logs", "")
	features := b.bucket(Ben, "Churn model", "Features", "What the churn model looks at, refreshed each Monday")
	training := b.bucket(Ben, "Churn model", "Training sets", "Frozen sets of the last four quarters")
	b.bucket(Ana, "Quarterly forecast", "Scenarios", "Low, middle and high")

	b.share(Ana, raw, core.ShareInput{Type: core.ShareProjectMembers})
	b.share(Ana, rejected, core.ShareInput{
		Type: core.ShareSelectedProjects, Projects: []core.ProjectID{b.project("Churn model"), b.project("Quarterly forecast")},
	})
	b.share(Ben, features, core.ShareInput{Type: core.ShareOrganizationMembers})
	b.share(Ben, training, core.ShareInput{Type: core.ShareSelectedUsers, Users: []string{Pia, "gus@acme.test"}})

	b.link(Ben, raw, "Churn model", "")
	b.link(Ana, raw, "Quarterly forecast", "Nightly loads")
	b.link(Ana, rejected, "Quarterly forecast", "")
	b.link(Ana, features, "Nightly ETL", "Churn features")
	b.link(Pia, training, "Nightly ETL", "")
	// Quarterly forecast is not meant any more: its link stays readable, and is flagged.
	b.share(Ana, rejected, core.ShareInput{Type: core.ShareSelectedProjects, Projects: []core.ProjectID{b.project("Churn model")}})

	turbine, grid := b.decider("Turbine health"), b.decider("Grid forecast")
	readings := b.bucket(turbine, "Turbine health", "Sensor readings", "Ten-minute means of all turbines")
	b.share(b.firstAdmin("Fjord Energy"), readings, core.ShareInput{Type: core.ShareProjectMembers})
	b.link(grid, readings, "Grid forecast", "Turbine readings")
}

func (b *builder) bucket(by, project, name, description string) (id core.BucketID) {
	b.do("bucket "+name, func() error {
		rec, err := b.as(by).CreateBucket(b.ctx, b.project(project), core.BucketInput{Name: name, Description: description})
		id = rec.ID
		return err
	})
	return id
}

func (b *builder) share(by string, id core.BucketID, in core.ShareInput) {
	b.do("share a bucket", func() error {
		_, err := b.as(by).ShareBucket(b.ctx, id, 0, in)
		return err
	})
}

func (b *builder) link(by string, id core.BucketID, project, name string) {
	b.do("link a bucket in "+project, func() error {
		_, err := b.as(by).LinkBucket(b.ctx, id, b.project(project), name)
		return err
	})
}
