package core

import "context"

// Why explains why an account can or cannot enter a project (section 24). Everybody may ask about themselves, for any
// number; about others, whoever may see the users of the project (W3). The MFA step about somebody else is left out
// where S31 does not allow it. Errors: those of seeing the project when asking about somebody else; not_found for an
// account that is not there.
func (a *Actor) Why(ctx context.Context, named Who, project ProjectID) (Why, error) {
	var out Why
	err := a.read(ctx, func(r *reading) error {
		who, showMFA := r.me, true
		if !r.isMe(named) {
			mine, err := r.may(ProjectSee, project.Ref())
			if err != nil {
				return err
			}
			if who, err = r.whoIsAbout(named, project); err != nil {
				return err
			}
			if showMFA, err = r.seesMFA(mine, who, project); err != nil {
				return err
			}
		}
		f, err := r.factsAbout(who, project.Ref())
		if err != nil {
			return err
		}
		f.nameOnce()
		if showMFA {
			out = Explain(f)
		} else {
			out = ExplainWithoutMFA(f)
		}
		out.Account, out.Project = who.ID, project
		return nil
	})
	if err == nil {
		a.witnessed(UseWhy, string(out.Verdict), out.Account.Ref(), project.Ref())
	}
	return out, err
}

// whoIsAbout gives somebody that the actor may ask about (A10): Support asks about everybody; everybody else about those
// who show on the pages that the actor may open: people of the project, members of its organization where the actor
// sees them, and fellows of an own maintainer. Anybody else is not_found, as an address is that no account has; so staff
// that is not inside is known as staff to those only who know the person anyway.
func (r *reading) whoIsAbout(named Who, project ProjectID) (Account, error) {
	if r.me.Support {
		return r.whoIs(named)
	}
	id, err := r.numberOf(named)
	if err != nil {
		return Account{}, err
	}
	acc, ok, err := r.Accounts().Get(id)
	if err != nil {
		return acc, err
	}
	if ok && acc.State != AccountRemoved {
		if shows, err := r.showsAround(acc, project); err != nil || shows {
			return acc, err
		}
	}
	return Account{}, refuse(ReasonNotFound, words{"kind": "account", "id": named.who()}).on("", firstRef(named.refs()))
}

// showsAround reports whether somebody stands on a page that the actor may open, or is their fellow.
func (r *reading) showsAround(acc Account, project ProjectID) (bool, error) {
	f, err := r.factsAbout(acc, project.Ref())
	if err != nil {
		return false, err
	}
	if f.Direct != NoStanding || f.RoleAccess != "" || f.Invited || f.Requested {
		return true, nil
	}
	if f.OrganizationStanding != NoStanding {
		if sees, err := r.seesMembersAround(project); err != nil || sees {
			return sees, err
		}
	}
	return r.fellows(r.me.ID, acc.ID)
}

// seesMembersAround reports whether the actor may see the members of the organization of a project.
func (r *reading) seesMembersAround(project ProjectID) (bool, error) {
	p, err := r.project(project)
	if err != nil {
		return false, err
	}
	f, err := r.facts(p.Organization.Ref())
	return err == nil && permits(OrganizationSeeMembers, f), err
}

// seesMFA reports whether the actor may know the MFA state of somebody about a project (S31): Support; administrators
// of members and project users; members of a maintainer of their fellow members; a decider of the requester.
func (r *reading) seesMFA(mine Facts, who Account, id ProjectID) (bool, error) {
	if r.me.Support {
		return true, nil
	}
	if mine.Admin {
		f, err := r.factsAbout(who, id.Ref())
		if err != nil || f.Direct != NoStanding || f.RoleAccess != "" || f.OrganizationStanding != NoStanding {
			return err == nil, err
		}
	}
	if fellows, err := r.fellows(r.me.ID, who.ID); err != nil || fellows {
		return err == nil, err
	}
	q, err := r.pendingRequest(id, who.ID)
	if err != nil || q == nil {
		return false, err
	}
	return permits(ProjectDecide, mine), nil
}
