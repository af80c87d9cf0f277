package body

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// shown makes the name of a file fit to be shown: without the folders that some senders put before it,
// without characters that steer a terminal or turn the reading direction, and not longer than
// MaxFilename. It is never a path. file becomes true when only the long form is there.
//
// The long form, filename*, goes before the short one (RFC 6266 section 4.3); a charset in it that is
// not UTF-8 is ours to undo. Bytes that have no meaning become U+FFFD: a name that cannot be shown is
// no reason to refuse what it names.
func (f *multipartForm) shown(name, disposition string, file *bool) string {
	if long := parameter(disposition, "filename*"); long != "" {
		if text, ok := extended(long); ok {
			name, *file = text, true
		}
	} else if f.charset != nil {
		if text, bad := f.charset.decode(name); bad < 0 {
			name = text
		}
	}
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(showable, strings.ToValidUTF8(name, replacement))
	if name == "." || name == ".." {
		return ""
	}
	return cut(name, MaxFilename)
}

// extended decodes charset'language'text (RFC 8187 section 3.2, RFC 2231 section 4).
func extended(s string) (text string, ok bool) {
	charset, rest, ok := strings.Cut(s, "'")
	if !ok {
		return "", false
	}
	if _, rest, ok = strings.Cut(rest, "'"); !ok {
		return "", false
	}
	cs, err := codecOf(charset, "")
	if err != nil {
		return "", false
	}
	text = unescape(rest, false)
	if cs == nil {
		return text, utf8.ValidString(text)
	}
	text, bad := cs.decode(text)
	return text, bad < 0
}

// showable replaces control characters, line separators and marks that turn the direction of reading.
func showable(r rune) rune {
	if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
		return '_'
	}
	return r
}

// cut shortens to whole characters within most bytes.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
