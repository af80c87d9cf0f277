package document

import (
	"regexp"
	"strconv"
	"strings"

	"hookline.dev/hookline/internal/errorcode"
)

// syntaxProblem converts the YAML library's error to a problem. It corrects the line and checks the lines around it
// for common mistakes.
func syntaxProblem(name string, lines []string, err error) Problem {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 0
	if m := regexp.MustCompile(`^line (\d+): `).FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	if alias, ok := strings.CutPrefix(message, "unknown anchor '"); ok {
		alias, _, _ = strings.Cut(alias, "'")
		return Problem{Code: errorcode.Syntax, File: name, Line: lineWith(lines, "*"+alias), Message: "the alias *" + clipped(alias) + " names nothing: there is no &" + clipped(alias) + " before it"}
	}
	if strings.HasPrefix(message, "did not find expected") && !strings.Contains(message, "digit") {
		line++ // the library's parser, unlike its scanner, counts lines from 0
	}
	for _, l := range []int{line, line + 1, line - 1} {
		if l < 1 || l > len(lines) {
			continue
		}
		text := lines[l-1]
		if template, ok := unquotedTemplate(text); ok {
			return Problem{Code: errorcode.Syntax, File: name, Line: l, Message: quotingAdvice(template)}
		}
		if strings.HasPrefix(strings.TrimLeft(text, " "), "\t") {
			return Problem{Code: errorcode.Syntax, File: name, Line: l, Message: "indent YAML with spaces, not with tabs"}
		}
		if strings.Contains(text, "/{") && l >= line {
			return Problem{Code: errorcode.Syntax, File: name, Line: l, Message: "not valid YAML: " + message + "; inside { } a path with {name} must be in quotes"}
		}
	}
	return Problem{Code: errorcode.Syntax, File: name, Line: line, Message: "not valid YAML: " + message}
}

func lineWith(lines []string, text string) int {
	for i, line := range lines {
		if strings.Contains(line, text) {
			return i + 1
		}
	}
	return 0
}

// quotingAdvice returns the message that a template needs quotes, with the kind of quotes that fits.
func quotingAdvice(template string) string {
	quote := `"`
	if strings.Contains(template, `"`) {
		quote = "'"
	}
	return "a template must be in quotes: " + quote + clipped(strings.TrimSpace(template)) + quote
}

// unquotedTemplate finds {{…}} where YAML expects a value, a key or an entry: at the start of a line or after one
// of : - [ { , and outside quotes.
func unquotedTemplate(line string) (template string, ok bool) {
	before, quote := byte(':'), byte(0)
	for i := range len(line) {
		switch c := line[i]; {
		case quote != 0:
			if c == quote {
				quote, before = 0, c
			}
		case c == ' ':
		case c == '#' && (i == 0 || line[i-1] == ' '):
			return "", false
		case strings.HasPrefix(line[i:], "{{") && strings.IndexByte(":-[{,", before) >= 0:
			return cutBehindBraces(line[i:]), true
		case (c == '"' || c == '\'') && strings.IndexByte(":-[{,", before) >= 0:
			quote = c
		default:
			before = c
		}
	}
	return "", false
}

// cutBehindBraces cuts text after the template's closing braces. Text without closing braces stays whole.
func cutBehindBraces(text string) string {
	template, _, closed := strings.Cut(text, "}}")
	if closed {
		template += "}}"
	}
	return template
}
