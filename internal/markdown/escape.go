package markdown

import (
	"strings"

	"github.com/yuin/goldmark/util"
)

// special are the characters that Markdown may give a meaning to.
const special = "\\`*_{}[]()<>#+-.!|~&:@="

// Escape makes text literal in Markdown, so that data cannot add markup, links or mentions.
func Escape(text string) string {
	if !strings.ContainsAny(text, special) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// unescape undoes backslash escapes and character references, as CommonMark does in text.
func unescape(text []byte) string {
	return string(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(text))))
}
