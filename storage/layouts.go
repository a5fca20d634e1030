package storage

import "gatehouse/core"

// layout is the form of the keys of one collection.
type layout struct {
	name       string
	collection byte
	parts      []part
	// record lists, for an index, the parts that make up the primary key of the record, in its order.
	record []int
	table  byte // the collection of the records
	covers bool // entries hold the covering row
}

// Layouts of the records, by collection.
var (
	byNumber = []part{number}
	byText   = []part{text}
	byRef    = []part{kind, number}

	recordLayouts = map[byte]layout{
		colAccounts:      {name: "accounts", collection: colAccounts, parts: byNumber},
		colCodes:         {name: "codes", collection: colCodes, parts: byText},
		colMaintainers:   {name: "maintainers", collection: colMaintainers, parts: byNumber},
		colOrganizations: {name: "organizations", collection: colOrganizations, parts: byNumber},
		colProjects:      {name: "projects", collection: colProjects, parts: byNumber},
		colMemberships:   {name: "memberships", collection: colMemberships, parts: []part{kind, number, number}},
		colVisits:        {name: "visits", collection: colVisits, parts: byNumber},
		colRequests:      {name: "requests", collection: colRequests, parts: byNumber},
		colInvitations:   {name: "invitations", collection: colInvitations, parts: byNumber},
		colRoles:         {name: "roles", collection: colRoles, parts: []part{number, text}},
		colGrants:        {name: "grants", collection: colGrants, parts: []part{number, text, text}},
		colNotifications: {name: "notifications", collection: colNotifications, parts: byNumber},
		colEvents:        {name: "events", collection: colEvents, parts: []part{kind, number, number}},
		colHeads:         {name: "heads", collection: colHeads, parts: byRef},
		colAttempts:      {name: "attempts", collection: colAttempts, parts: byText},
		colKeys:          {name: "keys", collection: colKeys, parts: byText},
		colBillings:      {name: "billings", collection: colBillings, parts: byNumber},
		colTickets:       {name: "tickets", collection: colTickets, parts: byNumber},
		colComments:      {name: "comments", collection: colComments, parts: numberNumber},
		colBuckets:       {name: "buckets", collection: colBuckets, parts: byNumber},
		colLinks:         {name: "links", collection: colLinks, parts: byNumber},
		colUndos:         {name: "undos", collection: colUndos, parts: numberNumber},
		colSavedFilters:  {name: "saved filters", collection: colSavedFilters, parts: []part{number, text, text}},
		colMailings:      {name: "mailings", collection: colMailings, parts: byText},
	}
)

// Layouts of the indexes: collection byte, parts in order, which parts make the primary key, table, covering. The
// bytes are stored: never renumber.
var (
	textNumber   = []part{text, number}
	numberNumber = []part{number, number}

	indexLayouts = [...]layout{
		core.AccountsByEmail: {"AccountsByEmail", 0x40, textNumber, []int{1}, colAccounts, true},
		core.AccountsByName:  {"AccountsByName", 0x41, textNumber, []int{1}, colAccounts, true},
		core.SupportAccounts: {"SupportAccounts", 0x42, byNumber, []int{0}, colAccounts, false},
		core.CodesOfAccount:  {"CodesOfAccount", 0x43, []part{number, text}, []int{1}, colCodes, false},

		core.MaintainersByName: {"MaintainersByName", 0x48, textNumber, []int{1}, colMaintainers, false},

		core.OrganizationsByName:       {"OrganizationsByName", 0x4a, textNumber, []int{1}, colOrganizations, true},
		core.OrganizationsOfMaintainer: {"OrganizationsOfMaintainer", 0x4b, []part{number, text, number}, []int{2}, colOrganizations, true},

		core.ProjectsByName:                {"ProjectsByName", 0x50, textNumber, []int{1}, colProjects, true},
		core.ProjectsOfMaintainer:          {"ProjectsOfMaintainer", 0x51, []part{number, text, number}, []int{2}, colProjects, true},
		core.ProjectsOfOrganization:        {"ProjectsOfOrganization", 0x52, []part{number, text, number}, []int{2}, colProjects, true},
		core.ProjectsByExpiry:              {"ProjectsByExpiry", 0x53, numberNumber, []int{1}, colProjects, true},
		core.DeletedProjects:               {"DeletedProjects", 0x54, numberNumber, []int{1}, colProjects, true},
		core.DeletedProjectsOfOrganization: {"DeletedProjectsOfOrganization", 0x55, []part{number, number, number}, []int{2}, colProjects, true},
		core.PurgedProjects:                {"PurgedProjects", 0x4c, numberNumber, []int{1}, colProjects, true},
		core.PurgedProjectsOfOrganization:  {"PurgedProjectsOfOrganization", 0x4d, []part{number, number, number}, []int{2}, colProjects, true},
		core.ProjectIDsOfOrganization:      {"ProjectIDsOfOrganization", 0x56, numberNumber, []int{1}, colProjects, false},

		core.MembershipsOfAccount: {"MembershipsOfAccount", 0x58, []part{number, kind, number}, []int{1, 2, 0}, colMemberships, false},
		core.TemporaryMemberships: {"TemporaryMemberships", 0x59, []part{kind, number, number, number}, []int{0, 1, 3}, colMemberships, false},
		core.HoldersOfRole:        {"HoldersOfRole", 0x45, []part{kind, number, text, number}, []int{0, 1, 3}, colMemberships, false},

		core.VisitsOfUnit:               {"VisitsOfUnit", 0x5a, []part{kind, number, number}, []int{2}, colVisits, false},
		core.VisitsOfAccount:            {"VisitsOfAccount", 0x5b, numberNumber, []int{1}, colVisits, false},
		core.ActiveVisits:               {"ActiveVisits", 0x5c, numberNumber, []int{1}, colVisits, false},
		core.ActiveVisitsByID:           {"ActiveVisitsByID", 0x46, byNumber, []int{0}, colVisits, false},
		core.ActiveVisitsOfOrganization: {"ActiveVisitsOfOrganization", 0x5d, numberNumber, []int{1}, colVisits, false},
		core.VisitsOfOrganization:       {"VisitsOfOrganization", 0x57, numberNumber, []int{1}, colVisits, false},

		core.RequestsByState:        {"RequestsByState", 0x5f, byNumber, []int{0}, colRequests, false},
		core.DecidedRequests:        {"DecidedRequests", 0x60, byNumber, []int{0}, colRequests, false},
		core.RequestsOfProject:      {"RequestsOfProject", 0x61, numberNumber, []int{1}, colRequests, false},
		core.PendingOfProject:       {"PendingOfProject", 0x62, numberNumber, []int{1}, colRequests, false},
		core.RequestsOfOrganization: {"RequestsOfOrganization", 0x63, numberNumber, []int{1}, colRequests, false},
		core.PendingOfOrganization:  {"PendingOfOrganization", 0x64, numberNumber, []int{1}, colRequests, false},
		core.RequestsOfRequester:    {"RequestsOfRequester", 0x65, numberNumber, []int{1}, colRequests, false},
		core.PendingOfRequester:     {"PendingOfRequester", 0x66, numberNumber, []int{1}, colRequests, false},
		core.PendingOfVisit:         {"PendingOfVisit", 0x67, numberNumber, []int{1}, colRequests, false},
		core.RequestsForSupport:     {"RequestsForSupport", 0x47, byNumber, []int{0}, colRequests, false},

		core.InvitationsOfUnit:    {"InvitationsOfUnit", 0x6a, []part{kind, number, number}, []int{2}, colInvitations, false},
		core.OpenOfUnit:           {"OpenOfUnit", 0x6b, []part{kind, number, number}, []int{2}, colInvitations, false},
		core.InvitationsOfAccount: {"InvitationsOfAccount", 0x6c, numberNumber, []int{1}, colInvitations, false},
		core.InvitationsOfSender:  {"InvitationsOfSender", 0x6d, numberNumber, []int{1}, colInvitations, false},

		core.GrantsOfRole: {"GrantsOfRole", 0x6e, []part{number, text, number, text}, []int{2, 1, 3}, colGrants, false},

		core.NotificationsOf: {"NotificationsOf", 0x70, numberNumber, []int{1}, colNotifications, false},
		core.UnreadOf:        {"UnreadOf", 0x71, numberNumber, []int{1}, colNotifications, false},
		core.NoticesAbout:    {"NoticesAbout", 0x72, []part{kind, number, number}, []int{2}, colNotifications, false},
		core.Outbox:          {"Outbox", 0x73, byNumber, []int{0}, colNotifications, false},

		core.EventsByTime: {"EventsByTime", 0x76, []part{number, kind, number, number}, []int{1, 2, 3}, colEvents, false},
		core.EventsAbout:  {"EventsAbout", 0x77, []part{kind, number, number, kind, number, number}, []int{3, 4, 5}, colEvents, false},

		core.KeysOfAccount: {"KeysOfAccount", 0x44, []part{number, number, text}, []int{2}, colKeys, false},

		core.VisitsOfTicket: {"VisitsOfTicket", 0x5e, numberNumber, []int{1}, colVisits, false},

		core.TicketsOfAuthor:         {"TicketsOfAuthor", 0x80, numberNumber, []int{1}, colTickets, false},
		core.TicketsOfProject:        {"TicketsOfProject", 0x81, numberNumber, []int{1}, colTickets, false},
		core.TicketsOfOrganization:   {"TicketsOfOrganization", 0x82, numberNumber, []int{1}, colTickets, false},
		core.TicketsOfMaintainer:     {"TicketsOfMaintainer", 0x83, numberNumber, []int{1}, colTickets, false},
		core.OpenTickets:             {"OpenTickets", 0x84, byNumber, []int{0}, colTickets, false},
		core.OpenTicketsOfAuthor:     {"OpenTicketsOfAuthor", 0x85, numberNumber, []int{1}, colTickets, false},
		core.OpenTicketsOfProject:    {"OpenTicketsOfProject", 0x86, numberNumber, []int{1}, colTickets, false},
		core.OpenTicketsOfMaintainer: {"OpenTicketsOfMaintainer", 0x87, numberNumber, []int{1}, colTickets, false},
		core.OpenTicketsWithSupport:  {"OpenTicketsWithSupport", 0x88, byNumber, []int{0}, colTickets, false},

		core.BucketsOfProject:            {"BucketsOfProject", 0x8a, []part{number, text, number}, []int{2}, colBuckets, false},
		core.BucketsOfOrganization:       {"BucketsOfOrganization", 0x8b, []part{number, text, number}, []int{2}, colBuckets, false},
		core.SharedBucketsOfOrganization: {"SharedBucketsOfOrganization", 0x8c, []part{number, text, number}, []int{2}, colBuckets, false},
		core.LinksOfProject:              {"LinksOfProject", 0x8d, []part{number, text, number}, []int{2}, colLinks, false},
		core.LinksOfBucket:               {"LinksOfBucket", 0x8e, []part{number, number, number}, []int{2}, colLinks, false},

		core.MailsDue: {"MailsDue", 0x74, numberNumber, []int{1}, colNotifications, false},
	}
)

// layoutAt finds the layout of a collection of records or of an index.
func layoutAt(collection byte) (*layout, bool) {
	if l, ok := recordLayouts[collection]; ok {
		return &l, true
	}
	for i := range indexLayouts {
		if indexLayouts[i].collection == collection && collection != 0 {
			return &indexLayouts[i], true
		}
	}
	return nil, false
}
