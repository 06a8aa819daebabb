package invoice_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"guichet/internal/desk"
	"guichet/internal/reader/invoice"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// What the invoices of these tests say.
var said = desk.Invoice{
	Number: "FA-2017-0010", Order: "PO445", Contract: "CT2018120802", Date: "2017-11-13",
	Seller: "Au bon moulin & Cie é", Total: "671.15", Currency: "EUR", Sure: true,
}

func cii2(kind string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<a:CrossIndustryInvoice xmlns:a="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:b="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:c="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100" xmlns:x="urn:other">
<a:ExchangedDocument><x:ID>WRONG</x:ID><b:ID> FA-2017-0010 </b:ID><b:TypeCode>` + kind + `</b:TypeCode><b:IssueDateTime><c:DateTimeString format="102">20171113</c:DateTimeString></b:IssueDateTime></a:ExchangedDocument>
<a:SupplyChainTradeTransaction><b:ApplicableHeaderTradeAgreement><b:SellerTradeParty><b:ID>587451</b:ID><b:Name>Au bon moulin &amp; Cie é</b:Name><b:DefinedTradeContact><b:PersonName>Tony</b:PersonName></b:DefinedTradeContact></b:SellerTradeParty>
<b:BuyerTradeParty><b:Name>Ma jolie boutique</b:Name></b:BuyerTradeParty>
<b:BuyerOrderReferencedDocument><b:IssuerAssignedID>PO445</b:IssuerAssignedID></b:BuyerOrderReferencedDocument><b:ContractReferencedDocument><b:IssuerAssignedID>CT2018120802</b:IssuerAssignedID></b:ContractReferencedDocument></b:ApplicableHeaderTradeAgreement>
<b:ApplicableHeaderTradeSettlement><b:InvoiceCurrencyCode>EUR</b:InvoiceCurrencyCode><b:SpecifiedTradeSettlementHeaderMonetarySummation><b:TaxBasisTotalAmount>624.90</b:TaxBasisTotalAmount><b:GrandTotalAmount>671.15</b:GrandTotalAmount><b:DuePayableAmount>470.15</b:DuePayableAmount></b:SpecifiedTradeSettlementHeaderMonetarySummation></b:ApplicableHeaderTradeSettlement></a:SupplyChainTradeTransaction>
</a:CrossIndustryInvoice>`
}

const zugferd1 = `<?xml version="1.0"?>
<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0" xmlns="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12" xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15">
<rsm:HeaderExchangedDocument><ID>FA-2017-0010</ID><TypeCode>380</TypeCode><IssueDateTime><udt:DateTimeString format="102">20171113</udt:DateTimeString></IssueDateTime></rsm:HeaderExchangedDocument>
<rsm:SpecifiedSupplyChainTradeTransaction><ApplicableSupplyChainTradeAgreement><SellerTradeParty><Name>Au bon moulin &amp; Cie é</Name></SellerTradeParty><BuyerOrderReferencedDocument><ID>PO445</ID></BuyerOrderReferencedDocument><ContractReferencedDocument><ID>CT2018120802</ID></ContractReferencedDocument></ApplicableSupplyChainTradeAgreement>
<ApplicableSupplyChainTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><SpecifiedTradeSettlementMonetarySummation><GrandTotalAmount currencyID="EUR">671.1500</GrandTotalAmount></SpecifiedTradeSettlementMonetarySummation></ApplicableSupplyChainTradeSettlement></rsm:SpecifiedSupplyChainTradeTransaction>
</rsm:CrossIndustryDocument>`

func ubl(root, code string) string {
	return fmt.Sprintf(`<u:%[1]s xmlns:u="urn:oasis:names:specification:ubl:schema:xsd:%[1]s-2" xmlns:q="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" xmlns:w="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
<q:ID>FA-2017-0010</q:ID><q:IssueDate>2017-11-13</q:IssueDate><q:%[1]sTypeCode>%[2]s</q:%[1]sTypeCode><q:DocumentCurrencyCode>EUR</q:DocumentCurrencyCode>
<w:OrderReference><q:ID>PO445</q:ID></w:OrderReference><w:ContractDocumentReference><q:ID>CT2018120802</q:ID></w:ContractDocumentReference>
<w:AdditionalDocumentReference><q:ID>WRONG</q:ID><w:Attachment><q:EmbeddedDocumentBinaryObject>%[3]s</q:EmbeddedDocumentBinaryObject></w:Attachment></w:AdditionalDocumentReference>
<w:AccountingSupplierParty><w:Party><w:PartyName><q:Name>Le moulin</q:Name></w:PartyName><w:PartyLegalEntity><q:RegistrationName>Au bon moulin &amp; Cie é</q:RegistrationName></w:PartyLegalEntity></w:Party></w:AccountingSupplierParty>
<w:LegalMonetaryTotal><q:TaxInclusiveAmount currencyID="EUR">671.15</q:TaxInclusiveAmount></w:LegalMonetaryTotal>
</u:%[1]s>`, root, code, strings.Repeat("QUJD", 10_000))
}

func TestParse(t *testing.T) {
	credit := said
	credit.Credit = true
	coded := func(label, from string, code func(string) (string, error)) []byte {
		text, err := code(strings.Replace(from, `encoding="UTF-8"`, `encoding="`+label+`"`, 1))
		if err != nil {
			t.Fatal(err)
		}
		return []byte(text)
	}
	utf16 := func(e unicode.Endianness, mark unicode.BOMPolicy) func(string) (string, error) {
		return unicode.UTF16(e, mark).NewEncoder().String
	}
	for name, c := range map[string]struct {
		data []byte
		want desk.Invoice
	}{
		"CII":               {[]byte(cii2("380")), said},
		"CIICreditNote":     {[]byte(cii2("381")), credit},
		"ZUGFeRD1":          {[]byte(zugferd1), said},
		"UBL":               {[]byte(ubl("Invoice", "380")), said},
		"UBLCreditNote":     {[]byte(ubl("CreditNote", "381")), credit},
		"UBLCreditByType":   {[]byte(ubl("Invoice", "381")), credit},
		"UTF8WithMark":      {append([]byte("\xef\xbb\xbf"), cii2("380")...), said},
		"UTF16LittleEndian": {coded("UTF-16", cii2("380"), utf16(unicode.LittleEndian, unicode.UseBOM)), said},
		"UTF16BigEndian":    {coded("utf-16", cii2("380"), utf16(unicode.BigEndian, unicode.UseBOM)), said},
		"UTF16WithoutMark":  {coded("UTF-16LE", cii2("380"), utf16(unicode.LittleEndian, unicode.IgnoreBOM)), said},
		"Latin1":            {coded("ISO-8859-1", cii2("380"), charmap.ISO8859_1.NewEncoder().String), said},
		"Windows1252":       {coded("windows-1252", cii2("380"), charmap.Windows1252.NewEncoder().String), said},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := invoice.Parse(c.data); err != nil || got != c.want {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	whole := cii2("380")
	laughs := `<!DOCTYPE a [<!ENTITY l "lol">` + func() string {
		var b strings.Builder
		for i := range 10 {
			fmt.Fprintf(&b, `<!ENTITY l%d "%s">`, i, strings.Repeat("&l;", 10))
		}
		return b.String()
	}() + `]>`
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"Empty":            {"", invoice.ErrNoInvoice},
		"NoXML":            {"%PDF-1.7", invoice.ErrNoInvoice},
		"AnotherXML":       {"<html><body>FA-1</body></html>", invoice.ErrNoInvoice},
		"AnotherNamespace": {strings.ReplaceAll(whole, "a:CrossIndustryInvoice", "x:CrossIndustryInvoice"), invoice.ErrNoInvoice},
		"AnOrder":          {strings.ReplaceAll(whole, "CrossIndustryInvoice", "SCRDMCCBDACIOMessageStructure"), invoice.ErrNoInvoice},
		"NoNumber":         {strings.Replace(whole, " FA-2017-0010 ", " ", 1), invoice.ErrNoInvoice},
		"CutShort":         {whole[:len(whole)-200], invoice.ErrDamaged},
		"UnknownEntity":    {strings.Replace(whole, "FA-2017-0010", "&evil;", 1), invoice.ErrDamaged},
		"BillionLaughs":    {strings.Replace(strings.Replace(whole, "<a:Cross", laughs+"<a:Cross", 1), "FA-2017-0010", "&l9;", 1), invoice.ErrEntities},
		"UnknownEncoding":  {strings.Replace(whole, "UTF-8", "EBCDIC-FR", 1), invoice.ErrEncoding},
		"TooDeep":          {strings.Replace(whole, "<a:ExchangedDocument>", strings.Repeat("<b:x>", 1000), 1), invoice.ErrTooBig},
		"TooLarge":         {whole + strings.Repeat(" ", 11<<20), invoice.ErrTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := invoice.Parse([]byte(c.data)); !errors.Is(err, c.want) || got != (desk.Invoice{}) {
				t.Errorf("%+v, %v, want %v", got, err, c.want)
			}
		})
	}
}

func TestParseKeepsWhatIsWellFormed(t *testing.T) {
	data := strings.NewReplacer("20171113", "20171399", "671.15", "1e9", ">EUR<", ">Euro<", "Au bon moulin &amp; Cie é", strings.Repeat("x", 5000)+"\u202e", "PO445", "P\nO \t 445").Replace(cii2("380"))
	got, err := invoice.Parse([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	want := desk.Invoice{Number: "FA-2017-0010", Order: "P O 445", Contract: "CT2018120802", Seller: strings.Repeat("x", 200), Sure: true}
	if got != want {
		t.Errorf("%+v", got)
	}
	bare, err := invoice.Parse([]byte(strings.Replace(ubl("Invoice", "380"), "PO445", "NA", 1)))
	if err != nil || bare.Order != "" {
		t.Errorf("an order that is not known: %q, %v", bare.Order, err)
	}
}

func TestFromFiles(t *testing.T) {
	other := strings.Replace(cii2("380"), "FA-2017-0010", "OTHER-1", 1)
	for name, c := range map[string]struct {
		files []invoice.File
		want  string
		err   error
	}{
		"UsualName":     {[]invoice.File{{"a.xml", []byte(other)}, {"Factur-X.XML", []byte(cii2("380"))}}, "FA-2017-0010", nil},
		"InAFolder":     {[]invoice.File{{`x\ZUGFeRD-invoice.xml`, []byte(zugferd1)}}, "FA-2017-0010", nil},
		"AnyXML":        {[]invoice.File{{"note.txt", []byte("a")}, {"invoice.xml", []byte(other)}}, "OTHER-1", nil},
		"NoXML":         {[]invoice.File{{"factur-x.txt", []byte(other)}}, "", invoice.ErrNoInvoice},
		"Damaged":       {[]invoice.File{{"factur-x.xml", []byte(cii2("380")[:900])}}, "", invoice.ErrDamaged},
		"DamagedBeside": {[]invoice.File{{"factur-x.xml", []byte("<")}, {"b.xml", []byte(other)}}, "OTHER-1", nil},
		"None":          {nil, "", invoice.ErrNoInvoice},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := invoice.FromFiles(c.files)
			if got.Number != c.want || !errors.Is(err, c.err) {
				t.Errorf("%q, %v", got.Number, err)
			}
		})
	}
}

// FuzzParse reads anything: what is said is well-formed, and twice the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{cii2("381"), zugferd1, ubl("Invoice", "380")[:3000], ubl("CreditNote", "381"), "\xff\xfe<\x00", "<!DOCTYPE a>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := invoice.Parse(data)
		if err != nil {
			if got != (desk.Invoice{}) {
				t.Errorf("%v, and yet %+v", err, got)
			}
			return
		}
		for _, value := range []string{got.Number, got.Order, got.Contract, got.Seller} {
			if strings.ContainsAny(value, "\n\r\t\x00") || len([]rune(value)) > 200 || strings.TrimSpace(value) != value {
				t.Errorf("a value is not clean: %q", value)
			}
		}
		if got.Number == "" || !got.Sure || len(got.Date) != 0 && len(got.Date) != len("2006-01-02") {
			t.Errorf("%+v", got)
		}
		if again, err := invoice.Parse(data); err != nil || again != got {
			t.Errorf("then %+v, %v", again, err)
		}
	})
}
