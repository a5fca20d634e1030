package demo

import "gatehouse/core"

// bills fills in what two organizations are billed by.
func (b *builder) bills() {
	text := func(s string) *string { return &s }
	b.do("billing of Acme", func() error {
		_, err := b.as(Ana).SetBilling(b.ctx, b.org("Acme"), 0, core.BillingPatch{
			LegalName: text("Acme Analytics Ltd"), Address1: text("14 Harbour Street"), Address2: text("Building C"),
			PostalCode: text("6300"), City: text("Zug"), Country: text("CH"), TaxID: text("CHE-123.456.789"),
			Email: text("billing@acme.test"), OrderReference: text("PO-2291"), Contact: text(Ben), PaymentLabel: text("invoice, 30 days"),
		})
		return err
	})
	b.do("billing of Fjord Energy", func() error {
		_, err := b.as(b.firstAdmin("Fjord Energy")).SetBilling(b.ctx, b.org("Fjord Energy"), 0, core.BillingPatch{
			LegalName: text("Fjord Energi AS"), City: text("Bergen"), Country: text("NO"), PaymentLabel: text("card ending in 1234"),
		})
		return err
	})
}

// mfaDate has an organization that requires MFA in some weeks: its people were told (S28).
func (b *builder) mfaDate() {
	by := b.firstAdmin("Larkspur City")
	b.do("administrator with MFA", func() error {
		me, err := b.as(by).Me(b.ctx)
		if err == nil && (me.MFA == nil || !*me.MFA) {
			b.enrol(by)
		}
		return err
	})
	b.do("date of MFA", func() error {
		at := core.At(b.now.Add(20 * core.Day)).Time().UTC().Truncate(core.Day)
		_, err := b.as(by).ScheduleMFA(b.ctx, b.org("Larkspur City"), 0, core.At(at))
		return err
	})
}
