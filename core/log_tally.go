package core

// logTally is what the events of a house say of its records: counted on one walk through the log, by the check of a
// dump and by that of a house, and then compared with the records (AU3, AU14). It takes a few bytes for each record.
type logTally struct {
	decisions byNumber[decisionCount]
	moved     map[Kind]*byNumber[uint8] // changes of state that stand in the events of something else (AU3)
	created   map[Kind]*byNumber[bool]
	// whole is set for a log that begins with the house: then every unit has its event of creation.
	whole bool
	// imported is when records came in without a log, in a house that began with that: of what was before, the log need
	// not tell.
	imported Moment
}

func newLogTally() *logTally {
	return &logTally{moved: map[Kind]*byNumber[uint8]{}, created: map[Kind]*byNumber[bool]{
		KindMaintainer: {}, KindOrganization: {}, KindProject: {},
	}}
}

// creations are the actions that create a unit.
var creations = map[Action]Kind{
	"maintainer.create": KindMaintainer, "organization.create": KindOrganization, "project.create": KindProject,
}

// begin notes how the log begins, and which units it tells the creation of.
func (t *logTally) begin(e *Event) {
	if kind, ok := creations[e.Action]; ok && firstRef(e.Subjects).Kind == kind {
		*t.created[kind].at(e.Subjects[0].ID) = true
	}
	if e.Chain != System || e.Sequence != 1 {
		return
	}
	switch e.Action {
	case "house.init":
		t.whole = true
	case actionImport:
		t.imported = e.Time
	default:
	}
}

// mayLack reports whether the log may know nothing of what happened at a moment, because the records were imported later.
func (t *logTally) mayLack(at Moment) bool { return t.imported != 0 && at <= t.imported }

// decisionCount is how many events of each decision stand in the log about one request.
type decisionCount struct{ approved, rejected, withdrawn, lapsed uint8 }

// byNumber is a list of small values by number, of which mostly all are used.
type byNumber[T any] struct{ pages map[uint64]*[pagedValues]T }

const pagedValues = 256

// at gives the place of a number.
func (p *byNumber[T]) at(id uint64) *T {
	if p.pages == nil {
		p.pages = map[uint64]*[pagedValues]T{}
	}
	page := p.pages[id/pagedValues]
	if page == nil {
		page = new([pagedValues]T)
		p.pages[id/pagedValues] = page
	}
	return &page[id%pagedValues]
}

// get gives the value of a number, zero where there was none.
func (p *byNumber[T]) get(id uint64) (value T) {
	if page := p.pages[id/pagedValues]; page != nil {
		value = page[id%pagedValues]
	}
	return value
}

// count notes the decisions about requests that an event stands for, and the changes of state that follow from it.
func (t *logTally) count(e *Event) {
	if e.Outcome != OutcomeDone {
		return
	}
	t.begin(e)
	for _, ch := range e.Changes {
		if ch.Subject == nil || ch.Field != "state" {
			continue
		}
		if ch.After == string(RequestLapsed) { // of a request or invitation whose time was over when something else ended it (V10)
			if ch.Subject.Kind == KindRequest {
				t.decisions.at(ch.Subject.ID).lapsed++
			}
			continue
		}
		of := t.moved[ch.Subject.Kind]
		if of == nil {
			of = &byNumber[uint8]{}
			t.moved[ch.Subject.Kind] = of
		}
		*of.at(ch.Subject.ID)++
	}
	if e.Action == actionUndo && e.Linked != "" {
		return // the main event stands for it
	}
	for _, s := range e.Subjects {
		if s.Kind == KindRequest {
			t.decided(RequestID(s.ID), e.Action)
		}
	}
}

func (t *logTally) decided(id RequestID, action Action) {
	switch action {
	case "request.approve":
		t.decisions.at(uint64(id)).approved++
	case "request.reject":
		t.decisions.at(uint64(id)).rejected++
	case "request.withdraw":
		t.decisions.at(uint64(id)).withdrawn++
	case "request.lapse":
		t.decisions.at(uint64(id)).lapsed++
	case actionUndo: // of a rejection: it does not count any more, another decision may follow (section 10)
		t.decisions.at(uint64(id)).rejected--
	default:
	}
}

// moves is how often the log tells that the state of a record changed by something else.
func (t *logTally) moves(ref Ref) int {
	of := t.moved[ref.Kind]
	if of == nil {
		return 0
	}
	return int(of.get(ref.ID))
}
