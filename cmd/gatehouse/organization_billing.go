package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/core"
)

func (m *Main) newOrganizationBilling() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "billing ORG",
		Short: "show what an organization is billed by (views of staff are audited)",
		Args:  arguments(1, 1),
		RunE: m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
			id, err := m.organizationID(ctx, a, args[0])
			if err != nil {
				return err
			}
			v, err := a.Billing(ctx, id)
			if err != nil {
				return err
			}
			return m.printThing(v, m.billingFields(v))
		}),
	}
	cmd.AddCommand(m.newOrganizationBillingSet())
	return cmd
}

func (m *Main) billingFields(v core.BillingView) []field {
	contact := ""
	if v.Who != nil {
		contact = m.person(v.Who)
	}
	if v.Gone {
		contact += " (no longer a member)"
	}
	fields := []field{
		{"legal name", v.LegalName},
		{"address 1", v.Address1},
		{"address 2", v.Address2},
		{"city", v.City},
		{"postal code", v.PostalCode},
		{"country", v.Country},
		{"tax id", v.TaxID},
		{"e-mail", v.Email},
		{"order reference", v.OrderReference},
		{"contact", contact},
		{"payment label", v.PaymentLabel},
	}
	for i := range fields {
		fields[i].value = orDash(fields[i].value)
	}
	return fields
}

func (m *Main) newOrganizationBillingSet() *cobra.Command {
	var p core.BillingPatch
	flags := []struct {
		name, usage string
		to          **string
	}{
		{"legal-name", "`NAME` of the company, 200 characters", &p.LegalName},
		{"address1", "first `LINE` of the address", &p.Address1},
		{"address2", "second `LINE` of the address", &p.Address2},
		{"city", "`CITY`", &p.City},
		{"postal-code", "`CODE`, 20 characters", &p.PostalCode},
		{"country", "country by the two `LETTERS` of ISO 3166", &p.Country},
		{"tax-id", "`ID`: letters, digits, blanks and . - /", &p.TaxID},
		{"email", "`EMAIL` that bills go to", &p.Email},
		{"order-reference", "`REFERENCE` of the purchase order", &p.OrderReference},
		{"contact", "`EMAIL` of the member who answers questions", &p.Contact},
		{"payment-label", "`TEXT` that names the payment method; never the number of a card", &p.PaymentLabel},
	}
	cmd := &cobra.Command{
		Use:   "set ORG",
		Short: "change what an organization is billed by (administrators)",
		Long:  "Changes fields of the billing of an organization, all or none. An empty value\nclears a field.",
		Args:  arguments(1, 1),
	}
	values := make([]string, len(flags))
	names := make([]string, len(flags))
	for i, f := range flags {
		cmd.Flags().StringVar(&values[i], f.name, "", f.usage)
		names[i] = f.name
	}
	cmd.MarkFlagsOneRequired(names...)
	cmd.RunE = m.acting(func(ctx context.Context, a *core.Actor, args []string) error {
		id, err := m.organizationID(ctx, a, args[0])
		if err != nil {
			return err
		}
		for i, f := range flags {
			if cmd.Flags().Changed(f.name) {
				*f.to = &values[i]
			}
		}
		v, err := a.SetBilling(ctx, id, 0, p)
		if err != nil {
			return err
		}
		return m.printDone(v, fmt.Sprintf("changed the billing of %s", v.OrganizationName))
	})
	return cmd
}
