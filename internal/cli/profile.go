package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
	"unicode"

	"hookline.dev/hookline/internal/config"
	"hookline.dev/hookline/internal/fault"
)

// localProfile is the name of what is no profile: the server whose data directory is on this machine.
const localProfile = "local"

// profile is a server and the credential for it, as hookline login stores them.
type profile struct {
	URL     string    `json:"url"`
	Key     string    `json:"key"`
	KeyID   string    `json:"keyId,omitempty"` // of a key that login made, and that logout deletes
	User    string    `json:"user,omitempty"`
	Role    string    `json:"role,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
}

// profiles is the content of the file of profiles.
type profiles struct {
	Current string             `json:"current,omitempty"`
	Of      map[string]profile `json:"profiles"`

	file string
}

// configDir returns the user's directory for Hookline's own files.
func (sys *system) configDir() (string, error) {
	for _, c := range []struct{ env, below string }{{"XDG_CONFIG_HOME", ""}, {"APPDATA", ""}, {"HOME", ".config"}} {
		if dir := sys.env[c.env]; filepath.IsAbs(dir) {
			return filepath.Join(dir, c.below, "hookline"), nil
		}
	}
	return "", fault.New("cli.configDir", fault.NotFound, "there is no place for profiles: set HOME or XDG_CONFIG_HOME")
}

// profiles reads the file of profiles. It is empty if there is none.
func (sys *system) profiles() (*profiles, error) {
	const op = "cli.profiles"
	p := &profiles{Of: map[string]profile{}}
	dir, err := sys.configDir()
	if err != nil {
		return p, err
	}
	p.file = filepath.Join(dir, "profiles.json")
	info, err := os.Stat(p.file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return p, nil
	case err != nil:
		return p, fault.As(op, fault.Forbidden, err, "cannot read %s: %v", p.file, reason(err))
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return p, fault.New(op, fault.Forbidden, "other users of this machine can read or change %s, which contains API keys: run chmod 600 %s, and replace the keys if others may have read them", p.file, p.file)
	}
	text, err := os.ReadFile(p.file)
	if err != nil {
		return p, fault.As(op, fault.Forbidden, err, "cannot read %s: %v", p.file, reason(err))
	}
	if err := json.Unmarshal(text, p); err != nil {
		return p, fault.As(op, fault.Invalid, err, "%s is not a file of profiles: delete it and sign in again", p.file)
	}
	if p.Of == nil {
		p.Of = map[string]profile{}
	}
	return p, nil
}

// save writes the file of profiles, whole or not at all.
func (p *profiles) save() error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	dir := filepath.Dir(p.file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.As("cli.save", fault.Forbidden, err, "cannot create %s: %v", dir, reason(err))
	}
	f, err := os.CreateTemp(dir, "profiles-*") // with mode 0600
	if err == nil {
		_, err = f.Write(append(text, '\n'))
		err = errors.Join(err, f.Close())
		if err == nil {
			err = os.Rename(f.Name(), p.file)
		}
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}
	if err != nil {
		return fault.As("cli.save", fault.Forbidden, err, "cannot write %s: %v", p.file, err)
	}
	return nil
}

// named returns the profile with a name.
func (p *profiles) named(name string) (profile, error) {
	found, ok := p.Of[name]
	if !ok {
		return found, fault.New("cli.profile", fault.NotFound, "there is no profile %q: hookline profiles ls lists them, and hookline login URL --profile %s makes it", name, name)
	}
	return found, nil
}

// checkProfileName returns why a profile cannot have a name, or nil.
func checkProfileName(name string) error {
	if name == localProfile {
		return &usageError{[]error{fmt.Errorf("--profile: %s always means the server on this machine; choose another name", localProfile)}}
	}
	wrong := func(r rune) bool { return !unicode.IsPrint(r) || unicode.IsSpace(r) }
	if name == "" || len(name) > 100 || strings.ContainsFunc(name, wrong) {
		return &usageError{[]error{errors.New("--profile: a name has 1 to 100 characters and no spaces")}}
	}
	return nil
}

// choice finds the profile that a command uses.
type choice struct {
	sys     *system
	origins config.Origins
}

// profile returns the name and the profile that flags select; nil: none. What is on the command line goes before the
// environment, and both go before the profile in use.
func (c *choice) profile(f *clientFlags) (string, *profile, error) {
	of := func(kind config.OriginKind) string {
		for _, name := range []string{"url", "token", "token-file", "data"} {
			if o, ok := c.origins[name]; ok && o.Kind == kind {
				return name
			}
		}
		return ""
	}
	name := f.Profile
	asked := name != "" && c.origins["profile"].Kind == config.FromFlag
	switch flag := of(config.FromFlag); {
	case asked && flag != "":
		return "", nil, &usageError{[]error{fmt.Errorf("--profile and --%s contradict each other: a profile names the server and its key", flag)}}
	case flag != "":
		return "", nil, nil
	case name == "" && (of(config.FromEnv) != "" || of(config.FromFile) != ""):
		return "", nil, nil
	case name == localProfile:
		return "", nil, nil
	}
	all, err := c.sys.profiles()
	if name == "" {
		if all.file == "" || all.Current == "" && err == nil { // without a home there is no profile in use
			return "", nil, nil
		}
		name = all.Current
	}
	if err != nil {
		return "", nil, err
	}
	found, err := all.named(name)
	return name, &found, err
}
