package core

import "context"

// RequestTab is a tab of the list of requests.
type RequestTab string

// The tabs.
const (
	TabWaiting RequestTab = "waiting" // pending ones
	TabDecided RequestTab = "decided" // all others
	TabMine    RequestTab = "mine"    // filed by the actor, in every state (R11)
	TabAll     RequestTab = "all"
)

// RequestQuery asks for requests. Without project and organization: all that the actor may see.
type RequestQuery struct {
	Query
	// Tab is TabWaiting when empty.
	Tab RequestTab
	// State, when set, keeps the requests in one state.
	State        RequestState
	Project      ProjectID
	Organization OrganizationID
}

// Requests lists requests, newest first: those of the projects that the actor may see, and own ones (R11, R25). Sort:
// filed (oldest first). Fields of the filter: project, org, who, state, reason, id; words are looked for in project,
// organization, person and reason.
//
// Total comes from counters for a tab of a project, of an organization that is seen whole, and of own requests; else it
// counts to 500, see Page. Errors: not_found, forbidden and the others of seeing the project or organization.
func (a *Actor) Requests(ctx context.Context, q RequestQuery) (Page[RequestView], error) {
	return list(ctx, a, func(r *reading) (Page[RequestView], error) { return r.requests(q) })
}

func requestKey(q Request) Key { return Key{Num(q.ID)} }

// requestList is a list of requests being read.
type requestList struct {
	*directory
	q       RequestQuery
	streams []*stream[Request]
	total   total // nil: has to be counted
}

func (r *reading) requests(q RequestQuery) (Page[RequestView], error) {
	var none Page[RequestView]
	if q.Tab == "" {
		q.Tab = TabWaiting
		if q.State != "" && q.State != RequestPending {
			q.Tab = TabAll
		}
	}
	l := &requestList{directory: r.directory(), q: q}
	f, err := parseFilter(q.Filter, listFields["requests"]...)
	if err != nil {
		return none, err
	}
	sort, err := q.sortOf("newest", "filed")
	if err != nil {
		return none, err
	}
	if err := l.sources(); err != nil {
		return none, err
	}
	w := window[Request]{
		name: "requests/" + string(q.Tab), forms: []string{"n"}, newest: sort == "newest", filter: f, streams: l.streams,
		keep: func(q Request) (bool, error) { return l.keep(filter{}, q) },
	}
	if w.total = l.total; w.total == nil {
		w.total = w.walked(r, countedTo)
	}
	w.keep = func(q Request) (bool, error) { return l.keep(f, q) }
	c, err := w.page(r, q.Query)
	if err != nil {
		return none, err
	}
	page, err := paged(c, l.requestRow)
	markRequestsAlike(page.Items)
	return page, err
}

// indexes of the tab: over everything, of a project, of an organization, of a requester.
func (l *requestList) index() (whole, project, organization, requester Index) {
	switch l.q.Tab {
	case TabWaiting:
		return RequestsByState, PendingOfProject, PendingOfOrganization, PendingOfRequester
	case TabDecided:
		return DecidedRequests, RequestsOfProject, RequestsOfOrganization, RequestsOfRequester
	default:
		return Primary, RequestsOfProject, RequestsOfOrganization, RequestsOfRequester
	}
}

func (l *requestList) add(i Index, prefix Key) {
	l.streams = append(l.streams, &stream[Request]{index: Scan{Index: i, Prefix: prefix}, scan: l.Requests().Scan, key: requestKey})
}

// count takes the counters of a scope whose requests are all listed, where the query asks for nothing less.
func (l *requestList) count(scope Ref) {
	q := l.q
	if scope != q.Project.Ref() && q.Project != 0 || scope != q.Organization.Ref() && q.Organization != 0 {
		return
	}
	if q.State != "" && (q.Tab != TabWaiting || q.State != RequestPending) {
		return
	}
	l.total = func() (int, error) {
		pending, err := l.Count(CountPendingRequests, scope)
		if err != nil || q.Tab == TabWaiting {
			return pending, err
		}
		whole, err := l.Count(CountRequests, scope)
		if q.Tab == TabDecided {
			whole -= pending
		}
		return whole, err
	}
}

// sources chooses the streams that the list is merged from.
func (l *requestList) sources() error {
	whole, ofProject, ofOrganization, ofRequester := l.index()
	switch {
	case l.q.Tab == TabMine:
		l.add(ofRequester, Key{Num(l.me.ID)})
		l.count(l.me.ID.Ref())
		return nil
	case l.q.Project != 0:
		if _, err := l.may(ProjectSee, l.q.Project.Ref()); err != nil {
			return err
		}
		l.add(ofProject, Key{Num(l.q.Project)})
		l.count(l.q.Project.Ref())
		return nil
	case l.q.Organization != 0:
		_, err := l.may(OrganizationSeeMembers, l.q.Organization.Ref())
		if err == nil {
			l.add(ofOrganization, Key{Num(l.q.Organization)})
			l.count(l.q.Organization.Ref())
			return nil
		}
		return l.scoped(err)
	case l.me.Support:
		l.add(whole, nil)
		if l.q.Tab == TabWaiting && l.me.MFA() { // without MFA not all is seen (S15), nor what a deleted organization had
			l.count(Ref{})
		}
		return nil
	}
	return l.scoped(nil)
}

// scoped merges the requests of everything that the actor may see, and own ones. refused is the answer when one
// organization was asked about and the actor sees nothing in it.
func (l *requestList) scoped(refused error) error {
	whole, ofProject, ofOrganization, ofRequester := l.index()
	s, err := l.scope()
	if err != nil {
		return err
	}
	counter := CountRequests
	if l.q.Tab == TabWaiting {
		counter = CountPendingRequests
	}
	organizations, few, err := s.maintainerOrganizations(l.reading, counter)
	if err != nil {
		return err
	}
	if !few || len(organizations)+len(s.used) > maxStreams {
		l.add(whole, nil) // too many to merge: walk all, and keep what is visible
		return nil
	}
	for _, o := range s.own {
		if s.administered[o.ID] && s.maintainers[o.Maintainer] != Ordinary {
			organizations = append(organizations, o.ID)
		}
	}
	asked := refused == nil
	for _, id := range organizations {
		l.add(ofOrganization, Key{Num(id)})
	}
	for _, p := range s.used {
		asked = asked || p.Organization == l.q.Organization
		l.add(ofProject, Key{Num(p.ID)})
	}
	if !asked {
		return refused
	}
	l.add(ofRequester, Key{Num(l.me.ID)})
	return nil
}

// keep is everything that a row must fulfil: tab, state, organization, visibility, filter.
func (l *requestList) keep(f filter, q Request) (bool, error) {
	switch {
	case l.q.Tab == TabDecided && q.State == RequestPending,
		l.q.State != "" && q.State != l.q.State,
		l.q.Project != 0 && q.Project != l.q.Project,
		l.q.Organization != 0 && q.Organization != l.q.Organization:
		return false, nil
	}
	if ok, err := l.seesRequest(q); err != nil || !ok {
		return false, err
	}
	if f.empty() {
		return true, nil
	}
	return l.requestMatches(f, q)
}

// seesRequest reports whether the actor may read a request: the requester (R11), whoever may see the project (R25),
// and once the project is gone its administrators, maintainer members and Support.
func (d *directory) seesRequest(q Request) (bool, error) {
	if q.Requester == d.me.ID {
		return true, nil
	}
	if ok, err := d.permitted(ProjectSee, q.Project.Ref()); err != nil || ok {
		return ok, err
	}
	p, err := d.projectOf(q.Project)
	if err != nil || p.State == ProjectActive {
		return false, err
	}
	return d.permitted(OrganizationSeeMembers, q.Organization.Ref())
}

func (d *directory) requestMatches(f filter, q Request) (bool, error) {
	p, err := d.projectOf(q.Project)
	if err != nil {
		return false, err
	}
	o, err := d.organizationOf(q.Organization)
	if err != nil {
		return false, err
	}
	who, err := d.accountOf(q.Requester)
	if err != nil {
		return false, err
	}
	if !f.matchTexts(p.Name, o.Name, who.Email, who.Name, q.Reason) {
		return false, nil
	}
	return f.matchFields(func(name string) string {
		switch name {
		case "project":
			return p.Name
		case "org":
			return o.Name
		case "who":
			return several(who.label(), who.Name)
		case "state":
			return string(q.State)
		case "reason":
			return q.Reason
		}
		return idText(q.ID)
	}), nil
}

// requestRow puts names to a request. The MFA state of the requester is shown to whoever may decide (S31).
func (d *directory) requestRow(q Request) (RequestView, error) {
	v := RequestView{Request: q, Due: q.State == RequestPending && q.Lapses.Passed(d.now)}
	p, err := d.projectOf(q.Project)
	if err != nil {
		return v, err
	}
	v.ProjectName = p.Name
	if v.TicketSubject, err = d.ticketSubject(q.Ticket); err != nil {
		return v, err
	}
	o, err := d.organizationOf(q.Organization)
	if err != nil {
		return v, err
	}
	v.OrganizationName = o.Name
	if v.DecidedBy, err = d.maybe(q.By); err != nil {
		return v, err
	}
	if q.Pending(d.now) && q.Requester != d.me.ID {
		if v.MayDecide, err = d.permitted(ProjectDecide, q.Project.Ref()); err != nil {
			return v, err
		}
	}
	v.Who, err = d.person(q.Requester, v.MayDecide)
	return v, err
}

// decidersCounted bounds what the page of a request says about who may decide.
const decidersCounted = 50

// Request gives one request, with what an approval would do. Deciders are counted up to 50. Errors: not_found for
// whoever may not read it (A10).
func (a *Actor) Request(ctx context.Context, id RequestID) (RequestView, error) {
	var out RequestView
	err := a.read(ctx, func(r *reading) error {
		if err := r.active(); err != nil {
			return err
		}
		q, err := get(r.Requests(), id, id.Ref())
		if err != nil {
			return err
		}
		d := r.directory()
		ok, err := d.seesRequest(q)
		if err != nil {
			return err
		}
		if !ok {
			return notFound(id.Ref())
		}
		if out, err = d.requestPage(q); err != nil {
			return err
		}
		out.Alike, err = d.projectAlike(out)
		return err
	})
	return out, err
}

func (d *directory) requestPage(q Request) (RequestView, error) {
	v, err := d.requestRow(q)
	if err != nil {
		return v, err
	}
	p, err := d.projectOf(q.Project)
	if err != nil || q.State != RequestPending {
		return v, err
	}
	v.GrantRole, v.UserLimit = p.RoleSet.Default(), p.UserLimit
	if q.Extends != 0 {
		visit, _, err := d.Tx.Visits().Get(q.Extends)
		if err != nil {
			return v, err
		}
		v.GrantRole, v.VisitEnds = visit.Role, visit.Ends
	}
	if err := d.requestAround(&v, p); err != nil {
		return v, err
	}
	if v.Users, err = d.Count(CountUsers, p.ID.Ref()); err != nil {
		return v, err
	}
	deciders, err := d.deciders(p, q.Requester, decidersCounted)
	if err != nil {
		return v, err
	}
	v.DecidersTotal = len(deciders)
	for _, acc := range deciders {
		v.Deciders = append(v.Deciders, d.personOf(acc, false))
	}
	return v, nil
}

// requestAround fills what a decider looks at before deciding: who asks, by what relation, and what stands in the way.
func (d *directory) requestAround(v *RequestView, p Project) error {
	requester, err := d.accountOf(v.Requester)
	if err != nil {
		return err
	}
	v.WhoExpires = requester.Expires
	staff, err := d.staffFor(requester, p.ID.Ref())
	if err != nil {
		return err
	}
	v.NoLongerStaff = !staff
	o, err := d.organizationOf(p.Organization)
	if err != nil {
		return err
	}
	m, err := d.maintainerOf(o.Maintainer)
	if err != nil {
		return err
	}
	v.Maintainer = Named{uint64(m.ID), m.Name}
	f, err := d.factsOf(p.ID.Ref())
	if err != nil || v.Requester == d.me.ID {
		return err
	}
	v.MayNotDecide, v.MayNotApprove = Access(ProjectDecide, f).Err, Access(ProjectApprove, f).Err
	return nil
}
