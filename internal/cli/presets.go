package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/decode"
	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/verify"
	"hookline.dev/hookline/internal/verify/preset"
)

type presetsCmd struct {
	Ls   presetsLs   `cmd:"" help:"List the providers whose signatures Hookline can verify."`
	Show presetsShow `cmd:"" help:"Show one provider: what it signs, what it needs, and what to write in a document."`
}

type presetsLs struct {
	jsonFlag
}

// Run lists the presets.
func (c *presetsLs) Run(sys *system) error { return c.print(sys.stdout, preset.Set().All()) }

func (c *presetsLs) print(to io.Writer, all []verify.Preset) error {
	if c.JSON {
		items := make([]json.RawMessage, len(all))
		for i, p := range all {
			text, err := presetJSON(p.Info())
			if err != nil {
				return err
			}
			items[i] = text
		}
		return printList(to, items)
	}
	t := newTable(to, "NAME", "PROVIDER", "ALGORITHM", "TOLERANCE")
	for _, p := range all {
		i := p.Info()
		t.row(i.Name, i.Title, i.Algorithm, tolerance(i))
	}
	return t.flush()
}

type presetsShow struct {
	Name string `arg:"" complete:"presets" help:"The preset's name, as in signature.preset."`
	jsonFlag
}

// Run shows one preset.
func (c *presetsShow) Run(sys *system) error {
	p, err := findPreset(c.Name)
	if err != nil {
		return err
	}
	if c.JSON {
		text, err := presetJSON(p.Info())
		if err != nil {
			return err
		}
		return printOne(sys.stdout, text)
	}
	_, err = io.WriteString(sys.stdout, presetText(p))
	return err
}

func findPreset(name string) (verify.Preset, error) {
	set := preset.Set()
	if p := set.Find(name); p != nil {
		return p, nil
	}
	return nil, fault.New("cli.presets", fault.NotFound, "%s", decode.Unknown("preset", name, set.Names()))
}

// presetText describes a preset for people.
func presetText(p verify.Preset) string {
	i := p.Info()
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n%s\n\n", i.Name, i.Title, i.Summary)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-11s%s\n", name, text)
		}
	}
	line("algorithm", i.Algorithm)
	line("signs", i.Signs)
	if i.BodyUnsigned {
		line("body", "not signed: it proves who sends, not what")
	}
	line("headers", strings.Join(i.Headers, ", "))
	line("tolerance", tolerance(i))
	if i.ID != i.DedupeKey {
		line("id", i.ID)
	}
	key, caution := dedupeTexts(i)
	line("dedupe key", key)
	line("caution", caution)
	line("event", i.Event)
	if i.MaxBody > 0 {
		line("max body", decode.Size(i.MaxBody).String())
	}
	if i.As == hook.PreferJSON {
		line("data", "a body that begins like JSON is JSON, whatever its Content-Type says")
	}
	if i.Form != "" {
		line("form", "JSON in the field "+i.Form+" becomes the data")
	}
	line("handshake", i.Handshake)
	line("see", i.Docs)
	for n, k := range i.Keys {
		if n == 0 {
			b.WriteString("\n  keys\n")
		}
		fmt.Fprintf(&b, "  - %s: %s%s\n", k.Name, k.Summary, usually(k))
	}
	b.WriteString("\n" + presetYAML(p))
	return b.String()
}

// dedupeTexts says how the repeats of a call are recognised, and what to beware of.
func dedupeTexts(i verify.Info) (key, caution string) {
	switch {
	case i.DedupeKey == "" && i.DedupeSigned:
		return "the hash of the signed text", ""
	case i.DedupeUnsigned:
		return i.DedupeKey, "the dedupe key is not signed: who has captured a call can send it again under another key"
	default:
		return i.DedupeKey, ""
	}
}

func usually(k verify.Key) string {
	switch {
	case k.Required:
		return " (required)"
	case k.Default != "":
		return " (default " + k.Default + ")"
	default:
		return ""
	}
}

func tolerance(i verify.Info) string {
	if i.Tolerance == 0 {
		return ""
	}
	return decode.FormatDuration(i.Tolerance)
}

// presetYAML returns the lines of a document that use a preset. Optional keys are commented out.
func presetYAML(p verify.Preset) string {
	i := p.Info()
	var b strings.Builder
	b.WriteString("trigger:\n  type: webhook\n  auth:\n    signature:\n      preset: " + i.Name + "\n")
	needed, secrets := presetNeeds(p)
	if secrets {
		name := strings.ToUpper(strings.ReplaceAll(i.Name, "-", "_"))
		fmt.Fprintf(&b, "      secrets: [\"{{$env.%s_SECRET}}\"]\n", name)
	}
	if len(i.Keys) > 0 {
		b.WriteString(commented(len(needed) == 0, "keys:"))
	}
	for _, k := range i.Keys {
		text := k.Example
		if text == "" {
			text = k.Default
		}
		b.WriteString(commented(!slices.Contains(needed, k.Name), "  "+k.Name+": "+strconv.Quote(text)))
	}
	return b.String()
}

func commented(yes bool, line string) string {
	if yes {
		return "      # " + line + "\n"
	}
	return "      " + line + "\n"
}

// presetNeeds lists the keys that the preset requires, and reports whether it takes secrets.
func presetNeeds(p verify.Preset) (keys []string, secrets bool) {
	examples := make(map[string]string)
	_, problems := p.Compile(verify.Config{Secrets: []string{"secret"}})
	for _, problem := range problems {
		if name, ok := strings.CutPrefix(problem.Path, "keys."); ok {
			keys = append(keys, name)
			for _, k := range p.Info().Keys {
				if k.Name == name {
					examples[name] = k.Example
				}
			}
		}
	}
	_, problems = p.Compile(verify.Config{Secrets: []string{"secret"}, Keys: examples})
	return keys, !slices.ContainsFunc(problems, func(p decode.Problem) bool { return p.Path == "secrets" })
}

// presetJSON returns a preset as JSON.
func presetJSON(i verify.Info) ([]byte, error) {
	type key struct {
		Name     string `json:"name"`
		Summary  string `json:"summary"`
		Required bool   `json:"required"`
		Default  string `json:"default,omitempty"`
		Example  string `json:"example,omitempty"`
	}
	keys := make([]key, len(i.Keys))
	for n, k := range i.Keys {
		keys[n] = key{k.Name, k.Summary, k.Required, k.Default, k.Example}
	}
	return json.Marshal(struct {
		Name       string   `json:"name"`
		Title      string   `json:"title"`
		Summary    string   `json:"summary"`
		Docs       string   `json:"docs,omitempty"`
		Algorithm  string   `json:"algorithm,omitempty"`
		Signs      string   `json:"signs,omitempty"`
		BodySigned bool     `json:"bodySigned"`
		Secrets    int      `json:"secrets"`
		Keys       []key    `json:"keys"`
		Headers    []string `json:"headers"`
		Tolerance  string   `json:"tolerance,omitempty"`
		ID         string   `json:"id,omitempty"`
		DedupeKey  string   `json:"dedupeKey,omitempty"`
		// DedupeSigned: without a key, the hash of the signed text is the key. DedupeKeySigned: the key is signed.
		DedupeSigned    bool `json:"dedupeSigned,omitempty"`
		DedupeKeySigned bool `json:"dedupeKeySigned,omitempty"`

		Event     string `json:"event,omitempty"`
		MaxBody   int64  `json:"maxBody,omitempty"`
		Form      string `json:"form,omitempty"`
		Handshake string `json:"handshake,omitempty"`
	}{
		i.Name, i.Title, i.Summary, i.Docs, i.Algorithm, i.Signs, !i.BodyUnsigned, i.Secrets, keys, append([]string{}, i.Headers...),
		tolerance(i), i.ID, i.DedupeKey, i.DedupeSigned, i.DedupeKey != "" && !i.DedupeUnsigned && !i.BodyUnsigned, i.Event, i.MaxBody, i.Form, i.Handshake,
	})
}
