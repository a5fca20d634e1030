package core

import "context"

// Why explains why an account can or cannot enter a project (section 24). Everybody may ask about themselves, for any
// number; about others, whoever may see the users of the project (W3). The MFA step about somebody else is left out
// where S31 does not allow it. Errors: those of seeing the project when asking about somebody else; not_found for an
// account that is not there.
func (a *Actor) Why(ctx context.Context, account AccountID, project ProjectID) (Why, error) {
	var out Why
	err := a.read(ctx, func(r *reading) error {
		who, showMFA := r.me, true
		if account != r.me.ID {
			f, err := r.may(ProjectSee, project.Ref())
			if err != nil {
				return err
			}
			if who, err = r.account(account); err != nil {
				return err
			}
			if showMFA, err = r.seesMFA(f, who, project); err != nil {
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
		out.Account, out.Project = account, project
		return nil
	})
	if err == nil {
		a.witnessed(UseWhy, string(out.Verdict), account.Ref(), project.Ref())
	}
	return out, err
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
