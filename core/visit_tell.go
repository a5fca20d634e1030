package core

// The occasions of a visit that the other people of its unit are told of (N7). They are stored; never change them.
const (
	howEntered = "entered" // a project
	howJoined  = "joined"  // an organization
)

// tellVisit tells the people around a visit that it has begun, was extended, or ended early: who, until when, why, and
// who approved (N7). These are the ordinary active users of a project and who approved the visit; of an organization the
// administrators. Nobody is told of the own visit here.
func (c *change) tellVisit(event Notice, v Visit, facts NoticeFacts) error {
	facts.About, facts.At = v.Account, v.Ends
	tell := func(to AccountID, first, second Ref) {
		if to != v.Account {
			c.tell(to, event, facts, first, second)
		}
	}
	switch v.Unit.Kind {
	case KindProject:
		p, err := c.project(ProjectID(v.Unit.ID))
		if err != nil || p.State != ProjectActive {
			return err
		}
		facts.Name = p.Name
		approvers, err := c.approversOf(v)
		if err != nil {
			return err
		}
		for _, who := range approvers {
			tell(who, v.ID.Ref(), v.Unit)
		}
		return c.activeUsers(p, func(acc Account) (bool, error) {
			visiting, err := c.visiting(p.ID, acc.ID)
			if err == nil && !visiting {
				tell(acc.ID, v.ID.Ref(), v.Unit)
			}
			return true, err
		})
	case KindOrganization:
		o, err := c.organization(OrganizationID(v.Unit.ID))
		if err != nil || o.State != UnitActive {
			return err
		}
		facts.Name = o.Name
		return each(c.Memberships(), Scan{Prefix: RefKey(v.Unit)}, func(m Membership) (bool, error) {
			if m.Admin() {
				tell(m.Account, v.ID.Ref(), v.Unit)
			}
			return true, nil
		})
	default:
		return nil
	}
}

// approversOf gives who approved the visit and its extensions, as far as it was not the visitor.
func (r *reading) approversOf(v Visit) ([]AccountID, error) {
	var who []AccountID
	if v.Approver != 0 && v.Approver != v.Account {
		who = append(who, v.Approver)
	}
	for _, id := range v.Extensions {
		q, err := get(r.Requests(), id, id.Ref())
		if err != nil {
			return nil, err
		}
		if q.By != 0 {
			who = append(who, q.By)
		}
	}
	return who, nil
}

// tellCutShort tells the people around a visit that it ended before its end (N7).
func (c *change) tellCutShort(v Visit) error {
	if v.Ends.Passed(c.now) {
		return nil
	}
	facts := NoticeFacts{How: string(v.State)}
	if v.State == VisitRevoked {
		facts.Text = v.Cause
	}
	return c.tellVisit(NoticeVisitCutShort, v, facts)
}
