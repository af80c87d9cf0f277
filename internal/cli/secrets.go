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
	for _, f := range []struct {
		flag        string
		name, value *string
	}{
		{"token-file", &s.TokenFile, &s.Token}, {"metrics-token-file", &s.MetricsTokenFile, &s.MetricsToken},
		{"admin-password-file", &s.AdminPasswordFile, &s.AdminPassword}, {"oidc-client-secret-file", &s.OIDCClientSecretFile, &s.OIDCClientSecret},
		{"master-key-file", &s.MasterKeyFile, &s.MasterKey}, {"master-key-previous-file", &s.MasterKeyPreviousFile, &s.MasterKeyPrevious},
	} {
		if *f.name == "" {
			continue
		}
		text, err := readSmall(*f.name)
		if err != nil {
			return s, fault.As("cli.secrets", fault.Invalid, err, "--%s: cannot read %s: %v", f.flag, *f.name, reason(err))
		}
		if *f.value, *f.name = strings.TrimSpace(string(text)), ""; *f.value == "" {
			return s, fault.New("cli.secrets", fault.Invalid, "--%s: the file is empty", f.flag)
		}
	}
	if err := s.Validate(); err != nil {
		return s, &usageError{splitErrors(err)}
	}
	return s, nil
}
