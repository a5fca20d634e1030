package core

// siblingsRead bounds how many projects of the organization are compared with that of a request: a page costs the same
// in a large house.
const siblingsRead = 1000

// projectAlike reports whether the name of the project of a request can be taken for that of another active project of
// its organization that the reader sees (trust.md requirement 7).
func (d *directory) projectAlike(v RequestView) (bool, error) {
	looks := Skeleton(v.ProjectName)
	var twins []ProjectID
	_, err := d.Tx.Projects().ScanRows(Scan{Index: ProjectsOfOrganization, Prefix: Key{Num(v.Organization)}, Limit: siblingsRead}, func(p ProjectRow) (bool, error) {
		if p.ID != v.Project && Skeleton(p.Name) == looks {
			twins = append(twins, p.ID)
		}
		return true, nil
	})
	if err != nil {
		return false, err
	}
	for _, id := range twins {
		if seen, err := d.permitted(ProjectSee, id.Ref()); err != nil || seen {
			return seen, err
		}
	}
	return false, nil
}

// markRequestsAlike marks the requests of a page that go to different projects of an organization whose names can be taken
// for one another.
func markRequestsAlike(items []RequestView) {
	type look struct {
		among OrganizationID
		name  string
	}
	looks := make([]look, len(items))
	first, mixed := make(map[look]ProjectID, len(items)), make(map[look]bool)
	for i := range items {
		looks[i] = look{items[i].Organization, Skeleton(items[i].ProjectName)}
		if p, met := first[looks[i]]; !met {
			first[looks[i]] = items[i].Project
		} else if p != items[i].Project {
			mixed[looks[i]] = true
		}
	}
	for i := range items {
		items[i].Alike = mixed[looks[i]]
	}
}
