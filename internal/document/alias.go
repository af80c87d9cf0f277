package document

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxAlias is the longest alias that is suggested, in bytes. A declared one may be longer.
const maxAlias = 80

// aliasesOf suggests a name for each place: the last name of its path as words, and as much of the path before it as
// makes it different from the others.
func aliasesOf(places []place) []string {
	names := make([]string, len(places))
	depth := make([]int, len(places))
	for i, p := range places {
		depth[i] = p.longer(0)
	}
	for changed := true; changed; {
		count := make(map[string]int)
		for i, p := range places {
			names[i] = aliasOf(p.path[len(p.path)-depth[i]:])
			count[names[i]]++
		}
		changed = false
		for i, p := range places {
			if count[names[i]] > 1 && depth[i] < len(p.path) {
				depth[i] = p.longer(depth[i])
				changed = true
			}
		}
	}
	used := make(map[string]bool)
	for i, name := range names {
		for n := 2; used[names[i]]; n++ {
			names[i] = name + " (" + strconv.Itoa(n) + ")"
		}
		used[names[i]] = true
	}
	return names
}

// longer returns a larger number of steps at the end of the path. They do not begin with an index, which alone says
// nothing.
func (p place) longer(steps int) int {
	for steps++; steps < len(p.path) && p.path[len(p.path)-steps].index >= 0; steps++ {
	}
	return steps
}

// aliasOf writes the end of a path for people: order.items[0].unit_price becomes "Order items 1 unit price".
func aliasOf(path []step) string {
	var words []string
	for _, s := range path {
		if s.index >= 0 {
			words = append(words, strconv.Itoa(s.index+1))
			continue
		}
		words = append(words, wordsOf(s.name)...)
	}
	if len(words) > 1 && words[0] == "x" && len(path) == 1 { // X- marks headers that are not standard
		words = words[1:]
	}
	text := strings.Join(words, " ")
	if text == "" {
		text = path[len(path)-1].name
	}
	if first := []rune(text); len(first) > 0 {
		text = string(unicode.ToUpper(first[0])) + string(first[1:])
	}
	if len(text) > maxAlias {
		text = strings.TrimSpace(strings.ToValidUTF8(text[:maxAlias], ""))
	}
	return text
}

// wordsOf splits a name at everything that is no letter or digit, and before the capitals of camelCase. Words in capitals
// stay.
func wordsOf(name string) (words []string) {
	runes := []rune(name)
	start := 0
	end := func(i int) {
		if i > start {
			word := string(runes[start:i])
			if i-start == 1 || strings.ToUpper(word) != word {
				word = strings.ToLower(word)
			}
			words = append(words, word)
		}
		start = i
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
			end(i)
			start = i + 1
		case i > start && unicode.IsUpper(r) && unicode.IsLower(runes[i-1]):
			end(i)
		}
	}
	end(len(runes))
	return words
}

// isCredential reports whether the value, or an object that it is in, has a name that credentials have.
func (p place) isCredential() bool {
	return slices.ContainsFunc(p.path, func(s step) bool { return s.index < 0 && isCredentialName(s.name) })
}

// isCredentialName reports whether a header or a field with this name usually has a secret.
func isCredentialName(name string) bool {
	name = strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
	switch name {
	case "authorization", "proxyauthorization", "cookie", "setcookie", "pwd", "auth", "bearer":
		return true
	}
	return slices.ContainsFunc([]string{"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "credential"},
		func(part string) bool { return strings.Contains(name, part) })
}
