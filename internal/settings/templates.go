package settings

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// Namespace and revision of the templates.
const (
	namespace = "Guichet.Policies"
	revision  = "1.0"
	category  = "Guichet"
)

// Templates are the files with which administrators set policies, by name: ADMX with
// its ADML in both languages for group policies, an example of the file for machines
// without a registry, and all settings in a table. Shapes as in Microsoft's PolicyDefinitions schema 1.0.
func Templates() map[string][]byte {
	return map[string][]byte{
		"guichet.admx":       admx(),
		"fr-FR/guichet.adml": adml("fr"),
		"en-US/guichet.adml": adml("en"),
		"policy.json":        example(),
		"reglages.md":        list("fr"),
		"settings.md":        list("en"),
	}
}

// part is one of the two ways to set a policy.
type part struct {
	suffix, key, category string
	name                  Text
}

var parts = []part{
	{"", `SOFTWARE\Policies\Guichet`, category, Text{"Guichet", "Guichet"}},
	{"_Recommended", `SOFTWARE\Policies\Guichet\Recommended`, category + "Recommended", Text{
		"Guichet : valeurs par défaut (les utilisateurs peuvent les changer)", "Guichet: defaults (users can change them)",
	}},
}

// policies calls for each policy of both parts; what nobody can choose in the window
// has no default to be recommended.
func policies(do func(p part, s *Setting, name string)) {
	for _, p := range parts {
		for i := range Table {
			if s := &Table[i]; p.suffix == "" || !s.Early {
				do(p, s, s.Policy()+p.suffix)
			}
		}
	}
}

func admx() []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	fmt.Fprintf(&b, `<policyDefinitions xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="%s" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="guichet" namespace="%s"/>
    <using prefix="windows" namespace="Microsoft.Policies.Windows"/>
  </policyNamespaces>
  <resources minRequiredRevision="%s"/>
  <categories>
`, revision, namespace, revision)
	for _, p := range parts {
		fmt.Fprintf(&b, "    <category name=\"%s\" displayName=\"$(string.%s)\"/>\n", p.category, p.category)
	}
	b.WriteString("  </categories>\n  <policies>\n")
	policies(func(p part, s *Setting, name string) {
		fmt.Fprintf(&b, "    <policy name=\"%s\" class=\"Machine\" displayName=\"$(string.%s)\" explainText=\"$(string.%s_Help)\" key=\"%s\"", name, s.Policy(), s.Policy(), p.key)
		if s.Kind == Switch {
			fmt.Fprintf(&b, " valueName=\"%s\"", s.Policy())
		} else {
			fmt.Fprintf(&b, " presentation=\"$(presentation.%s)\"", name)
		}
		fmt.Fprintf(&b, ">\n      <parentCategory ref=\"%s\"/>\n      <supportedOn ref=\"windows:SUPPORTED_Windows_10_0\"/>\n", p.category)
		element(&b, s)
		b.WriteString("    </policy>\n")
	})
	b.WriteString("  </policies>\n</policyDefinitions>\n")
	return b.Bytes()
}

// element is what a policy asks for.
func element(b *bytes.Buffer, s *Setting) {
	switch s.Kind {
	case Switch:
		b.WriteString("      <enabledValue><string>on</string></enabledValue>\n      <disabledValue><string>off</string></disabledValue>\n")
	case Number:
		fmt.Fprintf(b, "      <elements>\n        <decimal id=\"Value\" valueName=\"%s\" required=\"true\" minValue=\"%d\" maxValue=\"%d\"/>\n      </elements>\n", s.Policy(), s.Min, s.Max)
	case Choice:
		fmt.Fprintf(b, "      <elements>\n        <enum id=\"Value\" valueName=\"%s\" required=\"true\">\n", s.Policy())
		for _, c := range s.Choices {
			fmt.Fprintf(b, "          <item displayName=\"$(string.%s_%s)\"><value><string>%s</string></value></item>\n", s.Policy(), c, c)
		}
		b.WriteString("        </enum>\n      </elements>\n")
	default:
		fmt.Fprintf(b, "      <elements>\n        <text id=\"Value\" valueName=\"%s\" required=\"true\" maxLength=\"1023\"/>\n      </elements>\n", s.Policy())
	}
}

func adml(lang string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	fmt.Fprintf(&b, `<policyDefinitionResources xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="%s" schemaVersion="1.0">
  <displayName>Guichet</displayName>
  <description>%s</description>
  <resources>
    <stringTable>
`, revision, escaped(Text{"Réglages de Guichet pour les postes d'accueil", "Settings of Guichet for front desks"}.In(lang)))
	text := func(id, s string) { fmt.Fprintf(&b, "      <string id=\"%s\">%s</string>\n", id, escaped(s)) }
	for _, p := range parts {
		text(p.category, p.name.In(lang))
	}
	for i := range Table {
		s := &Table[i]
		text(s.Policy(), s.Title.In(lang))
		text(s.Policy()+"_Help", s.Help.In(lang))
		for _, c := range s.Choices {
			text(s.Policy()+"_"+c, c)
		}
	}
	b.WriteString("    </stringTable>\n    <presentationTable>\n")
	policies(func(_ part, s *Setting, name string) { presentation(&b, s, name, lang) })
	b.WriteString("    </presentationTable>\n  </resources>\n</policyDefinitionResources>\n")
	return b.Bytes()
}

// presentation is how a policy's dialog asks for its value.
func presentation(b *bytes.Buffer, s *Setting, name, lang string) {
	label := escaped(s.Title.In(lang))
	var ask string
	switch s.Kind {
	case Switch:
		return
	case Number:
		if unit := s.Unit.In(lang); unit != "" {
			label += " (" + unit + ")"
		}
		ask = fmt.Sprintf("<decimalTextBox refId=\"Value\" defaultValue=\"%s\">%s</decimalTextBox>", s.Default, label)
	case Choice:
		ask = fmt.Sprintf("<dropdownList refId=\"Value\" noSort=\"true\" defaultItem=\"0\">%s</dropdownList>", label)
	default:
		ask = fmt.Sprintf("<textBox refId=\"Value\"><label>%s</label></textBox>", label)
	}
	fmt.Fprintf(b, "      <presentation id=\"%s\">%s</presentation>\n", name, ask)
}

func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes all
	return b.String()
}

// example is a policy file with every setting that has a default, as a recommendation.
func example() []byte {
	recommended := map[string]any{}
	for _, s := range Table {
		switch {
		case s.Default == "" || s.Early:
		case s.Kind == Number:
			n, _ := strconv.Atoi(s.Default)
			recommended[s.Key] = n
		default:
			recommended[s.Key] = s.Default
		}
	}
	body, _ := json.MarshalIndent(map[string]any{
		"locked": map[string]any{KeyPortal: "https://portail.example"}, "recommended": recommended,
	}, "", "  ") // texts and numbers
	return append(body, '\n')
}

// list is all settings for reading.
func list(lang string) []byte {
	var b bytes.Buffer
	b.WriteString(Text{`# Réglages de Guichet

Du plus fort au plus faible : stratégie de la machine (` + "`HKLM\\SOFTWARE\\Policies\\Guichet`, ou `locked` dans `/etc/guichet/policy.json`" + `), ligne de commande, variable d'environnement, choix de la personne dans la fenêtre, valeur recommandée (` + "`…\\Guichet\\Recommended`, ou `recommended`" + `), valeur d'origine.

| réglage | stratégie | variable | valeurs | d'origine | |
|---|---|---|---|---|---|
`, `# Settings of Guichet

Strongest first: policy of the machine (` + "`HKLM\\SOFTWARE\\Policies\\Guichet`, or `locked` in `/etc/guichet/policy.json`" + `), command line, variable of the environment, a person's choice in the window, recommended value (` + "`…\\Guichet\\Recommended`, or `recommended`" + `), built-in value.

| setting | policy | variable | values | built in | |
|---|---|---|---|---|---|
`}.In(lang))
	for i := range Table {
		s := &Table[i]
		fmt.Fprintf(&b, "| `--%s` | %s | `%s` | %s | %s | %s |\n", s.Key, s.Policy(), s.Env, s.Values(lang), s.Default, s.Title.In(lang)+". "+s.Help.In(lang))
	}
	return b.Bytes()
}

// Values is what a setting takes, in short.
func (s *Setting) Values(lang string) string {
	switch s.Kind {
	case Number:
		return fmt.Sprintf("%d–%d %s", s.Min, s.Max, s.Unit.In(lang))
	case Choice:
		return strings.Join(s.Choices, ", ")
	case Switch:
		return "on, off"
	case Words:
		return Text{"mots", "words"}.In(lang)
	case Path:
		return Text{"chemin", "path"}.In(lang)
	case Address:
		return "https://…"
	case Source:
		return Text{"https://… ou dossier", "https://… or a folder"}.In(lang)
	case Proxy:
		return "system, none, http://…:…"
	case Line:
	}
	return Text{"texte", "text"}.In(lang)
}
