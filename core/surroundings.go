package core

import "context"

// Surroundings are what an interface shows around a page, and whether the page may still be shown.
type Surroundings struct {
	Counts
	// MFA is whether the own account has it.
	MFA bool
	// Refused says why the record of the page may not be seen any more; nil while it may.
	Refused *Error
}

// Surroundings gives the numbers around a page, and says whether its record may still be seen, in one short snapshot: it is
// asked after every change, in every session. of is the record, of any kind that has a page; the zero Ref for none.
// Errors: those of the own account (account_expired, inactive_account, not_found).
func (a *Actor) Surroundings(ctx context.Context, of Ref) (Surroundings, error) {
	var out Surroundings
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		d := r.directory()
		var err error
		if out.Counts, err = d.numbers(); err != nil {
			return err
		}
		out.MFA = r.me.MFA()
		if err := d.sees(of); err != nil {
			if out.Refused = AsError(err); out.Refused.Code != CodeDenied && out.Refused.Code != CodeNotFound {
				return err
			}
		}
		return nil
	})
	return out, err
}

// sees says why the acting account may not look at the page of a record, or nil: what reading the record answers.
func (d *directory) sees(of Ref) error {
	switch of.Kind {
	case KindProject:
		return d.seesUnit(ProjectSee, of)
	case KindOrganization:
		return d.seesUnit(OrganizationSee, of)
	case KindMaintainer:
		return d.seesUnit(MaintainerSee, of)
	case KindRequest:
		q, err := get(d.Requests(), RequestID(of.ID), of)
		return seen(of, q, err, d.seesRequest)
	case KindVisit:
		v, err := get(d.Visits(), VisitID(of.ID), of)
		return seen(of, v, err, d.seesVisit)
	case KindInvitation:
		i, err := get(d.Invitations(), InvitationID(of.ID), of)
		return seen(of, i, err, d.seesInvitation)
	case KindTicket:
		_, _, err := d.mayTicket(TicketRead, TicketID(of.ID))
		return err
	case KindBucket:
		_, _, err := d.bucketSeen(BucketID(of.ID))
		return err
	default:
		return nil
	}
}

func (d *directory) seesUnit(right Right, unit Unit) error {
	f, err := d.factsOf(unit)
	if err != nil {
		return err
	}
	if v := Access(right, f); !v.Allowed {
		return v.Err
	}
	return nil
}

func seen[R any](of Ref, rec R, err error, sees func(R) (bool, error)) error {
	if err != nil {
		return err
	}
	ok, err := sees(rec)
	if err == nil && !ok {
		return notFound(of)
	}
	return err
}
