package privacy_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"guichet/internal/privacy"
)

func TestFormatOf(t *testing.T) {
	record := func(kind string) string { return kind + strings.Repeat("0", 128-len(kind)) }
	wide := "\xff\xfe"
	for _, u := range utf16.Encode([]rune(`<ClinicalDocument xmlns="urn:hl7-org:v3">`)) {
		wide += string([]byte{byte(u), byte(u >> 8)})
	}
	for name, c := range map[string]struct {
		head string
		want privacy.Format
	}{
		"DICOM":         {strings.Repeat("\x00", 128) + "DICM\x02\x00\x00\x00UL", privacy.FormatDICOM},
		"DICOMBare":     {"\x08\x00\x05\x00CS\x0a\x00ISO_IR 100", privacy.FormatDICOM},
		"HL7":           {"MSH|^~\\&|LABO|CHU|DPI|CHU|20260312||ORU^R01|1|P|2.5\rPID|||", privacy.FormatHL7},
		"HL7Framed":     {"\x0bMSH|^~\\&|LABO|", privacy.FormatHL7},
		"CDA":           {"<?xml version=\"1.0\"?>\n<!-- dmp -->\n<ClinicalDocument xmlns=\"urn:hl7-org:v3\">", privacy.FormatCDA},
		"CDAPrefixed":   {"<cda:ClinicalDocument xmlns:cda=\"urn:hl7-org:v3\">", privacy.FormatCDA},
		"CDAWide":       {wide, privacy.FormatCDA},
		"HPRIM":         {"H|~^\\&|0001|||LABO||ORU|", privacy.FormatHPRIM},
		"HPRIMText":     {"0012\nDURAND\nPaul\n\n\n44000 NANTES\n****LAB****\nRES|HB|", privacy.FormatHPRIM},
		"HPRIMXML":      {"<evenementsServeurActes xmlns=\"http://www.hprim.org/hprimXML\"><enteteMessage>", privacy.FormatHPRIM},
		"FHIRJSON":      {"{\n  \"resourceType\" : \"Observation\", \"status\":\"final\"}", privacy.FormatFHIR},
		"FHIRXML":       {"<Patient xmlns=\"http://hl7.org/fhir\">", privacy.FormatFHIR},
		"B2":            {record("000PS") + record("1") + record("2S") + record("5"), privacy.FormatB2},
		"B2Lines":       {record("000PS") + "\r\n" + record("1") + "\r\n" + record("5") + "\r\n", privacy.FormatB2},
		"FHIRValueSet":  {`{"resourceType":"ValueSet"}`, privacy.FormatNone},
		"Invoice":       {"<?xml version='1.0'?><rsm:CrossIndustryInvoice xmlns:rsm=\"urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100\">", privacy.FormatNone},
		"CSV":           {"numero;date;montant\r\nFA-2026-0142;12/03/2026;120,00\r\n", privacy.FormatNone},
		"Zeros":         {strings.Repeat("0", 1000), privacy.FormatNone},
		"ZerosAndLines": {"000\n111\n222\n", privacy.FormatNone},
		"PDF":           {"%PDF-1.7\n", privacy.FormatNone},
		"Empty":         {"", privacy.FormatNone},
		"CDALongProlog": {"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"<c>\">]>" + strings.Repeat("<!-- <a> -->\n", 1000) + "<ClinicalDocument>", privacy.FormatCDA},
		"CDAInComment":  {"<?xml version=\"1.0\"?><!-- no <ClinicalDocument> --><facture>", privacy.FormatNone},
		"OpenComment":   {"<?xml version=\"1.0\"?><!-- <ClinicalDocument> ", privacy.FormatNone},
		"HPRIMIndented": {"<a>\n ****LAB****\n", privacy.FormatNone},
		"FHIRSecond":    {`{"resourceType" "resourceType":1,"a":{"resourceType": "Patient"}}`, privacy.FormatFHIR},
		"Memo":          {"Message : MSH est une abréviation", privacy.FormatNone},
	} {
		t.Run(name, func(t *testing.T) {
			if got := privacy.FormatOf([]byte(c.head)); got != c.want {
				t.Errorf("%q", got)
			}
		})
	}
}

// Heads that were made to be slow are not.
func TestFormatOfIsFast(t *testing.T) {
	for name, unit := range map[string]string{
		"Comments": "<!--", "Instructions": "<?", "Types": "<!DOCTYPE", "Roots": "<a", "Lines": "\n****LA", "Resources": `{"resourceType" `,
		"Empty": "<!---->", "All": "****LA\n<!-- <? {\"resourceType\" \n",
	} {
		t.Run(name, func(t *testing.T) {
			for _, begin := range []string{"<a>", "<", "{", ""} {
				head := []byte(begin + strings.Repeat(unit, privacy.FormatHead/len(unit)))
				since := time.Now()
				for range 50 {
					privacy.FormatOf(head)
				}
				if took := time.Since(since); took > bound/4 {
					t.Errorf("%q: %v for 50 heads", begin, took)
				}
			}
		})
	}
}

func BenchmarkFormatOf(b *testing.B) {
	head := []byte("<a>" + strings.Repeat("****LA\n<!-- <? {\"resourceType\" \n", 2<<10))[:privacy.FormatHead]
	b.SetBytes(int64(len(head)))
	for b.Loop() {
		privacy.FormatOf(head)
	}
}

func FuzzScan(f *testing.F) {
	f.Add("NIR 1 84 12 2A 451 089 46 FR76 3000 6000 0112 3456 7890 189 4111 1111 1111 1111")
	f.Add("ordonnance_M. Durand né le 12-03-1954.txt")
	f.Add("Ordonnance\nnée le 12/03/1958\n1 comprimé")
	f.Fuzz(func(t *testing.T, text string) {
		for _, found := range append(privacy.Scan(text), privacy.ScanName(text)...) {
			if found.Start < 0 || found.End > len(text) || found.Start >= found.End || len(found.Tail) > 4 {
				t.Errorf("%+v in %d bytes", found, len(text))
			}
		}
		privacy.FormatOf([]byte(text))
	})
}
