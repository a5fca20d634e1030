package core

// yes is the cell of a table that allows.
const yes Reason = ""

// Short names of the answers, as the tables of section 6 abbreviate them.
const (
	fb = ReasonForbidden
	rr = ReasonRoleRestricted
	vr = ReasonVisitorRestricted
	ar = ReasonAdminRoleRequired
	om = ReasonOrgMembersOnly
)

// projectRow is a row of table 6.3. Where a cell depends on more, projectCell knows.
type projectRow struct{ full, limited, visitor, administrator, maintainer, support Reason }

// projectRows is table 6.3. The entry rights of 6.1 are functions below.
var projectRows = map[Right]projectRow{
	ProjectSee:           {yes, yes, yes, yes, yes, yes},
	ProjectActivity:      {yes, rr, yes, yes, yes, yes},
	ProjectInvite:        {yes, rr, vr, yes, fb, fb},
	ProjectCancel:        {yes, rr, vr, yes, fb, fb},
	ProjectAdd:           {yes, rr, vr, yes, fb, fb},
	ProjectManageUsers:   {yes, rr, vr, yes, fb, fb},
	ProjectGiveShare:     {ReasonShareNeedsOrgMember, rr, vr, yes, fb, fb},
	ProjectGrantRoles:    {yes, rr, vr, yes, fb, fb},
	ProjectDecide:        {yes, rr, vr, fb, fb, fb},
	ProjectApprove:       {yes, rr, vr, fb, fb, fb},
	ProjectRename:        {yes, rr, vr, yes, fb, fb},
	ProjectDelete:        {yes, rr, vr, yes, fb, yes},
	ProjectRemoveForGood: {om, rr, vr, yes, om, om},
	ProjectMove:          {fb, rr, fb, fb, fb, fb}, // H14: see projectCell
	ProjectAdminister:    {fb, fb, fb, fb, fb, yes},
	ProjectRestore:       {fb, fb, fb, fb, fb, yes},
	ProjectPurge:         {fb, fb, fb, fb, fb, yes},
	ProjectEmpty:         {fb, fb, fb, fb, fb, yes},
	ProjectListDeleted:   {fb, fb, fb, yes, fb, yes},
	ProjectShareBuckets:  {rr, rr, vr, yes, fb, fb},
	ProjectTicket:        {yes, yes, yes, fb, fb, fb},
	ProjectTicketRestore: {yes, yes, yes, yes, fb, fb},
	ProjectLeave:         {yes, yes, yes, fb, fb, fb},
}

// column is a column of table 6.3, with the word for it.
type column string

const (
	columnFull          column = "A full role"
	columnLimited       column = "A limited role"
	columnVisitor       column = "A visitor"
	columnAdministrator column = "An administrator"
	columnMaintainer    column = "A maintainer member"
	columnSupport       column = "Support"
	columnPlain         column = "A plain member"
	columnOther         column = "Somebody who is only invited or has only asked"
)

func levelColumn(r Role) column {
	if r.Full() {
		return columnFull
	}
	return columnLimited
}

// projectColumn is the column of 6.3 that the account counts in.
func (w *walk) projectColumn() column {
	switch w.v.Relation {
	case RelationDirect, RelationRoleUser:
		if w.v.Visitor {
			return columnVisitor
		}
		return levelColumn(w.v.Role)
	case RelationAdministrator:
		return columnAdministrator
	case RelationStaff:
		return w.staffColumn()
	case RelationPlainMember:
		return columnPlain
	default:
		return columnOther
	}
}

// projectCell reads table 6.3.
func (w *walk) projectCell(col column) Reason {
	row, ok := projectRows[w.right]
	if !ok {
		return fb
	}
	if w.right == ProjectMove && w.mayMove(col) {
		return yes
	}
	switch col {
	case columnFull:
		return w.fullCell(row)
	case columnLimited:
		return w.limitedCell(row)
	case columnVisitor:
		return row.visitor
	case columnAdministrator:
		return row.administrator
	case columnMaintainer:
		return row.maintainer
	case columnSupport:
		return row.support
	case columnPlain:
		if w.f.Deleted || w.right == ProjectShareBuckets || w.right == ProjectMove {
			return fb // DR6: everybody but Support; SB2, H14: everybody else
		}
		return ar
	default:
		return fb
	}
}

func (w *walk) fullCell(row projectRow) Reason {
	switch w.right {
	case ProjectGiveShare, ProjectRemoveForGood:
		if w.f.Admin {
			return yes
		}
	case ProjectShareBuckets:
		if w.sharesInside() {
			return yes
		}
	default:
	}
	return w.userCell(row.full)
}

func (w *walk) limitedCell(row projectRow) Reason {
	switch w.right {
	case ProjectDecide, ProjectApprove:
		if w.f.Deciders != DecidersFullRole {
			return yes
		}
	default:
	}
	return w.userCell(row.limited)
}

// userCell is what depends on more than the level.
func (w *walk) userCell(cell Reason) Reason {
	switch w.right {
	case ProjectListDeleted:
		if w.f.Admin {
			return yes
		}
	case ProjectLeave:
		if w.f.Direct == NoStanding {
			return fb // role users have no membership to leave
		}
	default:
	}
	return cell
}

// mayMove is the source side of H14: staff of the maintainer; with Auto Join off besides an administrator or an
// ordinary full-role user.
func (w *walk) mayMove(col column) bool {
	if !w.f.staff() || col == columnLimited {
		return false
	}
	return w.f.AutoJoin || w.f.Admin || col == columnFull
}

func (w *walk) projectStaffCell(support bool) Reason {
	row, ok := projectRows[w.right]
	switch {
	case !ok:
		return fb
	case support:
		return row.support
	}
	return row.maintainer
}
