package core

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// maxNumber bounds the numbers of records; keys hold more, people do not.
const maxNumber = 1 << 53

// recordRules judges one record at a time: whether each value is what section 2 and the gates for input let in, and
// whether what the record refers to is there and fits. They are written once: the check of a dump asks them line by
// line, the check of a house record by record, so what the one calls clean the other takes (X6). What holds between
// records of one kind stands in inspection.
type recordRules struct {
	known lookup
	wrong func(format string, args ...any)
	now   Moment
	// putOff keeps a reference to an account that may stand further down for the end; nil in a house.
	putOff func(field string, id AccountID)
}

// lookup finds what a record refers to: among the lines above it, or in the house.
type lookup interface {
	last(Kind) uint64
	account(AccountID) (accountFact, bool)
	maintainer(MaintainerID) (UnitState, bool)
	organization(OrganizationID) (organizationFact, bool)
	project(ProjectID) (projectFact, bool)
	role(OrganizationRoleKey) bool
	request(RequestID) bool
	visit(VisitID) (Unit, bool)
	invitation(InvitationID) bool
	ticket(TicketID) (ProjectID, bool)
	bucket(BucketID) (bucketFact, bool)
	event(EventKey) bool
}

// accountFact is what the rules ask of an account that a record names.
type accountFact struct{ removed, support, dated bool }

type organizationFact struct {
	maintainer MaintainerID
	state      UnitState
}

type projectFact struct {
	organization OrganizationID
	roles        RoleSet
	state        ProjectState
}

type bucketFact struct {
	organization OrganizationID
	shared       bool
}

// number checks the number and version of a record.
func (c *recordRules) number(ref Ref, version uint64) {
	if last := c.known.last(ref.Kind); ref.ID == 0 || ref.ID > last {
		c.wrong("the number %d was not given out: the last %s is %d (F9)", ref.ID, ref.Kind, last)
	}
	c.version(version)
}

func (c *recordRules) version(version uint64) {
	if version == 0 || version > maxNumber {
		c.wrong("the version must be 1 or more")
	}
}

// clean checks that a text is what the gate for input would make of it.
func (c *recordRules) clean(field, s string, clean func(string) (string, error)) {
	got, err := clean(s)
	switch {
	case err != nil:
		c.wrong("%s: %s", field, AsError(err).Message)
	case got != s:
		c.wrong("%s: %s", field, otherForm(s, got))
	}
}

func (c *recordRules) name(s string) {
	const field = "name"
	c.clean(field, s, func(s string) (string, error) { return cleanName(field, s) })
}

func (c *recordRules) line1(field, s string, least, most int) {
	c.clean(field, s, func(s string) (string, error) { return cleanLine(field, s, least, most) })
}

// reason is F4, or empty where that is allowed.
func (c *recordRules) reason(s string, optional bool) {
	if s != "" || !optional {
		c.clean("reason", s, cleanReason)
	}
}

func (c *recordRules) note(field, s string) {
	c.clean(field, s, func(s string) (string, error) { return cleanNote(field, s) })
}

func (c *recordRules) email(field, s string) { c.clean(field, s, cleanEmail) }

// oneOf checks a word against those that are allowed.
func oneOf[S ~string](c *recordRules, field string, s S, allowed ...S) {
	if !slices.Contains(allowed, s) {
		words := make([]string, len(allowed))
		for i, a := range allowed {
			words[i] = string(a)
		}
		c.wrong("%s must be one of %s, not %q", field, strings.Join(words, ", "), string(s))
	}
}

// moment checks a moment that must be there.
func (c *recordRules) moment(field string, m Moment) {
	if m == 0 {
		c.wrong("%s is missing", field)
	}
}

// past checks that a moment, when it is there, does not lie ahead by more than clocks may differ.
func (c *recordRules) past(field string, m Moment) {
	if m > c.now.Add(Day) {
		c.wrong("%s is %s, which is still to come", field, m)
	}
}

// fits checks that a field is there exactly when it should be.
func (c *recordRules) fits(field string, there, should bool) {
	switch {
	case should && !there:
		c.wrong("%s is missing", field)
	case !should && there:
		c.wrong("%s does not belong here", field)
	}
}

// someone checks a reference to an account.
func (c *recordRules) someone(field string, id AccountID, optional bool) {
	if id == 0 && optional {
		return
	}
	if _, ok := c.known.account(id); !ok {
		c.wrong("%s is %s, which is not there", field, id.Ref())
	}
}

// unit checks a reference to a unit.
func (c *recordRules) unit(u Unit) {
	ok := false
	switch u.Kind {
	case KindMaintainer:
		_, ok = c.known.maintainer(MaintainerID(u.ID))
	case KindOrganization:
		_, ok = c.known.organization(OrganizationID(u.ID))
	case KindProject:
		_, ok = c.known.project(ProjectID(u.ID))
	default:
	}
	if !ok {
		c.wrong("the unit %s is not there", u)
	}
}

func (c *recordRules) chainRef(chain Ref) {
	if chain != System {
		if chain.Kind == KindProject {
			c.wrong("projects have no chain of their own")
		}
		c.unit(chain)
	}
}

// refs checks what an event or notification is about, as far as it is among the records of a dump.
func (c *recordRules) refs(subjects []Ref) {
	for _, s := range subjects {
		if s.Kind == KindSystem && s.ID == 0 || s.Kind == KindRole || s.Kind == KindTemplate {
			continue
		}
		if s.ID == 0 || s.ID > c.known.last(s.Kind) {
			c.wrong("it is about %s, a number that was not given out", s)
		}
	}
}

// otherForm says how a text differs from what the gate would make of it, also where the two look the same.
func otherForm(s, clean string) string {
	switch {
	case norm.NFC.String(s) == clean:
		return fmt.Sprintf("its letters and accents are kept apart (Unicode NFD); write %q in composed form (NFC)", clean)
	case strings.ContainsRune(s, '\r'):
		return "a line ends with a carriage return; write line feeds alone"
	}
	return fmt.Sprintf("it must be written as %q", clean)
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && s == strings.ToLower(s)
}

func (c *recordRules) term(t Term) {
	if (t.For == 0) == (t.Until == 0) {
		c.wrong("asked must be exactly one of for and until")
	}
	if t.For != 0 && (t.For < LengthMin || t.For > LengthMax) {
		c.wrong("asked for must lie between %s and %s", LengthMin, LengthMax)
	}
}
