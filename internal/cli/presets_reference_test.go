package cli

import (
	"fmt"
	"strings"

	"hookline.dev/hookline/internal/verify"
)

// presetsPage returns docs/reference/presets.md for a set of presets.
func presetsPage(set *verify.Set) string {
	var b strings.Builder
	b.WriteString("# Signature presets\n\n" + strings.Replace(generated, "internal/cli or internal/config", "internal/verify/preset", 1))
	b.WriteString("What a document names under `trigger.auth.signature.preset`. `hookline presets show NAME` prints the same; `hookline sign` sends a call\n" +
		"as the provider would. A call whose signature, timestamp or id stands in it twice is refused, and so is every call of a gate whose\n" +
		"secret is empty or not set. With several `secrets`, each may have signed: that is how one is replaced by another.\n\n" +
		"The dedupe key applies to a workflow that names none itself. Where there is an id and no dedupe key, a call may hold several\n" +
		"events, and the id is that of the first.\n\n" +
		"A handshake is how the provider asks whether the URL listens. It is answered, also by GET or HEAD where the workflow takes only\n" +
		"POST, and starts nothing.\n\n")
	b.WriteString("| preset | provider | algorithm |\n|---|---|---|\n")
	for _, p := range set.All() {
		i := p.Info()
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", i.Name, anchor(i.Name+": "+i.Title), cellText(i.Title), i.Algorithm)
	}
	for _, p := range set.All() {
		i := p.Info()
		text := presetText(p)
		about, rest, _ := strings.Cut(text, "\n\n")
		_, about, _ = strings.Cut(about, "\n")
		facts, example, _ := strings.Cut(rest, "\ntrigger:")
		fmt.Fprintf(&b, "\n## %s: %s\n\n%s\n\n| | |\n|---|---|\n", i.Name, i.Title, about)
		facts, keys, hasKeys := strings.Cut(facts, "\n  keys\n")
		for line := range strings.SplitSeq(strings.Trim(facts, "\n"), "\n") {
			name, fact, _ := strings.Cut(strings.TrimLeft(line, " "), "  ")
			if rest, ok := strings.CutPrefix(name, "dedupe key "); ok { // the only name that fills its column
				name, fact = "dedupe key", rest
			}
			fmt.Fprintf(&b, "| %s | %s |\n", name, presetFact(strings.TrimSpace(fact)))
		}
		if hasKeys {
			b.WriteString("\n`keys`:\n\n")
			for line := range strings.SplitSeq(strings.TrimRight(keys, "\n"), "\n") {
				name, what, _ := strings.Cut(strings.TrimPrefix(line, "  - "), ": ")
				fmt.Fprintf(&b, "- `%s`: %s\n", name, what)
			}
		}
		fmt.Fprintf(&b, "\n```yaml\ntrigger:%s```\n", example)
	}
	return b.String()
}

// anchor returns the anchor that GitHub and GitLab generate for a heading.
func anchor(heading string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(heading) {
		switch {
		case c == ' ':
			b.WriteByte('-')
		case c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z':
			b.WriteRune(c)
		}
	}
	return b.String()
}

// presetFact formats templates and names as code.
func presetFact(text string) string {
	switch {
	case strings.HasPrefix(text, "https://"):
		return "<" + text + ">"
	case strings.Contains(text, "{"):
		return "`" + text + "`"
	default:
		return cellText(text)
	}
}
