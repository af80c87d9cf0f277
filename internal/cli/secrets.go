package cli

import (
	"strings"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
)

// serverFlags are the settings of the server as flags. It is a type without methods, because the parser calls
// methods with certain names.
type serverFlags config.Server

// loaded validates the settings and reads secrets from the files that the settings name.
func loaded(s config.Server) (config.Server, error) {
	if err := s.Validate(); err != nil {
		return s, &usageError{splitErrors(err)}
	}
	if s.TokenFile == "" {
		return s, nil
	}
	text, err := readSmall(s.TokenFile)
	if err != nil {
		return s, fault.As("cli.secrets", fault.Invalid, err, "--token-file: cannot read %s: %v", s.TokenFile, reason(err))
	}
	s.Token, s.TokenFile = strings.TrimSpace(string(text)), ""
	if s.Token == "" {
		return s, fault.New("cli.secrets", fault.Invalid, "--token-file: the file is empty")
	}
	if err := s.Validate(); err != nil {
		return s, &usageError{splitErrors(err)}
	}
	return s, nil
}
