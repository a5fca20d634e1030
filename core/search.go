package core

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a search.
const (
	searchLimit  = 20
	searchLooked = 2_000 // people of shared units looked at
)

// Search finds units and people by name, e-mail address or number, within what the actor may see, at most limit of
// them (20 when zero). "41" and "project/41" are numbers; anything else is looked for as it stands, names that begin
// with it first. It is for the palette: in a very large house it may miss what a list with a filter finds.
func (a *Actor) Search(ctx context.Context, text string, limit int) ([]Hit, error) {
	if limit <= 0 || limit > maxLimit {
		limit = searchLimit
	}
	hits := []Hit{}
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		text := strings.TrimSpace(text)
		if text == "" || len(text) > maxFilter {
			return nil
		}
		s, err := r.scope()
		if err != nil {
			return err
		}
		x := &searching{directory: r.directory(), s: s, text: text, folded: Fold(text), limit: limit, seen: map[Ref]bool{}}
		for _, find := range []func() error{x.byNumber, x.maintainers, x.organizations, x.projects, x.people} {
			if err := find(); err != nil {
				return err
			}
		}
		hits = x.ordered()
		return nil
	})
	return hits, err
}

// searching is one search.
type searching struct {
	*directory
	s            *scope
	text, folded string
	limit        int
	hits         []Hit
	seen         map[Ref]bool
}

func (x *searching) add(h Hit) {
	if !x.seen[h.Ref] {
		x.seen[h.Ref] = true
		x.hits = append(x.hits, h)
	}
}

// ordered puts numbers first, then names that begin with the text, then the rest; names in the order of lists.
func (x *searching) ordered() []Hit {
	rank := func(h Hit) int {
		switch name := Fold(h.Name); {
		case strconv.FormatUint(h.Ref.ID, 10) == x.text || h.Ref.String() == x.text:
			return 0
		case name == x.folded:
			return 1
		case strings.HasPrefix(name, x.folded):
			return 2
		}
		return 3
	}
	slices.SortStableFunc(x.hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(Fold(a.Name), Fold(b.Name)))
	})
	return slices.Clone(x.hits[:min(len(x.hits), x.limit)])
}

// byNumber looks for units with the number, or for one record such as request/41.
func (x *searching) byNumber() error {
	refs := make([]Ref, 0, 3)
	if n, err := strconv.ParseUint(x.text, 10, 64); err == nil && n > 0 {
		refs = append(refs, Ref{Kind: KindProject, ID: n}, Ref{Kind: KindOrganization, ID: n}, Ref{Kind: KindMaintainer, ID: n},
			Ref{Kind: KindRequest, ID: n}, Ref{Kind: KindInvitation, ID: n}, Ref{Kind: KindTicket, ID: n},
			Ref{Kind: KindAccount, ID: n})
	} else if ref, err := ParseRef(x.text); err == nil {
		refs = append(refs, ref)
	}
	for _, ref := range refs {
		hit, ok, err := x.record(ref)
		if err != nil {
			return err
		}
		if ok {
			x.add(hit)
		}
	}
	return nil
}

// record gives one record as a hit, when the actor may see it.
func (x *searching) record(ref Ref) (Hit, bool, error) {
	hit := Hit{Ref: ref}
	var err error
	ok := false
	switch ref.Kind {
	case KindProject:
		ok, err = x.permitted(ProjectSee, ref)
	case KindOrganization:
		ok, err = x.permitted(OrganizationSee, ref)
	case KindMaintainer:
		ok, err = x.permitted(MaintainerSee, ref)
	case KindAccount:
		if ok = x.me.Support || AccountID(ref.ID) == x.me.ID; ok {
			return x.person(AccountID(ref.ID))
		}
	case KindRequest:
		return x.request(RequestID(ref.ID))
	case KindInvitation:
		return x.invitation(InvitationID(ref.ID))
	case KindTicket:
		return x.ticket(TicketID(ref.ID))
	default:
	}
	if err != nil || !ok {
		return hit, false, err
	}
	if hit.Name, err = x.unitName(ref); err != nil {
		return hit, false, err
	}
	hit.Detail, err = x.above(ref)
	return hit, true, err
}

// above names the unit that a unit belongs to.
func (x *searching) above(ref Ref) (string, error) {
	switch ref.Kind {
	case KindProject:
		p, err := x.projectOf(ProjectID(ref.ID))
		if err != nil {
			return "", err
		}
		return x.unitName(p.Organization.Ref())
	case KindOrganization:
		o, err := x.organizationOf(OrganizationID(ref.ID))
		if err != nil {
			return "", err
		}
		return x.unitName(o.Maintainer.Ref())
	default:
		return "", nil
	}
}

func (x *searching) person(id AccountID) (Hit, bool, error) {
	acc, err := x.account(id)
	if errors.Is(err, &Error{Reason: ReasonNotFound}) || acc.State == AccountRemoved {
		return Hit{}, false, nil
	}
	return hitOf(acc.Row()), err == nil, err
}

func hitOf(a AccountRow) Hit { return Hit{Ref: a.ID.Ref(), Name: a.Email, Detail: a.Name} }

func (x *searching) request(id RequestID) (Hit, bool, error) {
	q, ok, err := x.Tx.Requests().Get(id)
	if err != nil || !ok {
		return Hit{}, false, err
	}
	if ok, err = x.seesRequest(q); err != nil || !ok {
		return Hit{}, false, err
	}
	name, err := x.unitName(q.Project.Ref())
	if err != nil {
		return Hit{}, false, err
	}
	who, err := x.label(q.Requester)
	return Hit{Ref: id.Ref(), Name: "request " + idText(id), Detail: who + " to " + name}, err == nil, err
}

func (x *searching) ticket(id TicketID) (Hit, bool, error) {
	t, ok, err := x.Tx.Tickets().Get(id)
	if err != nil || !ok {
		return Hit{}, false, err
	}
	if ok, err = x.seesTicket(t); err != nil || !ok {
		return Hit{}, false, err
	}
	return Hit{Ref: id.Ref(), Name: "ticket " + idText(id), Detail: t.Subject}, true, nil
}

func (x *searching) invitation(id InvitationID) (Hit, bool, error) {
	i, ok, err := x.Tx.Invitations().Get(id)
	if err != nil || !ok {
		return Hit{}, false, err
	}
	if ok, err = x.seesInvitation(i); err != nil || !ok {
		return Hit{}, false, err
	}
	v, err := x.invitationRow(i)
	return Hit{Ref: id.Ref(), Name: "invitation " + idText(id), Detail: v.Who.Label() + " to " + nameOr(v.UnitName, i.Unit.Kind.String()+" "+i.Unit.number())}, err == nil, err
}

// queries ask one list twice: from the first name that begins with the text on, and for the text anywhere.
func (x *searching) queries(list string) []Query {
	words := strings.Fields(x.text)
	for i, w := range words {
		words[i] = "=" + strings.TrimLeft(w, "=!")
	}
	from := encodeCursor(list, Key{Text(x.folded), {}})
	return []Query{{After: from, Limit: x.limit}, {Filter: strings.Join(words, " "), Limit: x.limit}}
}

// addNamed takes a hit of one of the queries: those from the name on may be behind the names that begin with the text.
func (x *searching) addNamed(h Hit, from bool) {
	if !from || strings.HasPrefix(Fold(h.Name), x.folded) {
		x.add(h)
	}
}

func (x *searching) maintainers() error {
	for _, q := range x.queries("maintainers/name") {
		page, err := x.reading.maintainers(q)
		if err != nil {
			return err
		}
		for _, m := range page.Items {
			x.addNamed(Hit{Ref: m.ID.Ref(), Name: m.Name}, q.After != "")
		}
	}
	return nil
}

func (x *searching) organizations() error {
	for _, q := range x.queries("organizations/name") {
		page, err := x.reading.organizations(OrganizationQuery{Query: q, All: true})
		if err != nil {
			return err
		}
		for _, o := range page.Items {
			x.addNamed(Hit{Ref: o.ID.Ref(), Name: o.Name, Detail: o.Maintainer.Name}, q.After != "")
		}
	}
	return nil
}

func (x *searching) projects() error {
	for _, q := range x.queries("projects/name") {
		page, err := x.reading.projects(ProjectQuery{Query: q})
		if err != nil {
			return err
		}
		for _, p := range page.Items {
			x.addNamed(Hit{Ref: p.ID.Ref(), Name: p.Name, Detail: p.Organization.Name}, q.After != "")
		}
	}
	return nil
}

// people finds persons: Support all; others those whom they share a unit with whose people they may see.
func (x *searching) people() error {
	if x.me.Support {
		for _, index := range []Index{AccountsByEmail, AccountsByName} {
			if err := x.accounts(index); err != nil {
				return err
			}
		}
		return nil
	}
	var units []Unit
	for id := range x.s.maintainers {
		units = append(units, id.Ref())
	}
	for id := range x.s.administered {
		units = append(units, id.Ref())
	}
	for id := range x.s.roles {
		units = append(units, id.Ref())
	}
	slices.SortFunc(units, func(a, b Unit) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	looked, found := 0, 0
	for _, unit := range units {
		ok, err := x.permitted(seeRight(unit), unit)
		if err == nil && ok {
			err = x.peopleOf(unit, &looked, &found)
		}
		if err != nil || looked >= searchLooked || found >= x.limit {
			return err
		}
	}
	return nil
}

// peopleOf finds persons in one unit, and counts on.
func (x *searching) peopleOf(unit Unit, looked, found *int) error {
	return each(x.Memberships(), Scan{Prefix: RefKey(unit)}, func(m Membership) (bool, error) {
		*looked++
		acc, err := x.accountOf(m.Account)
		if err == nil && x.fits(acc) {
			*found++
			x.add(hitOf(acc.Row()))
		}
		return *looked < searchLooked && *found < x.limit, err
	})
}

func (x *searching) fits(acc Account) bool {
	return acc.State != AccountRemoved && (Holds(acc.Email, x.folded) || Holds(acc.Name, x.folded))
}

func (x *searching) accounts(index Index) error {
	found := 0
	s := Scan{Index: index, Limit: pageWork, Match: func(text []byte) bool { return holds(text, []byte(x.folded), false) }}
	_, err := x.Accounts().ScanRows(s, func(a AccountRow) (bool, error) {
		x.add(hitOf(a))
		found++
		return found < x.limit, nil
	})
	return err
}
