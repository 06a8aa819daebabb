package privacy

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"slices"
	"unicode/utf16"
)

// Format is a format of files that hold nothing but what is medical.
type Format string

// Formats that are told by their first bytes.
const (
	FormatNone  Format = ""
	FormatDICOM Format = "dicom" // pictures and reports (PS3.10)
	FormatHL7   Format = "hl7"   // messages of version 2
	FormatCDA   Format = "cda"   // documents of HL7 version 3, as the DMP keeps them
	FormatHPRIM Format = "hprim" // results of laboratories, and HPRIM XML
	FormatFHIR  Format = "fhir"  // resources about a person, in JSON or XML
	FormatB2    Format = "b2"    // what is billed to the health insurance: B2, NOEMIE
)

// Formats lists them.
func Formats() []Format {
	return []Format{FormatDICOM, FormatHL7, FormatCDA, FormatHPRIM, FormatFHIR, FormatB2}
}

// FormatHead is how many of a file's first bytes FormatOf wants to see.
const FormatHead = 64 << 10

// FormatOf tells a medical format by the first bytes of a file.
func FormatOf(head []byte) Format {
	if isDICOM(head) {
		return FormatDICOM
	}
	text := plainOf(head)
	switch {
	case isHL7(text):
		return FormatHL7
	case isHPRIM(text):
		return FormatHPRIM
	case isB2(text):
		return FormatB2
	case bytes.HasPrefix(text, []byte("<")):
		return xmlFormat(text)
	case bytes.HasPrefix(text, []byte("{")) || bytes.HasPrefix(text, []byte("[")):
		return jsonFormat(text)
	}
	return FormatNone
}

// isDICOM also tells files without the preamble, which older devices write: a data
// set that begins with the group 0002 or 0008.
func isDICOM(head []byte) bool {
	if len(head) >= 132 && string(head[128:132]) == "DICM" {
		return true
	}
	if len(head) < 8 {
		return false
	}
	group, element := binary.LittleEndian.Uint16(head), binary.LittleEndian.Uint16(head[2:])
	explicit := slices.Contains([]string{"UL", "CS", "UI", "DA", "OB"}, string(head[4:6]))
	return (group == 2 || group == 8) && element <= 0x18 && explicit
}

// plainOf is a text in UTF-8 without its mark, blanks and frame of a transport.
func plainOf(head []byte) []byte {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		head = fromUTF16(head[2:], binary.LittleEndian)
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		head = fromUTF16(head[2:], binary.BigEndian)
	}
	return bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n\x0b")
}

func fromUTF16(b []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, order.Uint16(b))
	}
	return []byte(string(utf16.Decode(units)))
}

var hl7Begins = regexp.MustCompile(`^(?:MSH|FHS|BHS)(.)[^\s\w](?:[^\s\w]){1,3}\S?`)

func isHL7(text []byte) bool { return hl7Begins.Match(text) }

var hprimBegins = regexp.MustCompile(`^H\|[^\s\w|]{2,5}\|`)

// isHPRIM also tells messages of the older kind, of which only the lines between their
// parts are sure.
func isHPRIM(text []byte) bool {
	return hprimBegins.Match(text) || beginsLine(text, []byte("****FIN****")) || beginsLine(text, []byte("****LAB****"))
}

func beginsLine(text, words []byte) bool {
	for at := 0; ; at += len(words) {
		i := bytes.Index(text[at:], words)
		if i < 0 {
			return false
		}
		if at += i; at == 0 || text[at-1] == '\n' {
			return true
		}
	}
}

// b2Record is the length of a record, and each of them begins with its kind.
const b2Record = 128

// isB2 tells records of one length of which the first is a header and the others
// are of the kinds that a lot of bills has.
func isB2(text []byte) bool {
	if len(text) < 2*b2Record || !bytes.HasPrefix(text, []byte("000")) {
		return false
	}
	step := b2Record
	for step < b2Record+2 && (text[step] == '\r' || text[step] == '\n') {
		step++
	}
	kinds := 0
	for at := step; at+b2Record <= len(text); at += step {
		if !bytes.Contains([]byte("123456789"), text[at:at+1]) || bytes.ContainsAny(text[at:at+b2Record], "\r\n\x00") {
			return false
		}
		kinds++
	}
	return kinds > 0 && !bytes.ContainsAny(text[:b2Record], "\r\n\x00")
}

var (
	xmlRoot   = regexp.MustCompile(`^<(?:[\w.-]{1,200}:)?([A-Za-z_][\w.-]{0,200})[\s>/]`)
	fhirSpace = []byte("http://hl7.org/fhir")
	cdaSpace  = []byte("urn:hl7-org:v3")
)

func xmlFormat(text []byte) Format {
	text = behindProlog(text)
	m := xmlRoot.FindSubmatch(text)
	if m == nil {
		return FormatNone
	}
	switch root := string(m[1]); {
	case root == "ClinicalDocument" || bytes.Contains(text, cdaSpace):
		return FormatCDA
	case bytes.Contains(text, []byte("hprim.org")) || bytes.HasPrefix(m[1], []byte("evenements")) && bytes.Contains(text, []byte("enteteMessage")):
		return FormatHPRIM
	case bytes.Contains(text, fhirSpace) && isClinical(root):
		return FormatFHIR
	}
	return FormatNone
}

// behindProlog is a text from its first element on, empty if there is none.
func behindProlog(text []byte) []byte {
	for len(text) > 0 {
		switch {
		case bytes.HasPrefix(text, []byte("<?")):
			text = behindNext(text[2:], "?>")
		case bytes.HasPrefix(text, []byte("<!--")):
			text = behindNext(text[4:], "-->")
		case bytes.HasPrefix(text, []byte("<!")):
			if i := bytes.IndexAny(text, "[>"); i >= 0 && text[i] == '[' { // with a type's own declarations
				text = behindNext(text[i:], "]")
			}
			text = behindNext(text, ">")
		case text[0] == '<' && len(text) > 1 && (text[1]|0x20 >= 'a' && text[1]|0x20 <= 'z' || text[1] == '_'):
			return text
		default: // what should not be there
			i := bytes.IndexByte(text[1:], '<')
			if i < 0 {
				return nil
			}
			text = text[1+i:]
		}
	}
	return nil
}

func behindNext(text []byte, end string) []byte {
	i := bytes.Index(text, []byte(end))
	if i < 0 {
		return nil
	}
	return text[i+len(end):]
}

// clinical are the resources of FHIR that are about a person.
var clinical = []string{"AllergyIntolerance", "Appointment", "Bundle", "CarePlan", "Claim", "ClinicalImpression", "Composition", "Condition", "Consent",
	"Coverage", "DiagnosticReport", "DocumentReference", "Encounter", "EpisodeOfCare", "ExplanationOfBenefit", "FamilyMemberHistory", "Immunization",
	"ImagingStudy", "MedicationAdministration", "MedicationDispense", "MedicationRequest", "MedicationStatement", "Observation", "Patient", "Procedure",
	"QuestionnaireResponse", "RelatedPerson", "RiskAssessment", "ServiceRequest", "Specimen"}

func isClinical(resource string) bool { return slices.Contains(clinical, resource) }

func jsonFormat(text []byte) Format {
	const blanks = " \t\r\n"
	for {
		if text = behindNext(text, `"resourceType"`); text == nil {
			return FormatNone
		}
		text = bytes.TrimLeft(text, blanks)
		value, colon := bytes.CutPrefix(text, []byte(":"))
		value, quoted := bytes.CutPrefix(bytes.TrimLeft(value, blanks), []byte(`"`))
		if !colon || !quoted {
			continue
		}
		if end := bytes.IndexByte(value[:min(len(value), longestName)], '"'); end >= 0 && isClinical(string(value[:end])) {
			return FormatFHIR
		}
	}
}

// longestName is how long a resource's name may be, in bytes.
const longestName = 60
