package core

// noticeWording checks what the words of a notification are made of; older versions wrote the words themselves.
func (c *recordRules) noticeWording(n *Notification) {
	_, known := noticeWords[n.Event]
	if n.Subject == "" && !known {
		c.wrong("there are no words for the event %q", string(n.Event))
	}
	c.someone("withdrawn_by", n.WithdrawnBy, true)
	c.line1("subject", n.Subject, 0, noticeText)
	c.clean("body", n.Body, func(s string) (string, error) { return cleanLines("body", s, 0, 5*noticeText) })
	f := &n.Facts
	c.someone("by", f.By, true)
	c.someone("about", f.About, true)
	c.someone("approver", f.Approver, true)
	c.maintainerThere("help", f.Help)
	c.maintainerThere("contact", n.Contact)
	for _, line := range [][2]string{
		{"how", f.How}, {"name", f.Name}, {"in", f.In}, {"title", f.Title}, {"role", f.Role}, {"priority", string(f.Priority)},
	} {
		c.line1(line[0], line[1], 0, noticeText)
	}
	c.clean("text", f.Text, func(s string) (string, error) { return cleanLines("text", s, 0, 5*noticeText) })
	if f.Asked != (Term{}) {
		c.term(f.Asked)
	}
	if f.Others < 0 {
		c.wrong("others must not be negative")
	}
}

// maintainerThere checks a reference to a maintainer that need not be there.
func (c *recordRules) maintainerThere(field string, id MaintainerID) {
	if _, ok := c.known.maintainer(id); id != 0 && !ok {
		c.wrong("%s is maintainer %d, which is not there", field, id)
	}
}
