package core

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// maxNumber bounds the numbers of a dump; keys hold more, people do not.
const maxNumber = 1 << 53

// known is what the lines of a dump are compared with that came before them.
type known struct {
	last Counters

	accounts      numbers[knownAccount]
	maintainers   numbers[struct{}]
	organizations numbers[MaintainerID]
	projects      numbers[knownProject]
	requests      numbers[struct{}]
	visits        numbers[Unit]
	invitations   numbers[struct{}]
	tickets       numbers[knownTicket]
	buckets       numbers[knownBucket]

	keys     map[AccountID]keysOf
	comments map[TicketID]int
	names    map[[16]byte]struct{} // of buckets and links, by project
	emails   map[[16]byte]struct{}
	roles    map[OrganizationRoleKey]struct{}
	named    []namedVisit // visits that requests name before they stand there

	chain     chainLink
	chainDone bool // the present chain is broken: one fault is enough
	heads     []Head
	headsSeen int

	givers []giver
}

func newKnown() known {
	return known{
		keys: map[AccountID]keysOf{}, comments: map[TicketID]int{}, names: map[[16]byte]struct{}{},
		emails: map[[16]byte]struct{}{}, roles: map[OrganizationRoleKey]struct{}{},
	}
}

type knownProject struct {
	organization OrganizationID
	roles        RoleSet
	purged       bool
}

type namedVisit struct {
	line  int
	visit VisitID
}

// numbers are records by rising numbers, with what is remembered of each.
type numbers[T any] struct {
	ids   []uint64
	facts []T
}

func (n *numbers[T]) add(id uint64, fact T) {
	if len(n.ids) == 0 || n.ids[len(n.ids)-1] < id { // others are faults, and told as such
		n.ids, n.facts = append(n.ids, id), append(n.facts, fact)
	}
}

func (n *numbers[T]) get(id uint64) (T, bool) {
	i, ok := slices.BinarySearch(n.ids, id)
	if !ok {
		var none T
		return none, false
	}
	return n.facts[i], true
}

// number checks the number and version of a record.
func (c *importCheck) number(ref Ref, version uint64) {
	if ref.ID == 0 || ref.ID > c.last[ref.Kind] {
		c.wrong("the number %d was not given out: the last %s is %d", ref.ID, ref.Kind, c.last[ref.Kind])
	}
	c.version(version)
}

func (c *importCheck) version(version uint64) {
	if version == 0 || version > maxNumber {
		c.wrong("the version must be 1 or more")
	}
}

// clean checks that a text is what the gate for input would make of it.
func (c *importCheck) clean(field, s string, clean func(string) (string, error)) {
	got, err := clean(s)
	switch {
	case err != nil:
		c.wrong("%s: %s", field, AsError(err).Message)
	case got != s:
		c.wrong("%s: it must be written as %q", field, got)
	}
}

func (c *importCheck) name(s string) {
	const field = "name"
	c.clean(field, s, func(s string) (string, error) { return cleanName(field, s) })
}

func (c *importCheck) line1(field, s string, least, most int) {
	c.clean(field, s, func(s string) (string, error) { return cleanLine(field, s, least, most) })
}

// reason is F4, or empty where that is allowed.
func (c *importCheck) reason(s string, optional bool) {
	if s != "" || !optional {
		c.clean("reason", s, cleanReason)
	}
}

func (c *importCheck) note(field, s string) {
	c.clean(field, s, func(s string) (string, error) { return cleanNote(field, s) })
}

func (c *importCheck) email(field, s string) { c.clean(field, s, cleanEmail) }

// oneOf checks a word against those that are allowed.
func oneOf[S ~string](c *importCheck, field string, s S, allowed ...S) {
	if !slices.Contains(allowed, s) {
		words := make([]string, len(allowed))
		for i, a := range allowed {
			words[i] = string(a)
		}
		c.wrong("%s must be one of %s, not %q", field, strings.Join(words, ", "), string(s))
	}
}

// moment checks a moment that must be there.
func (c *importCheck) moment(field string, m Moment) {
	if m == 0 {
		c.wrong("%s is missing", field)
	}
}

// fits checks that a field is there exactly when it should be.
func (c *importCheck) fits(field string, there, should bool) {
	switch {
	case should && !there:
		c.wrong("%s is missing", field)
	case !should && there:
		c.wrong("%s does not belong here", field)
	}
}

// someone checks a reference to an account.
func (c *importCheck) someone(field string, id AccountID, optional bool) {
	if id == 0 && optional {
		return
	}
	if _, ok := c.accounts.get(uint64(id)); !ok {
		c.wrong("%s is account %d, which is not there", field, id)
	}
}

// unit checks a reference to a unit.
func (c *importCheck) unit(u Unit) {
	ok := false
	switch u.Kind {
	case KindMaintainer:
		_, ok = c.maintainers.get(u.ID)
	case KindOrganization:
		_, ok = c.organizations.get(u.ID)
	case KindProject:
		_, ok = c.projects.get(u.ID)
	default:
	}
	if !ok {
		c.wrong("the unit %s is not there", u)
	}
}

func (c *importCheck) chainRef(chain Ref) {
	if chain != System {
		if chain.Kind == KindProject {
			c.wrong("projects have no chain of their own")
		}
		c.unit(chain)
	}
}

// refs checks what an event or notification is about, as far as it is among the records of a dump.
func (c *importCheck) refs(subjects []Ref) {
	for _, s := range subjects {
		if s.Kind == KindSystem && s.ID == 0 || s.Kind == KindRole || s.Kind == KindTemplate {
			continue
		}
		if s.ID == 0 || s.ID > c.last[s.Kind] {
			c.wrong("it is about %s, a number that was not given out", s)
		}
	}
}

// digestOf is what is remembered of an address.
func digestOf(s string) [16]byte {
	sum := sha256.Sum256([]byte(s))
	return [16]byte(sum[:16])
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && s == strings.ToLower(s)
}

func (c *importCheck) term(t Term) {
	if (t.For == 0) == (t.Until == 0) {
		c.wrong("asked must be exactly one of for and until")
	}
	if t.For != 0 && (t.For < LengthMin || t.For > LengthMax) {
		c.wrong("asked for must lie between %s and %s", LengthMin, LengthMax)
	}
}
