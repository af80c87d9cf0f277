package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// maxSecret is the largest value that is read, in bytes. The server has a smaller limit.
const maxSecret = 1 << 20

// secret asks for a value on a terminal, without an echo, or else reads all of stdin. One trailing newline is removed.
func (sys *system) secret(prompt string) (string, error) {
	if f, ok := sys.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprintf(sys.stderr, "%s: ", prompt)
		typed, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(sys.stderr)
		return string(typed), err
	}
	text, err := io.ReadAll(io.LimitReader(sys.stdin, maxSecret))
	return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), err
}

// line asks for a line on a terminal. It reads byte by byte, because what follows may be for somebody else.
func (sys *system) line(prompt string) (string, error) {
	fmt.Fprintf(sys.stderr, "%s: ", prompt)
	var line []byte
	one := make([]byte, 1)
	for len(line) < maxSmallFile {
		n, err := sys.stdin.Read(one)
		if n == 1 && one[0] == '\n' || err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
		line = append(line, one[:n]...)
	}
	return strings.TrimSpace(string(line)), nil
}
