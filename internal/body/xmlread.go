package body

import (
	"strings"

	"hookline.dev/hookline/internal/fault"
)

// xmlReader parses a document (XML 1.0, fifth edition). It rejects document types, so there are no entities to
// expand and nothing to fetch. Compared with encoding/xml it copies less and is stricter: tags must match, an
// attribute may appear only once, and there must be exactly one root. It does not resolve namespaces; prefixes
// stay as written.
type xmlReader struct {
	src      source
	s        string // src.text
	at       int
	lim      Limits
	elements int
	open     []*xmlElement
	pending  xmlText // text since the last tag
	root     *xmlElement
}

const xmlBlanks = " \t\r\n"

func (x *xmlReader) document() (*xmlElement, error) {
	if i := x.invalidCharacter(); i >= 0 {
		return nil, x.syntaxError(i, "a character that XML does not allow, or that is not UTF-8")
	}
	if err := x.declaration(); err != nil {
		return nil, err
	}
	for x.at < len(x.s) {
		length := strings.IndexByte(x.s[x.at:], '<')
		if length < 0 {
			length = len(x.s) - x.at
		}
		if length > 0 {
			if err := x.text(x.s[x.at : x.at+length]); err != nil {
				return nil, err
			}
			x.at += length
			continue
		}
		if err := x.markup(); err != nil {
			return nil, err
		}
	}
	switch {
	case len(x.open) > 0:
		return nil, x.syntaxError(x.at, "it ends before "+closing(x.open[len(x.open)-1].name))
	case x.root == nil:
		return nil, x.syntaxError(x.at, "it has no root element")
	}
	return x.root, nil
}

// syntaxError returns an error at an offset.
func (x *xmlReader) syntaxError(at int, reason string) error {
	return errorf(fault.Invalid, inBody, "it is not well-formed XML at %s: %s", x.src.at(at), reason)
}

func closing(name string) string { return "</" + clip(name) + ">" }

// declaration parses <?xml version="1.0" …?>. readXML has already used its encoding.
func (x *xmlReader) declaration() error {
	const start = "<?xml"
	if !strings.HasPrefix(x.s, start) || len(x.s) > len(start) && !isBlank(x.s[len(start)]) {
		return nil
	}
	end := strings.Index(x.s, "?>")
	if end < 0 {
		return x.syntaxError(0, "the declaration has no end")
	}
	d := xmlReader{src: x.src, s: x.s[:end], at: len(start), lim: x.lim}
	list, err := d.attributes()
	switch {
	case err != nil:
		return err
	case d.at < end:
		return x.syntaxError(d.at, "unexpected text in the declaration")
	case len(list) == 0 || list[0].name != "version" || list[0].text != "1.0":
		return x.syntaxError(0, `the declaration must begin with version="1.0"`)
	}
	for i, a := range list[1:] {
		if a.name != "encoding" && a.name != "standalone" || a.name == "encoding" && i > 0 {
			return x.syntaxError(0, "the declaration may hold version, encoding and standalone, in this order")
		}
	}
	x.at = end + len("?>")
	return nil
}

// text adds character data.
func (x *xmlReader) text(s string) error {
	if len(x.open) == 0 {
		if i := len(s) - len(strings.TrimLeft(s, xmlBlanks)); i < len(s) {
			return x.syntaxError(x.at+i, "text outside the root element")
		}
		return nil
	}
	if i := strings.Index(s, "]]>"); i >= 0 {
		return x.syntaxError(x.at+i, "]]> outside of CDATA")
	}
	text, err := x.unescaped(s, x.at, false)
	if err != nil {
		return err
	}
	x.pending.add(text)
	return nil
}

// markup parses whatever begins with a less-than sign.
func (x *xmlReader) markup() error {
	rest := x.s[x.at:]
	switch {
	case strings.HasPrefix(rest, "</"):
		return x.endTag()
	case strings.HasPrefix(rest, "<!--"):
		end := strings.Index(rest[len("<!--"):], "--")
		if end < 0 || !strings.HasPrefix(rest[len("<!--")+end:], "-->") {
			return x.syntaxError(x.at, "a comment without its end, or with -- within")
		}
		x.at += len("<!--") + end + len("-->")
		return nil
	case strings.HasPrefix(rest, "<![CDATA["):
		end := strings.Index(rest, "]]>")
		if end < 0 || len(x.open) == 0 {
			return x.syntaxError(x.at, "CDATA without its end, or outside the root element")
		}
		x.pending.add(oneLineEnd(rest[len("<![CDATA["):end]))
		x.at += end + len("]]>")
		return nil
	case strings.HasPrefix(rest, "<!"):
		return x.syntaxError(x.at, "document types and entities are refused; send the document without DOCTYPE")
	case strings.HasPrefix(rest, "<?"):
		return x.instruction(rest)
	default:
		return x.startTag()
	}
}

// instruction skips a processing instruction.
func (x *xmlReader) instruction(rest string) error {
	end := strings.Index(rest, "?>")
	name := xmlName(rest[len("<?"):])
	if end < 0 || name == "" || strings.EqualFold(name, "xml") {
		return x.syntaxError(x.at, "a processing instruction without name or end, or a declaration that is not at the start")
	}
	if after := rest[len("<?")+len(name)]; after != '?' && !isBlank(after) {
		return x.syntaxError(x.at, "a blank was expected after the name of a processing instruction")
	}
	x.at += end + len("?>")
	return nil
}

func (x *xmlReader) startTag() error {
	start := x.at
	name := xmlName(x.s[x.at+1:])
	if name == "" {
		return x.syntaxError(x.at, "the name of an element was expected after <")
	}
	x.at += 1 + len(name)
	list, err := x.attributes()
	if err != nil {
		return err
	}
	empty := strings.HasPrefix(x.s[x.at:], "/>")
	if !empty && !strings.HasPrefix(x.s[x.at:], ">") {
		return x.syntaxError(x.at, "an attribute or the end of the tag was expected")
	}
	x.at += len(">")
	if empty {
		x.at++
	}
	if x.elements++; x.elements > x.lim.elements() {
		return errorf(fault.TooLarge, inBody, "it has more than %d elements", x.lim.elements())
	}
	return x.openElement(start, &xmlElement{name: name, attributes: list}, empty)
}

// openElement adds an element to the innermost open element.
func (x *xmlReader) openElement(start int, e *xmlElement, empty bool) error {
	switch {
	case len(x.open) > 0:
		parent := x.open[len(x.open)-1]
		parent.addText(&x.pending)
		parent.addChild(e)
	case x.root != nil:
		return x.syntaxError(start, "a second root element")
	default:
		x.root = e
	}
	x.pending = xmlText{}
	if empty {
		return nil
	}
	if len(x.open) >= x.lim.depth() {
		return errorf(fault.Invalid, inBody, "its elements nest deeper than %d levels", x.lim.depth())
	}
	x.open = append(x.open, e)
	return nil
}

func (x *xmlReader) endTag() error {
	name := xmlName(x.s[x.at+len("</"):])
	after := x.at + len("</") + len(name)
	rest := strings.TrimLeft(x.s[after:], xmlBlanks)
	if name == "" || !strings.HasPrefix(rest, ">") {
		return x.syntaxError(x.at, "a closing tag without a name or without its end")
	}
	if len(x.open) == 0 {
		return x.syntaxError(x.at, closing(name)+" closes nothing")
	}
	e := x.open[len(x.open)-1]
	if e.name != name {
		return x.syntaxError(x.at, closing(name)+" was found where "+closing(e.name)+" was expected")
	}
	if len(e.children) == 0 {
		e.text = x.pending // white space too, because the element has no children
	} else {
		e.addText(&x.pending)
	}
	x.pending = xmlText{}
	x.open = x.open[:len(x.open)-1]
	x.at = len(x.s) - len(rest) + len(">")
	return nil
}

// attributes parses attributes up to the first token that is not one.
func (x *xmlReader) attributes() ([]xmlAttribute, error) {
	var list []xmlAttribute
	for {
		before := x.at
		x.at = len(x.s) - len(strings.TrimLeft(x.s[x.at:], xmlBlanks))
		name := xmlName(x.s[x.at:])
		if name == "" {
			return list, nil
		}
		if before == x.at {
			return nil, x.syntaxError(x.at, "a blank was expected before an attribute")
		}
		text, err := x.attributeValue(name)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if list[i].name == name {
				return nil, x.syntaxError(x.at, "the attribute "+clip(name)+" appears twice")
			}
		}
		if len(list) == MaxAttributes {
			return nil, errorf(fault.TooLarge, inBody, "an element has more than %d attributes", MaxAttributes)
		}
		list = append(list, xmlAttribute{name, text})
	}
}

func (x *xmlReader) attributeValue(name string) (string, error) {
	rest, equals := strings.CutPrefix(strings.TrimLeft(x.s[x.at+len(name):], xmlBlanks), "=")
	rest = strings.TrimLeft(rest, xmlBlanks)
	if !equals || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", x.syntaxError(x.at, "the attribute "+clip(name)+" needs a value in quotes")
	}
	start := len(x.s) - len(rest) + 1
	length := strings.IndexByte(rest[1:], rest[0])
	if length < 0 {
		return "", x.syntaxError(start-1, "the value of "+clip(name)+" has no end")
	}
	raw := rest[1 : 1+length]
	if i := strings.IndexByte(raw, '<'); i >= 0 {
		return "", x.syntaxError(start+i, "< in the value of an attribute; write &lt;")
	}
	x.at = start + length + 1
	return x.unescaped(raw, start, true)
}
