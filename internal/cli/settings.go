package cli

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"hookline.dev/hookline/internal/config"
)

// envPrefix begins the name of every flag's environment variable.
const envPrefix = "HOOKLINE_"

// settings supplies the values of flags that the command line does not set: from the environment, or else from
// the --config file. It records where each value came from.
type settings struct {
	env     map[string]string
	names   []string // of the flags that have a variable and a file key
	file    *configFile
	origins config.Origins
	last    string // the flag that was resolved last
	wrong   error  // error in the file; reported instead of any parser error
}

func newSettings(env map[string]string) *settings {
	s := &settings{env: env, origins: config.Origins{}, names: []string{"url", "profile"}}
	for _, one := range config.Settings(config.Default(), nil) {
		s.names = append(s.names, one.Name)
	}
	return s
}

// envName returns the environment variable of a flag.
func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Validate implements kong.Resolver.
func (s *settings) Validate(*kong.Application) error { return nil }

// Resolve returns the value of a flag that the command line does not set, or nil. It implements kong.Resolver.
func (s *settings) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if !slices.Contains(s.names, flag.Name) {
		return nil, nil
	}
	if text := s.env[envName(flag.Name)]; text != "" {
		return s.found(flag.Name, text, config.FromEnv, envName(flag.Name)), nil
	}
	s.open(ctx)
	if s.file == nil {
		return nil, nil
	}
	if entry, ok := s.file.entries[flag.Name]; ok {
		return s.found(flag.Name, entry, config.FromFile, s.file.name), nil
	}
	return nil, nil
}

func (s *settings) found(flag, text string, kind config.OriginKind, name string) any {
	s.origins[flag] = config.Origin{Kind: kind, Name: name}
	s.last = flag
	return text
}

// open reads the file named by --config or HOOKLINE_CONFIG, once.
func (s *settings) open(ctx *kong.Context) {
	if s.file != nil {
		return
	}
	name := s.env[envPrefix+"CONFIG"]
	for _, flag := range ctx.Flags() {
		if flag.Name == "config" {
			if given, ok := ctx.FlagValue(flag).(string); ok && given != "" {
				name = given
			}
		}
	}
	if name != "" {
		s.file, s.wrong = readConfigFile(name, s.names)
	}
}

// all returns the origin of every setting, including those of the command line.
func (s *settings) all(ctx *kong.Context) config.Origins {
	for _, p := range ctx.Path {
		if p.Flag != nil && !p.Resolved {
			s.origins[p.Flag.Name] = config.Origin{Kind: config.FromFlag, Name: "--" + p.Flag.Name}
		}
	}
	return s.origins
}
