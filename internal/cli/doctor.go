package cli

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"hookline.dev/hookline/internal/config"
)

type doctorCmd struct {
	Key     string `arg:"" optional:"" complete:"workflows" help:"A workflow's key: find out why this webhook does not fire."`
	URL     string `name:"url" placeholder:"URL" help:"With KEY: base URL of the API. Default: the server that uses --data." group:"client"`
	Profile string `name:"profile" placeholder:"NAME" help:"With KEY: server and API key that hookline login has stored; local: the server of --data. Default: the one in use." group:"client"`
	serverFlags
}

// Help explains the verb.
func (doctorCmd) Help() string {
	return "With a KEY, it asks the server whether the URL is right, whether the workflow is enabled, what the sender sent last, and what was refused and why. " +
		"Without a KEY, it needs no server. It takes the flags, environment and --config file of serve and checks the settings, the data directory, " +
		"its lock and free space, the token, the addresses, certificate and domains, the documents, and the variables of the channels. For every problem it says what to do."
}

// finding is the result of one check.
type finding struct {
	what    string
	state   string // the state found
	problem bool
	advice  string // what to do about a problem
}

func passed(what, format string, args ...any) finding {
	return finding{what: what, state: fmt.Sprintf(format, args...)}
}

func problem(what, advice, format string, args ...any) finding {
	return finding{what: what, state: fmt.Sprintf(format, args...), problem: true, advice: advice}
}

// Run runs all checks and fails if one finds a problem.
func (c *doctorCmd) Run(ctx *kong.Context, sys *system) error {
	if c.Key == "" {
		return sys.report(sys.checkServer(config.Server(c.serverFlags)))
	}
	flags := clientFlags{URL: c.URL, Token: c.serverFlags.Token, TokenFile: c.serverFlags.TokenFile, Data: c.serverFlags.Data, Profile: c.Profile}
	flags.chooses(&choice{sys, sys.settings.all(ctx)})
	server, err := flags.open()
	if err != nil {
		return err
	}
	all, err := sys.checkKey(server, c.Key)
	if err != nil {
		return err
	}
	return sys.report(all)
}

// checkServer checks everything that a server needs before it can start.
func (sys *system) checkServer(s config.Server) []finding {
	all := checkSettings(s)
	dir := checkData(s)
	all = append(all, dir)
	if !dir.problem {
		all = append(all, checkLock(s.Data), checkSpace(s), checkToken(s))
	}
	all = append(all, checkAddress("address", "--listen", s.Listen))
	if s.Hooks != "" {
		all = append(all, checkAddress("hooks", "--hooks-listen", s.Hooks))
	}
	all = append(all, sys.checkHTTPS(s)...)
	all = append(all, checkDocuments(s.Workflows))
	return append(all, sys.checkChannels(s)...)
}

// report prints the findings and fails if one is a problem.
func (sys *system) report(all []finding) error {
	problems := 0
	for _, f := range all {
		mark := "ok       "
		if f.problem {
			mark = "problem  "
			problems++
		}
		fmt.Fprintf(sys.stdout, "%s%-10s %s\n", mark, f.what, strings.ReplaceAll(cleanText(f.state), "\n", "\n                    "))
		if f.advice != "" {
			fmt.Fprintf(sys.stdout, "                    → %s\n", f.advice)
		}
	}
	if problems > 0 {
		fmt.Fprintf(sys.stdout, "\n%s\n", plural(problems, "problem"))
		return errReported
	}
	return nil
}

func checkSettings(s config.Server) []finding {
	err := s.Validate()
	if err == nil {
		return []finding{passed("settings", "valid")}
	}
	var all []finding
	for _, e := range splitErrors(err) {
		all = append(all, problem("settings", "hookline config show prints where each value comes from", "%s", message(e)))
	}
	return all
}

func checkData(s config.Server) finding {
	const what = "data"
	info, err := os.Stat(s.Data)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return checkParent(s.Data)
	case err != nil:
		return problem(what, "check its permissions, or set --data to another directory", "%s cannot be read: %v", s.Data, reason(err))
	case !info.IsDir():
		return problem(what, "set --data to a directory", "%s is not a directory", s.Data)
	}
	f, err := os.CreateTemp(s.Data, ".doctor-*")
	if err != nil {
		return problem(what, "run as its owner, or set --data to another directory", "%s cannot be written: %v", s.Data, reason(err))
	}
	name := f.Name()
	if err := errors.Join(f.Close(), os.Remove(name)); err != nil {
		return problem(what, "check the file system", "%s: %v", s.Data, err)
	}
	return passed(what, "%s can be written", s.Data)
}

// checkParent checks the directory in which the data directory would be created.
func checkParent(dir string) finding {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return problem("data", "set --data to a directory", "%s: %v", dir, err)
	}
	for parent := filepath.Dir(absolute); ; parent = filepath.Dir(parent) {
		info, err := os.Stat(parent)
		if errors.Is(err, os.ErrNotExist) && parent != filepath.Dir(parent) {
			continue
		}
		if err != nil || !info.IsDir() {
			return problem("data", "set --data to another directory", "%s does not exist and cannot be created in %s", dir, parent)
		}
		return finding{what: "data", state: dir + " does not exist yet; the first start creates it"}
	}
}

func checkLock(dir string) finding {
	if _, err := os.Stat(dir); err != nil {
		return passed("lock", "free")
	}
	if !locked(dir) {
		return passed("lock", "free: no server uses %s", dir)
	}
	f := clientFlags{Data: dir}
	if isHookline(f.base()) {
		return passed("lock", "a server uses %s and responds at %s", dir, f.base())
	}
	return problem("lock", "stop the process that locks "+filepath.Join(dir, lockFile)+", or set --data to another directory",
		"a process uses %s, but no server responds at %s", dir, f.base())
}

func checkSpace(s config.Server) finding {
	free, ok := freeBytes(existing(s.Data))
	switch {
	case !ok:
		return passed("space", "unknown on this system")
	case free < s.DiskReserve:
		return problem("space", "free some space, or lower --disk-reserve", "%d MiB are free; below %s, calls get 503",
			free/config.MiB, config.FormatSize(s.DiskReserve))
	default:
		return passed("space", "%d MiB free", free/config.MiB)
	}
}

// existing returns the nearest parent directory that exists.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

func checkToken(s config.Server) finding {
	const what = "token"
	name := filepath.Join(s.Data, tokenFile)
	switch {
	case s.Token != "":
		return passed(what, "set by --token or %s", envName("token"))
	case s.TokenFile != "":
		name = s.TokenFile
	}
	info, err := os.Stat(name)
	if errors.Is(err, os.ErrNotExist) && s.TokenFile == "" {
		return passed(what, "none yet; the first start creates %s", name)
	}
	if err == nil {
		_, err = readSmall(name)
	}
	if err != nil {
		return problem(what, "run as the user that runs the server, or set --token", "%s cannot be read: %v", name, reason(err))
	}
	if info.Mode().Perm()&0o077 != 0 {
		return problem(what, "chmod 600 "+name, "%s can be read by other users (%o)", name, info.Mode().Perm())
	}
	return passed(what, "%s", name)
}

func checkAddress(what, flag, address string) finding {
	l, err := net.Listen("tcp", address)
	if err == nil {
		_ = l.Close() // nothing was served
		return passed(what, "%s is free", address)
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		for _, scheme := range []string{"http://", "https://"} {
			if base := scheme + reachable(address); isHookline(base) {
				return passed(what, "a Hookline server responds at %s", base)
			}
		}
		return problem(what, "stop that program, or set "+flag+" to another address", "%s is used by another program", address)
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	return problem(what, "set "+flag+" to another address", "cannot listen on %s: %v", address, err)
}

// reachable converts a listen address to one that a client on this machine can connect to.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// isHookline reports whether a Hookline API answers at this address.
func isHookline(base string) bool {
	res, err := anyCertificate(2 * time.Second).Get(base + "/healthz")
	if err != nil {
		return false
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 64))
	return err == nil && res.StatusCode == http.StatusOK && string(text) == "hookline\n"
}

func checkDocuments(dir string) finding {
	const what = "documents"
	if dir == "" {
		return passed(what, "no --workflows directory")
	}
	bundle, problems, err := readDocuments(dir)
	if err != nil {
		return problem(what, "set --workflows to a directory", "%s cannot be read: %v", dir, reason(err))
	}
	if len(problems) > 0 {
		lines := make([]string, len(problems))
		for i, p := range problems {
			lines[i] = p.String()
		}
		return problem(what, "the server does not start with these documents", "%s", strings.Join(lines, "\n"))
	}
	return passed(what, "%s: %s", dir, counts(bundle))
}
