package markdown

import "strings"

// zeroWidth is U+200B, a space without width: it separates characters that mean something to a service only together.
const zeroWidth = "\u200B"

// brokenAt is an @ that starts no mention.
const brokenAt = "@" + zeroWidth

// marks are the characters that services with a Markdown of their own may give a meaning to.
const marks = "\\`*_{}[]()<>#+-!|~"

// backslash writes literal text for services that know backslash escapes.
func backslash(text string) string {
	var b strings.Builder
	number := true // only digits so far, in this line: "1." begins a list
	for i, r := range text {
		switch {
		case strings.ContainsRune(marks, r), r == '.' && number && i > 0:
			b.WriteByte('\\')
		}
		number = r == '\n' || number && r >= '0' && r <= '9'
		b.WriteRune(r)
	}
	return b.String()
}

// address writes the address of a link between parentheses.
func address(text string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", "\\", "%5C", "\n", "", "\r", "").Replace(text)
}

// code writes the content of a code span between single backticks, which has no escapes.
func code(text string) string { return strings.ReplaceAll(text, "`", "ˋ") }

// fenced writes the content of a code block between lines of three backticks.
func fenced(text string) string {
	return strings.ReplaceAll(text, "```", "`"+zeroWidth+"`"+zeroWidth+"`")
}

// inParentheses writes a link as Markdown does.
func inParentheses(text, address string) string { return "[" + text + "](" + address + ")" }

func bare(address string) string { return address }

// dialect returns the style of a service that understands most of CommonMark.
func dialect() *Style {
	return &Style{
		Escape: backslash, EscapeCode: code, EscapePre: fenced, EscapeAddress: address,
		Bold: Wrap{"**", "**"}, Italic: Wrap{"*", "*"}, Strike: Wrap{"~~", "~~"},
		Code: Wrap{"`", "`"}, Pre: Wrap{"```\n", "\n```"}, QuoteLine: "> ", Bullet: "- ",
		Heading: [6]Wrap{{"# ", ""}, {"## ", ""}, {"### ", ""}, {"#### ", ""}, {"##### ", ""}, {"###### ", ""}},
		Link:    inParentheses,
	}
}

// Common returns the style for services that understand CommonMark, such as Gotify and ntfy.
func Common() *Style {
	s := dialect()
	s.Break = "  \n"
	s.Bare = func(address string) string { return "<" + address + ">" }
	return s
}

// Mattermost returns the style of Mattermost (https://docs.mattermost.com/end-user-guide/collaborate/format-messages.html).
func Mattermost() *Style {
	s := dialect()
	s.DataAt, s.Bare = brokenAt, bare
	return s
}

// Discord returns the style of Discord (https://support.discord.com/hc/en-us/articles/210298617). It has three levels
// of headings, and no links whose text is an address.
func Discord() *Style {
	s := dialect()
	s.Heading[3], s.Heading[4], s.Heading[5] = s.Bold, s.Bold, s.Bold
	s.DataAt, s.Bare = brokenAt, bare
	return s
}

// Teams returns the style of text in Adaptive Cards, which have no headings, quotes or code
// (https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/text-features).
func Teams() *Style {
	return &Style{
		Escape: backslash, EscapeCode: backslash, EscapeAddress: address,
		Bold: Wrap{"**", "**"}, Italic: Wrap{"_", "_"}, Bullet: "- ", Break: "\n\n", Link: inParentheses,
	}
}

// DingTalk returns the style of DingTalk's robots (https://open.dingtalk.com/document/robots/custom-robot-access): headings,
// quotes, bold, italic, links and lists.
func DingTalk() *Style {
	s := dialect()
	s.Strike, s.Code, s.EscapeCode = Wrap{}, Wrap{}, backslash
	s.Pre, s.EscapePre, s.Break = Wrap{}, backslash, "  \n"
	return s
}

// WeCom returns the style of WeCom's robots (https://developer.work.weixin.qq.com/document/path/91770): headings, bold,
// links, code and quotes. It has no escapes, so a space without width takes the meaning from a mark.
func WeCom() *Style {
	s := dialect()
	s.Escape = strings.NewReplacer("<", "<"+zeroWidth, "]", "]"+zeroWidth, "*", "*"+zeroWidth, "`", "ˋ", "#", "#"+zeroWidth).Replace
	s.Italic, s.Strike, s.Pre, s.EscapePre = Wrap{}, Wrap{}, Wrap{}, s.Escape
	return s
}

// Feishu returns the style of Markdown in Feishu's cards
// (https://open.feishu.cn/document/common-capabilities/message-card/message-cards-content/using-markdown-tags), whose
// special characters are written as character references.
func Feishu() *Style {
	s := dialect()
	s.Escape = strings.NewReplacer("&", "&amp;", "<", "&#60;", ">", "&#62;", "*", "&#42;", "_", "&#95;", "~", "&sim;", "`", "&#96;",
		"[", "&#91;", "]", "&#93;", "(", "&#40;", ")", "&#41;", "#", "&#35;", "!", "&#33;", "\\", "&#92;", "-", "&#45;", "+", "&#43;").Replace
	// Headings, quotes and code within a line need a later version of the card's format.
	s.Heading, s.QuoteLine, s.Code, s.EscapeCode = [6]Wrap{}, "", Wrap{}, s.Escape
	return s
}
