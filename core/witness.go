package core

// Use is something that somebody has done with the house, and that has succeeded: a change, as its event says it, or one
// of the few reads that a walkthrough waits for. It holds no name, no text of people and no secret.
type Use struct {
	// Action is that of the event (AU9), or one of the reads below.
	Action Action
	// Actor is who did it; zero is the system.
	Actor AccountID
	// Origin is where from (AU2).
	Origin string
	// Subjects are what it is about, as in the event; of a read, what was looked at.
	Subjects []Ref
	// Changes are those of the event (AU3); nil for reads.
	Changes []Change
	// Verdict is the answer of a read: a WhyVerdict, or "whole" and "broken" for a chain.
	Verdict string
	// Time is the moment of the house.
	Time Moment
}

// The reads that a witness is told of. They write no event.
const (
	UseSeeOrganization Action = "organization.see" // one organization was opened
	UseWhy             Action = "why.ask"          // it was explained why an account may enter a project, or not
	UseVerify          Action = "activity.verify"  // a chain was checked to its end
)

// The verdicts of UseVerify.
const (
	VerdictWhole  = "whole"
	VerdictBroken = "broken"
)

// witnessed tells the witness of a change that was committed. Denied attempts are none.
func (h *House) witnessed(c *change) {
	if h.witness == nil || c == nil || c.event == nil || c.event.Outcome != OutcomeDone {
		return
	}
	u := Use{Action: c.event.Action, Actor: c.me.ID, Origin: c.origin, Subjects: c.event.Subjects, Changes: c.event.Changes, Time: c.written}
	if c.actor != "" {
		u.Actor = 0
	}
	h.witness(u)
}

// witnessed tells the witness of a read that has succeeded.
func (a *Actor) witnessed(action Action, verdict string, subjects ...Ref) {
	if a.house.witness == nil {
		return
	}
	a.house.witness(Use{Action: action, Actor: a.id, Origin: a.origin, Subjects: subjects, Verdict: verdict, Time: a.house.Now()})
}
