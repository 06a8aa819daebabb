package app

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"guichet/internal/line"
	"guichet/internal/portal/client"
	"guichet/internal/support"
)

// onTheWay tells step by step how far a call to the portal gets. Whether it is the portal
// that answers, and its clock, is told by another look.
func (p patient) onTheWay(ctx context.Context) []support.Finding {
	var out []support.Finding
	at, err := url.Parse(p.portal)
	if p.portal == "" || err != nil {
		return out
	}
	proxy := "" // that leads there
	for _, s := range p.line(ctx).Diagnose(ctx, at.JoinPath(client.ConfigPath).String(), ours).Steps {
		well := s.State == line.OK
		ofProxy := proxy != "" && (s.ID == line.StepDNS || s.ID == line.StepTCP)
		if s.ID == line.StepTLS && s.State == line.Skipped && at.Scheme == "http" {
			out = append(out, support.Finding{ID: s.ID, Code: "plain"})
		}
		if s.State == line.Skipped || s.ID == line.StepClock || well && (s.ID == line.StepSettings || s.ID == line.StepHTTP || ofProxy) {
			continue
		}
		f := seen(s, at.Host, proxy)
		if ofProxy { // it leads nowhere
			out = slices.DeleteFunc(out, func(f support.Finding) bool { return f.ID == line.StepProxy })
		}
		if s.ID == line.StepProxy {
			proxy = f.Facts["proxy"]
		}
		out = append(out, f)
	}
	return out
}

// seen is what a step on the way to a host came to, by a proxy if there is one: the first
// steps are to the proxy then.
func seen(s line.Step, host, proxy string) support.Finding {
	f := support.Finding{ID: s.ID, Code: cmp.Or(s.Code, "ok"), Facts: support.Facts{"host": host}}
	if proxy != "" {
		f.Facts["proxy"] = proxy
	}
	for _, fact := range s.Facts {
		f.Facts[fact.Name] = fact.Value
	}
	switch {
	case s.ID == line.StepProxy && s.State == line.OK && f.Facts["proxy"] == "":
		f.Code = "none"
	case s.ID == line.StepProxy && s.State == line.OK:
		f.Code = "used"
	case proxy != "" && (s.ID == line.StepDNS || s.ID == line.StepTCP):
		f.ID, f.Code = line.StepProxy, "unreachable"
	case s.ID == line.StepProxyTLS && s.State == line.Failed:
		f.Code, f.Facts["why"] = "refused", s.Code
	}
	return f
}

// steps are the ids of what fails on the way to the portal.
var steps = []string{line.StepSettings, line.StepProxy, line.StepDNS, line.StepTCP, line.StepProxyTLS, line.StepConnect, line.StepTLS, line.StepHTTP}

// fold leaves out what only follows from another finding: one cause is told once, where
// it can be mended.
func fold(found []support.Finding) []support.Finding {
	broken := map[string]string{} // the code, by id
	for i, said := range support.Say("en", found) {
		if said.Level == support.Fail {
			broken[found[i].ID] = cmp.Or(broken[found[i].ID], found[i].Code)
		}
	}
	stuck := slices.ContainsFunc(steps, func(id string) bool { return broken[id] != "" })
	return slices.DeleteFunc(found, func(f support.Finding) bool {
		switch {
		case f.ID == line.StepProxy && f.Code == broken[line.StepSettings]:
			return true
		case broken[f.ID] != f.Code:
			return false
		case f.ID == "portal": // a page of others is told by who answers, unless it leads to them
			return f.Code != contactNoNetwork && stuck && broken[line.StepHTTP] != line.CodeForeign
		case !slices.Contains(steps, f.ID):
			return false
		case broken["portal"] == contactNoNetwork, f.ID == line.StepHTTP && f.Code == line.CodeForeign && broken["portal"] == f.Code:
			return true
		case f.ID == line.StepTLS && broken[line.StepSettings] == line.Reason(line.ErrCAFile):
			return f.Code == line.Reason(line.ErrUntrusted) || f.Code == line.Reason(line.ErrIntercepted)
		}
		return false
	})
}
