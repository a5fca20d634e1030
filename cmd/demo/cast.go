package demo

import "gatehouse/core"

// Part is one person that a visitor of the demo can be.
type Part struct {
	ID    core.AccountID
	Email string
	// Who says in a few words who the person is: "administrator of Acme".
	Who string
}

// Cast is who a visitor of the demo may want to be, the suggested first one first.
type Cast []Part

var maintainerNames = []string{"Harbor Platform", "Partner One", "Northwind Services"}

var maintainerMembers = [][]string{
	{"nora.quist@harbor.test", "emil.thorsen@harbor.test"},
	{"lea.moreau@partner-one.test", "max.keller@partner-one.test"},
	{"priya.nair@northwind.test", "tom.ashby@northwind.test"},
}

var supportNames = []string{"Sam Okafor", "Sue Lindqvist", "Ravi Menon"}

// organizations of the small house: name, maintainer, mail domain and project names.
var organizationSeeds = []struct {
	name       string
	maintainer int
	domain     string
	projects   []string
}{
	{"Acme", 1, "acme.test", []string{"Nightly ETL", "Churn model", "Invoice archive", "Store telemetry", "Quarterly forecast", "Customer 360"}},
	{"Blue Heron Labs", 1, "blueheron.test", []string{"Genome index", "Sample tracking", "Imaging pipeline", "Cohort browser", "Instrument logs"}},
	{"Cobalt Mining", 0, "cobalt.test", []string{"Haul roads", "Ore grades", "Shift planner", "Crusher sensors", "Permit archive"}},
	{"Delta Freight", 2, "deltafreight.test", []string{"Route planner", "Customs papers", "Fleet health", "Port slots"}},
	{"Évora Textiles", 1, "evora.test", []string{"Dye recipes", "Loom telemetry", "Order book", "Pattern search"}},
	{"Fjord Energy", 0, "fjordenergy.test", []string{"Turbine health", "Grid forecast", "Outage map", "Meter readings", "Trading desk", "Price curves"}},
	{"Gillespie Press", 2, "gillespie.test", []string{"Manuscripts", "Royalties", "Reader panel", "Print runs"}},
	{"Hana Foods 花", 1, "hanafoods.test", []string{"Cold chain", "Recipe lab", "Shelf prices", "Farm contracts", "Returns"}},
	{"Indigo Health", 0, "indigohealth.test", []string{"Claims intake", "Triage notes", "Bed planner", "Lab results", "Research enclave", "Consent registry"}},
	{"Juniper Credit", 2, "junipercredit.test", []string{"Scorecards", "Fraud signals", "Collections", "Branch traffic", "Regulator reports"}},
	{"Kestrel Air", 2, "kestrelair.test", []string{"Crew roster", "Fare engine", "Baggage trace", "Engine wear", "Gate displays"}},
	{"Larkspur City", 0, "larkspur.test", []string{"Parking permits", "Tree register", "Bus delays", "Open data portal", "Water quality"}},
}

var firstNames = []string{
	"Ana", "Ben", "Chiara", "Dmitri", "Esra", "Felix", "Gita", "Hugo", "Ines", "Jonas", "Keiko", "Luca", "Mara", "Nils", "Oona",
	"Pavel", "Quinn", "Rosa", "Stefan", "Tara", "Umar", "Vera", "Wen", "Ximena", "Yusuf", "Zoë", "Aylin", "Bram", "Carla", "Deniz",
	"Elif", "Farid", "Greta", "Hamid", "Ida", "Jamal", "Klara", "Leon", "Mina", "Noor",
}

var lastNames = []string{
	"Abel", "Brandt", "Castro", "Dahl", "Eriksen", "Fontaine", "Greco", "Haas", "Ivanova", "Jansen", "Kaya", "Lindgren", "Marino",
	"Novak", "Okoye", "Petrov", "Quiroga", "Rossi", "Sato", "Tanaka", "Ueda", "Varga", "Weiss", "Xu", "Yilmaz", "Zhang",
}
