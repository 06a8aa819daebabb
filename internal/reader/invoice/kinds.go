package invoice

import "encoding/xml"

// field is something that an invoice says, by its number in EN 16931.
type field string

const (
	number   field = "BT-1"
	issued   field = "BT-2"
	kindCode field = "BT-3"
	money    field = "BT-5"
	contract field = "BT-12"
	order    field = "BT-13"
	seller   field = "BT-27"
	trading  field = "BT-28"
	total    field = "BT-112"
)

// creditTypes are the types of a document (UNTDID 1001) that give money back.
var creditTypes = []string{"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"}

// noOrder stands in UBL for an order that is not known: the element is mandatory
// there where the seller's order is named.
const noOrder = "NA"

// kind is a vocabulary of invoices: its root, the namespaces of what stands below,
// and where each field stands.
type kind struct {
	media  string
	root   xml.Name
	spaces []string
	fields map[string]field
	credit bool
}

func kindOf(root xml.Name) *kind {
	for i := range kinds {
		if kinds[i].root == root {
			return &kinds[i]
		}
	}
	return nil
}

const (
	uncefact = "urn:un:unece:uncefact:data:standard:"
	oasis    = "urn:oasis:names:specification:ubl:schema:xsd:"
)

var kinds = []kind{
	{
		media: MediaCII,
		root:  xml.Name{Space: uncefact + "CrossIndustryInvoice:100", Local: "CrossIndustryInvoice"},
		spaces: []string{uncefact + "CrossIndustryInvoice:100", uncefact + "ReusableAggregateBusinessInformationEntity:100",
			uncefact + "UnqualifiedDataType:100", uncefact + "QualifiedDataType:100"},
		fields: cii("ExchangedDocument", "SupplyChainTradeTransaction", "ApplicableHeaderTradeAgreement", "ApplicableHeaderTradeSettlement",
			"SpecifiedTradeSettlementHeaderMonetarySummation", "IssuerAssignedID"),
	},
	{ // ZUGFeRD 1
		media: MediaCII,
		root:  xml.Name{Space: "urn:ferd:CrossIndustryDocument:invoice:1p0", Local: "CrossIndustryDocument"},
		spaces: []string{"urn:ferd:CrossIndustryDocument:invoice:1p0", uncefact + "ReusableAggregateBusinessInformationEntity:12",
			uncefact + "UnqualifiedDataType:15", uncefact + "QualifiedDataType:12"},
		fields: cii("HeaderExchangedDocument", "SpecifiedSupplyChainTradeTransaction", "ApplicableSupplyChainTradeAgreement", "ApplicableSupplyChainTradeSettlement",
			"SpecifiedTradeSettlementMonetarySummation", "ID"),
	},
	{
		media:  MediaUBL,
		root:   xml.Name{Space: oasis + "Invoice-2", Local: "Invoice"},
		spaces: []string{oasis + "CommonBasicComponents-2", oasis + "CommonAggregateComponents-2"},
		fields: ubl("InvoiceTypeCode"),
	},
	{
		media:  MediaUBL,
		root:   xml.Name{Space: oasis + "CreditNote-2", Local: "CreditNote"},
		spaces: []string{oasis + "CommonBasicComponents-2", oasis + "CommonAggregateComponents-2"},
		fields: ubl("CreditNoteTypeCode"),
		credit: true,
	},
}

// cii are the places in a Cross Industry Invoice, whose versions differ in names.
func cii(document, trade, agreement, settlement, sums, id string) map[string]field {
	agreement, settlement = trade+"/"+agreement, trade+"/"+settlement
	return map[string]field{
		document + "/ID":                                  number,
		document + "/TypeCode":                            kindCode,
		document + "/IssueDateTime/DateTimeString":        issued,
		agreement + "/SellerTradeParty/Name":              seller,
		agreement + "/BuyerOrderReferencedDocument/" + id: order,
		agreement + "/ContractReferencedDocument/" + id:   contract,
		settlement + "/InvoiceCurrencyCode":               money,
		settlement + "/" + sums + "/GrandTotalAmount":     total,
	}
}

func ubl(typeCode string) map[string]field {
	const party = "AccountingSupplierParty/Party/"
	return map[string]field{
		"ID":                           number,
		typeCode:                       kindCode,
		"IssueDate":                    issued,
		"DocumentCurrencyCode":         money,
		"OrderReference/ID":            order,
		"ContractDocumentReference/ID": contract,
		party + "PartyLegalEntity/RegistrationName": seller,
		party + "PartyName/Name":                    trading,
		"LegalMonetaryTotal/TaxInclusiveAmount":     total,
	}
}
