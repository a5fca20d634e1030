package core

import "strconv"

// actionImport is what an import is called in the log.
const actionImport Action = "house.import"

// beginLog writes the event of the import, for a dump that holds records and no events: so nobody takes the house for
// one whose log tells of all its life. The event says how many records of each kind came in.
func (c *importCheck) beginLog(put func(any) error) error {
	if c.faulty || c.result.Records["event"] > 0 || len(c.result.Records) == 0 {
		return nil
	}
	e := Event{
		Action: actionImport, ActorName: actorSystem, Chain: System, Origin: OriginLocal, Outcome: OutcomeDone,
		Previous: FirstPrevious, Sequence: 1, Time: c.rules.now,
	}
	for _, kind := range dumpKinds {
		if n := c.result.Records[kind.name]; n > 0 {
			e.Changes = append(e.Changes, Change{Field: kind.name, After: strconv.Itoa(n)})
		}
	}
	e.Hash = e.ComputeHash()
	c.log.count(&e)
	c.result.LogBegins = true
	if err := put(e); err != nil {
		return err
	}
	return put(Head{Chain: System, Sequence: 1, Hash: e.Hash})
}
