package document

import (
	"fmt"
	"strings"
	"unicode"

	"hookline.dev/hookline/internal/decode"
)

// pathProblem returns why a text is not a valid trigger path, or "". A path must be written in canonical form:
//
//   - it starts with / and does not end with / (so / itself is not valid);
//   - a segment is text or a single {name}; names match [A-Za-z_][A-Za-z0-9_]* and are unique;
//   - no empty segments, no . or .. segments, no percent escapes (write the character), none of ? # \ and no
//     blanks or control characters;
//   - the first segment does not start with a dash: /- is reserved for the server.
func pathProblem(path string) string {
	switch {
	case path == "":
		return "is empty; write for example /github/{owner}, or leave it out"
	case path[0] != '/':
		return "must start with /, as in /" + clipped(path)
	case len(path) > MaxPath:
		return fmt.Sprintf("is too long: at most %d bytes", MaxPath)
	case path == "/":
		return "must have a segment, as in /github"
	case strings.HasSuffix(path, "/"):
		return "must not end with /; a caller's trailing slash is ignored anyway"
	case strings.HasPrefix(path, "/-"):
		return "must not start with /-, which is kept for the server"
	case strings.HasPrefix(path, "/api/"):
		return "is served below /api/webhooks anyway; write only what follows that"
	}
	segments := strings.Split(path[1:], "/")
	if len(segments) > MaxSegments {
		return fmt.Sprintf("has too many segments: at most %d", MaxSegments)
	}
	names := make(map[string]bool)
	for _, s := range segments {
		if message := segmentProblem(s, names); message != "" {
			return message
		}
	}
	return ""
}

func segmentProblem(s string, names map[string]bool) string {
	switch {
	case s == "":
		return "has an empty segment (//)"
	case s == ".", s == "..":
		return "has the dot segment " + s
	case strings.ContainsAny(s, "{}"):
		name, ok := parameter(s)
		switch {
		case !ok:
			return "has the segment " + decode.Quote(s) + "; a parameter is a whole segment: {name}, of letters, digits and _"
		case names[name]:
			return "names the parameter {" + name + "} twice"
		}
		names[name] = true
		return ""
	case strings.Contains(s, "%"):
		return "has the escape " + decode.Quote(s) + "; write the character itself"
	case strings.HasPrefix(s, ":"), strings.HasPrefix(s, "*"):
		return "has the segment " + decode.Quote(s) + "; a parameter is written {name}"
	}
	for _, r := range s {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) || strings.ContainsRune(` ?#\"<>^|`+"`", r) {
			return "has a character that no path may have: " + fmt.Sprintf("%q", r)
		}
	}
	return ""
}

// parameter returns the name in {name}.
func parameter(segment string) (string, bool) {
	if len(segment) < 3 || segment[0] != '{' || segment[len(segment)-1] != '}' {
		return "", false
	}
	name := segment[1 : len(segment)-1]
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z', c == '_', '0' <= c && c <= '9' && i > 0:
		default:
			return "", false
		}
	}
	return name, true
}
