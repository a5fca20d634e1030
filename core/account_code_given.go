package core

// GivenCode says how the activation code of somebody who is not activated reaches them (AC19). It is empty for whoever
// needs none.
type GivenCode struct {
	// Code is the code in clear, shown this once to who acts.
	Code string
	// Mailed says that the code goes to the person by mail, and is shown to nobody.
	Mailed bool
	// Withheld is the sentence for who may not be shown a code: who gave one, and who can give another.
	Withheld string
}

// giveCode settles how a code reaches somebody who is not activated (AC19): by mail; shown to the actor, when the account
// was made by this very action or the actor may give everything that it is and has; or not at all. Then the codes that
// others gave stay valid. rec is what codeFor wants, fresh says that this action made the account.
func (c *change) giveCode(acc Account, fresh bool, rec ActivationCode) (GivenCode, *CodeToSend, error) {
	if c.mails(acc) {
		_, send, err := c.codeFor(acc, rec)
		return GivenCode{Mailed: true}, send, err
	}
	shown := fresh
	if !fresh {
		var err error
		if shown, err = c.coversAll(c.me, acc); err != nil {
			return GivenCode{}, nil, err
		}
	}
	if !shown {
		said, err := c.withheld(acc)
		return GivenCode{Withheld: said}, nil, err
	}
	code, send, err := c.codeFor(acc, rec)
	return GivenCode{Code: code}, send, err
}

// coversAll reports whether somebody may give everything that an account is and has, so that a code of it opens nothing
// to them that they could not have given (AC19): every membership and every pending invitation, with role access as part
// of its organization. The Support flag and its parts are given by Support only; their acts need own MFA (AC23).
func (r *reading) coversAll(by, acc Account) (bool, error) {
	switch {
	case !by.Usable(r.now), by.ReadOnly != nil:
		return false, nil
	case by.Support && by.MFA():
		return true, nil
	case acc.Support, len(acc.Duties) > 0:
		return false, nil
	}
	memberships, err := r.membershipsOf(acc.ID)
	if err != nil {
		return false, err
	}
	for _, m := range memberships {
		if !m.Running(r.now) {
			continue
		}
		if gives, err := r.gives(by, m.Unit, m.Role, m.Roles); err != nil || !gives {
			return false, err
		}
	}
	invitations, err := all(r.Invitations(), Scan{Index: InvitationsOfAccount, Prefix: Key{Num(acc.ID)}})
	if err != nil {
		return false, err
	}
	for _, i := range invitations {
		if !i.Pending(r.now) {
			continue
		}
		if gives, err := r.gives(by, i.Unit, i.Role, i.Roles); err != nil || !gives {
			return false, err
		}
	}
	return true, nil
}

// gives reports whether somebody may let others into a unit with this role or these roles. That a project is disabled
// does not matter: it takes no right from anybody (P14).
func (r *reading) gives(by Account, unit Unit, role Role, roles []string) (bool, error) {
	f, err := r.factsAbout(by, unit)
	if err != nil {
		return false, err
	}
	f.Disabled = nil
	if permits(inviteRights[unit.Kind], f) {
		return role != RoleShare || permits(ProjectGiveShare, f), nil
	}
	// Staff add members with DEFAULT alone, with own MFA (M5, M6).
	plain := len(roles) == 1 && roles[0] == RoleDefault
	return unit.Kind == KindOrganization && plain && by.MFA() && permits(OrganizationAdd, f), nil
}

// withheld says why no code is shown (AC19): who has given one, and who can give another.
func (r *reading) withheld(acc Account) (string, error) {
	maker, known, err := r.makerOf(acc.ID)
	if err != nil {
		return "", err
	}
	can := false
	if known && maker.ID != r.me.ID {
		if can, err = r.coversAll(maker, acc); err != nil {
			return "", err
		}
	}
	switch who := acc.label(); {
	case !known:
		return who + " has a code already; only Support can give a new one.", nil
	case maker.ID == r.me.ID:
		return who + " has a code from you and belongs to more than you may give; only Support can give a new one.", nil
	case can:
		return who + " has a code from " + maker.label() + "; only they or Support can give a new one.", nil
	default:
		return who + " has a code from " + maker.label() + "; only Support can give a new one.", nil
	}
}

// noCodeSince refuses to give something back to an account when somebody else was given a code of it, or has used one, since
// it was taken away: that code was judged without what would come back (AC19). own is the invitation whose codes belong to
// what comes back, or none. Accounts that were active then are not concerned: only Support gives codes of those (AC11).
func (c *change) noCodeSince(id AccountID, own InvitationID, since Moment) error {
	acc, err := c.account(id)
	if err != nil || acc.Activated != 0 && acc.Activated < since {
		return err
	}
	codes, err := all(c.Codes(), Scan{Index: CodesOfAccount, Prefix: Key{Num(id)}})
	if err != nil {
		return err
	}
	for _, code := range codes {
		later := code.Issued >= since || code.Used >= since
		if later && !code.Mailed && (own == 0 || code.Invitation != own) {
			return undoOvertaken("A code of "+acc.label()+" was given or used since.", "Invite or add the person anew.")
		}
	}
	return nil
}

// makerLooked is how many events are looked at for the one that made an account, which is the first about it.
const makerLooked = 20

// makerOf gives who made an account, as the log has it; false when it was the system.
func (r *reading) makerOf(id AccountID) (Account, bool, error) {
	var by AccountID
	_, err := r.Events().Scan(Scan{Index: EventsAbout, Prefix: RefKey(id.Ref()), Limit: makerLooked}, func(e Event) (bool, error) {
		if e.Action == "account.create" && firstRef(e.Subjects) == id.Ref() {
			by = e.Actor
		}
		return by == 0, nil
	})
	if err != nil || by == 0 {
		return Account{}, false, err
	}
	return r.Accounts().Get(by)
}
