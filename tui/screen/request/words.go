package request

import (
	"fmt"
	"strings"
	"time"

	"gatehouse/core"
	"gatehouse/tui/app"
	"gatehouse/tui/keymap"
	"gatehouse/tui/screen/cell"
	"gatehouse/tui/text"
	"gatehouse/tui/theme"
)

// badged names somebody with the Support badge, for sentences and lists; what else is to know stands under Who.
func badged(look *theme.Look, p core.Person) theme.Span {
	p.Unconfirmed = false
	return cell.Person(look, p)
}

// verb says what a request asks for: to come in, or to stay (R23).
func verb(q core.RequestView) string {
	if q.Extends != 0 {
		return "stay in"
	}
	return "enter"
}

// asked writes what was asked: "for 4 h", "until 2026-11-21 18:00 UTC".
func asked(t core.Term) string {
	if t.Until != 0 {
		return cell.Term(t)
	}
	return "for " + cell.Term(t)
}

// askedShort is asked for a narrow column: "4 h", "90 min", "to 18:00" for a moment of today, "to 11-24" for one later on.
func askedShort(t core.Term, now time.Time) string {
	if t.Until == 0 {
		if t.For%60 != 0 {
			return fmt.Sprintf("%d min", t.For)
		}
		return cell.Term(t)
	}
	at := t.Until.Time().In(now.Location())
	if at.Year() == now.Year() && at.YearDay() == now.YearDay() {
		return "to " + at.Format("15:04")
	}
	return "to " + at.Format("01-02")
}

// short writes a length for a narrow column, in one unit: "45 min", "3 h", "2 d". It rounds down.
func short(d time.Duration) string {
	if d >= time.Hour && d < 48*time.Hour {
		d = d.Truncate(time.Hour)
	}
	return text.Length(d)
}

// since writes a moment of the past for a narrow column: "now", "12 min", "3 h".
func since(m core.Moment, now time.Time) string {
	if d := core.At(now).Sub(m); d >= time.Minute {
		return short(d)
	}
	return "now"
}

// ago is since with a word: "3 h ago".
func ago(m core.Moment, now time.Time) string {
	if s := since(m, now); s != "now" {
		return s + " ago"
	}
	return "now"
}

// ends writes an end for a narrow column: "in 3 h", "due", "3 d ago".
func ends(m core.Moment, now time.Time) theme.Span {
	s := cell.Ends(m, now)
	if d := m.Sub(core.At(now)); d > 0 {
		s.Text = "in " + short(d)
	}
	return s
}

// untilWords says until when somebody may be inside when the request is approved now (R3).
func untilWords(q core.RequestView, now time.Time) string {
	if q.Asked.Until != 0 {
		return cell.Exact(q.Asked.Until, now) + ", the moment asked for"
	}
	return text.Exact(q.Asked.End(core.At(now)).Time()) + ", " + cell.Term(q.Asked) + " from the approval"
}

// people writes the first people who may decide, and how many more there are.
func people(q core.RequestView) string {
	if q.DecidersTotal == 0 {
		return "nobody now: an administrator must join " + q.ProjectName + " and decide"
	}
	names := make([]string, 0, len(q.Deciders))
	for i, p := range q.Deciders {
		if i == 3 {
			break
		}
		names = append(names, p.Label())
	}
	s := strings.Join(names, ", ")
	if more := q.DecidersTotal - len(names); more > 0 {
		s += fmt.Sprintf(", +%d", more)
	}
	return s
}

// settled says who decided a request that waits no longer, in the words of core (section 3).
func settled(q core.RequestView) error {
	e := &core.Error{Code: core.CodeConflict, Reason: core.ReasonAlreadyDecided, Next: "Nothing is left to decide."}
	switch {
	case q.Due || q.State == core.RequestLapsed:
		e.Reason, e.Next = core.ReasonLapsed, "A new one can be filed."
		e.Message = fmt.Sprintf("Request %d lapsed at %s.", q.ID, text.Exact(q.Lapses.Time()))
	case q.State == core.RequestPending:
		return nil
	default:
		by := ""
		if q.DecidedBy != nil {
			by = " by " + q.DecidedBy.Label()
		}
		e.Message = fmt.Sprintf("Request %d was %s%s at %s.", q.ID, q.State, by, text.Exact(q.Decided.Time()))
	}
	return e
}

// refusal turns a refusal of core into an error, nil staying nil.
func refusal(e *core.Error) error {
	if e == nil {
		return nil
	}
	return e
}

// mayDecide says why the reader may not decide a request, as its page knows it. core decides again.
func mayDecide(me core.AccountID) func(core.RequestView) error {
	return func(q core.RequestView) error {
		if err := settled(q); err != nil {
			return err
		}
		if q.Requester == me {
			return keymap.Disabled("This is your own request; somebody else decides it.")
		}
		if q.MayNotDecide == nil && !q.MayDecide {
			return keymap.Disabled("The users of " + q.ProjectName + " decide this request; you are none of them.")
		}
		return refusal(q.MayNotDecide)
	}
}

// mayApprove adds what stands in the way of approving alone: R10, R13, R14.
func mayApprove(me core.AccountID) func(core.RequestView) error {
	decide := mayDecide(me)
	return func(q core.RequestView) error {
		if err := decide(q); err != nil {
			return err
		}
		switch {
		case q.MayNotApprove != nil:
			return q.MayNotApprove
		case q.NoLongerStaff:
			return &core.Error{
				Code: core.CodeConflict, Reason: core.ReasonNoLongerStaff,
				Message: q.Who.Label() + " is no longer staff for " + q.OrganizationName + ".", Next: fmt.Sprintf("Reject request %d.", q.ID),
			}
		case q.Who.MFA != nil && !*q.Who.MFA:
			return &core.Error{
				Code: core.CodeDenied, Reason: core.ReasonMFARequired,
				Message: q.Who.Label() + " has no MFA, which is needed here.", Next: "Ask " + q.Who.Label() + " to turn it on.",
			}
		}
		return nil
	}
}

// mayWithdraw says why the reader may not withdraw a request.
func mayWithdraw(me core.AccountID) func(core.RequestView) error {
	return func(q core.RequestView) error {
		if q.Requester != me {
			return keymap.Disabled("Only " + q.Who.Label() + " can withdraw this request.")
		}
		return settled(q)
	}
}

// Writable guards what changes something: a session that only reads is refused, as core does too. Nil means go on.
func Writable(e *app.Env) error {
	if !e.Session.ReadOnly {
		return nil
	}
	return &core.Error{
		Code: core.CodeDenied, Reason: core.ReasonReadOnly, Message: "This session only reads.",
		Next: "Start it without --read-only to change something.",
	}
}

// GrantCommand is the command line for another time than asked, in the form that was asked (R21).
func GrantCommand(q core.RequestView) string {
	if q.Asked.Until != 0 {
		return fmt.Sprintf("gatehouse request approve %d --until %s", q.ID, q.Asked.Until)
	}
	return fmt.Sprintf("gatehouse request approve %d --for %s", q.ID, q.Asked.For)
}

// lookAlike warns of a project that can be taken for another one; empty for others.
func lookAlike(q core.RequestView) string {
	if !q.Alike {
		return ""
	}
	return fmt.Sprintf("another project of %s looks like this one, which is #%d", q.OrganizationName, q.Project)
}
