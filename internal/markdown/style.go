package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// Wrap is what stands before and after an element.
type Wrap struct{ Open, Close string }

// Style says how a service writes the elements. The zero value gives plain text.
type Style struct {
	// Escape makes literal text safe. nil: text stays as it is.
	Escape func(string) string
	// EscapeCode is Escape for the content of Code, and of Pre without EscapePre. nil: Escape.
	EscapeCode func(string) string
	EscapePre  func(string) string // for the content of Pre. nil: EscapeCode
	// EscapeAddress is Escape for the address of a link. nil: Escape.
	EscapeAddress func(string) string
	// DataAt is written for an escaped @, which is how Escape writes those of data. It is for services that look for
	// mentions in the text. "": @.
	DataAt                    string
	Bold, Italic, Strike      Wrap
	Code, Pre                 Wrap
	Heading                   [6]Wrap // by level, 1 to 6
	Quote                     Wrap    // around the whole quote
	QuoteLine                 string  // before each of its lines
	Bullet                    string  // before an entry of a list; "": "• "
	Item, List, Ordered, Para Wrap    // of services that use HTML; Bullet is not written with an Item
	Rule                      string  // a thematic break; "": "---"
	Break                     string  // a line break within a paragraph; "": "\n"
	// Link writes a link. Both texts are escaped. nil: the text, followed by the address in parentheses.
	Link func(text, address string) string
	// Bare writes a link whose text is its address. nil: Link.
	Bare func(address string) string
}

// parser is safe for concurrent use: goldmark keeps the state of a parse in its context.
func parse(source []byte) ast.Node {
	md := goldmark.New(goldmark.WithExtensions(extension.Strikethrough, extension.Linkify))
	return md.Parser().Parse(text.NewReader(source))
}

// Render converts a text. Blocks are separated by an empty line, unless the style has Para.
func (s *Style) Render(markdown string) string {
	source := []byte(markdown)
	w := writer{style: s, source: source}
	return strings.TrimSpace(w.blocks(parse(source)))
}

// writer renders one text.
type writer struct {
	style  *Style
	source []byte
	depth  int // of lists
}

// blocks renders the children of a container.
func (w *writer) blocks(parent ast.Node) string {
	var parts []string
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if text := w.block(n); text != "" {
			parts = append(parts, text)
		}
	}
	between := "\n\n"
	if w.style.Para.Open != "" {
		between = "\n"
	}
	return strings.Join(parts, between)
}

// block renders one block.
func (w *writer) block(n ast.Node) string {
	s := w.style
	switch n := n.(type) {
	case *ast.Heading:
		wrap := s.Heading[n.Level-1]
		if wrap == (Wrap{}) {
			wrap = s.Bold
		}
		return wrap.around(w.inlines(n))
	case *ast.Paragraph:
		return s.Para.around(w.inlines(n))
	case *ast.TextBlock:
		return w.inlines(n)
	case *ast.Blockquote:
		quote := w.blocks(n)
		if s.QuoteLine != "" {
			quote = s.QuoteLine + strings.ReplaceAll(quote, "\n", "\n"+s.QuoteLine)
		}
		return s.Quote.around(quote)
	case *ast.List:
		return w.list(n)
	case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
		return w.lines(n)
	case *ast.ThematicBreak:
		if s.Rule == "" {
			return "---"
		}
		return s.Rule
	default:
		return w.blocks(n)
	}
}

// lines renders a block of literal lines.
func (w *writer) lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		b.Write(line.Value(w.source))
	}
	text := strings.TrimRight(b.String(), "\n")
	if _, isHTML := n.(*ast.HTMLBlock); isHTML {
		return w.style.Para.around(w.escape(text))
	}
	if w.style.EscapePre != nil {
		return w.style.Pre.around(w.style.EscapePre(text))
	}
	return w.style.Pre.around(w.escapeCode(text))
}

// list renders a list.
func (w *writer) list(n *ast.List) string {
	s := w.style
	var items []string
	number := n.Start
	w.depth++
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		content := w.blocks(item)
		switch {
		case s.Item.Open != "":
			items = append(items, s.Item.around(content))
		case n.IsOrdered():
			items = append(items, w.indented(strconv.Itoa(number)+". ", content))
		default:
			items = append(items, w.indented(s.bullet(), content))
		}
		number++
	}
	w.depth--
	text := strings.Join(items, "\n")
	if n.IsOrdered() && s.Ordered.Open != "" {
		return s.Ordered.around(text)
	}
	return s.List.around(text)
}

// indented writes an entry of a list, with lines after the first one below its text.
func (w *writer) indented(mark, content string) string {
	content = strings.ReplaceAll(content, "\n\n", "\n")
	return mark + strings.ReplaceAll(content, "\n", "\n"+strings.Repeat(" ", 2))
}

func (s *Style) bullet() string {
	if s.Bullet == "" {
		return "• "
	}
	return s.Bullet
}

// inlines renders the inline content of a block.
func (w *writer) inlines(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		b.WriteString(w.inline(n))
	}
	return b.String()
}

// inline renders one inline element.
func (w *writer) inline(n ast.Node) string {
	s := w.style
	switch n := n.(type) {
	case *ast.Text:
		text := w.literal(n.Segment.Value(w.source))
		if n.SoftLineBreak() || n.HardLineBreak() {
			return text + s.lineBreak()
		}
		return text
	case *ast.String:
		return w.escape(string(n.Value))
	case *ast.CodeSpan:
		return s.Code.around(w.code(n))
	case *ast.Emphasis:
		if n.Level >= 2 {
			return s.Bold.around(w.inlines(n))
		}
		return s.Italic.around(w.inlines(n))
	case *extast.Strikethrough:
		return s.Strike.around(w.inlines(n))
	case *ast.Link:
		return w.link(w.inlines(n), unescape(n.Destination))
	case *ast.Image:
		return w.link(w.inlines(n), unescape(n.Destination))
	case *ast.AutoLink:
		label := string(n.Label(w.source))
		address := string(n.URL(w.source))
		if n.AutoLinkType == ast.AutoLinkEmail {
			address = "mailto:" + label
		}
		return w.link(w.escape(label), address)
	case *ast.RawHTML:
		var b strings.Builder
		for i := range n.Segments.Len() {
			segment := n.Segments.At(i)
			b.Write(segment.Value(w.source))
		}
		return w.escape(b.String())
	default:
		return w.inlines(n)
	}
}

// literal renders the text of a segment of the source.
func (w *writer) literal(segment []byte) string {
	if w.style.DataAt == "" {
		return w.escape(unescape(segment))
	}
	var b strings.Builder
	begin := 0
	for i := 0; i+1 < len(segment); i++ {
		if segment[i] != '\\' {
			continue
		}
		if segment[i+1] == '@' {
			b.WriteString(w.escape(unescape(segment[begin:i])) + w.style.DataAt)
			begin = i + 2
		}
		i++ // an escaped backslash escapes nothing
	}
	return b.String() + w.escape(unescape(segment[begin:]))
}

// code returns the content of a code span.
func (w *writer) code(n *ast.CodeSpan) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(w.source))
		}
	}
	return w.escapeCode(strings.ReplaceAll(b.String(), "\n", " "))
}

// link renders a link. An address with a scheme that can run code in a browser stays text.
func (w *writer) link(label, address string) string {
	if !isSafe(address) {
		return label
	}
	isBare := label == w.escape(address) || label == w.escape(strings.TrimPrefix(address, "mailto:"))
	if w.style.EscapeAddress != nil {
		address = w.style.EscapeAddress(address)
	} else {
		address = w.escape(address)
	}
	switch {
	case isBare && w.style.Bare != nil:
		return w.style.Bare(address)
	case w.style.Link != nil:
		return w.style.Link(label, address)
	case isBare:
		return label
	default:
		return label + " (" + address + ")"
	}
}

// isSafe reports whether an address may be a link.
func isSafe(address string) bool {
	scheme, _, found := strings.Cut(address, ":")
	if !found || strings.ContainsAny(scheme, "/?#") {
		return false // relative: a message has no base
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		return true
	default:
		return false
	}
}

func (w *writer) escape(text string) string {
	if w.style.Escape == nil {
		return text
	}
	return w.style.Escape(text)
}

func (w *writer) escapeCode(text string) string {
	if w.style.EscapeCode != nil {
		return w.style.EscapeCode(text)
	}
	return w.escape(text)
}

func (s *Style) lineBreak() string {
	if s.Break == "" {
		return "\n"
	}
	return s.Break
}

// around returns a text within the wrap. An empty text stays empty.
func (w Wrap) around(text string) string {
	if text == "" {
		return ""
	}
	return w.Open + text + w.Close
}
