package config

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"time"

	"hookline.dev/hookline/internal/fault"
)

// Limits of the settings, so that a typing mistake is an error and not an outage.
const (
	MostConcurrency   = 100_000
	MostBacklog       = 10_000_000
	MostDepth         = 1000
	MostNodes         = 10_000
	MostScriptWorkers = 1024
	MostScriptTimeout = 5 * time.Minute
	MostScriptMemory  = 256 * MiB
	// MostTemplateOutput is less than expr.MaxMemory, the memory of one evaluation.
	MostTemplateOutput = 16 * MiB
	MostBody           = 4 * GiB
	MostTimeout        = 24 * time.Hour
	MostConnections    = 1_000_000
	LeastMemory        = 64 * MiB
	MostBodyMemory     = 1024 * GiB
	MostAuthFailures   = 1_000_000
	MostRetain         = 3650 * 24 * time.Hour
	MostRetainBytes    = 1024 * 1024 * GiB
	LeastRetainBytes   = 64 * MiB
)

// Validate returns an error for every invalid setting, joined by errors.Join. Each is a fault.Invalid whose
// field is the flag.
func (s Server) Validate() error {
	var c checks
	c.address("listen", s.Listen, true)
	c.address("hooks-listen", s.Hooks, false)
	c.publicURL(s.PublicURL)
	c.when(s.Data == "", "data", "name a directory, e.g. --data ./hookline-data")
	c.when(s.Watch && s.Workflows == "", "watch", "there is nothing to watch: name the directory with --workflows DIR")
	c.when(s.Prune && s.Workflows == "", "prune", "there is nothing to prune: name the directory with --workflows DIR")
	c.when(s.Token != "" && s.TokenFile != "", "token-file", "give --token or --token-file, not both")
	c.when(s.Token != "" && len(s.Token) < MinToken, "token", "it is too short to be safe: use at least %d characters", MinToken)
	c.when(s.MetricsToken != "" && s.MetricsTokenFile != "", "metrics-token-file", "give --metrics-token or --metrics-token-file, not both")
	c.when(s.MetricsToken != "" && len(s.MetricsToken) < MinToken, "metrics-token", "it is too short to be safe: use at least %d characters", MinToken)
	c.when(s.MasterKey != "" && s.MasterKeyFile != "", "master-key-file", "give --master-key or --master-key-file, not both")
	c.when(s.MasterKeyPrevious != "" && s.MasterKeyPreviousFile != "", "master-key-previous-file", "give --master-key-previous or --master-key-previous-file, not both")
	c.when((s.MasterKeyPrevious != "" || s.MasterKeyPreviousFile != "") && s.MasterKey == "" && s.MasterKeyFile == "", "master-key-previous",
		"it is of use only with --master-key, which takes its place")
	c.when(s.Hooks != "" && s.Hooks == s.Listen && !anyPort(s.Listen), "hooks-listen", "it is the address of --listen: give it another, or omit it to serve both on one")
	c.secure(s)

	c.networks("trusted-proxies", s.TrustedProxies)
	c.networks("allow-ips", s.AllowIPs)
	c.proxyHeader(s)
	c.count("auth-failures", s.AuthFailures, 0, MostAuthFailures)
	c.duration("auth-lockout", s.AuthLockout)

	c.signIn(s)

	c.size("max-body", s.MaxBody, 1, MostBody)
	c.size("max-headers", s.MaxHeaders, 4*KiB, 16*MiB)
	c.count("max-depth", s.MaxDepth, 1, MostDepth)
	c.duration("header-timeout", s.HeaderTimeout)
	c.duration("body-timeout", s.BodyTimeout)
	c.duration("idle-timeout", s.IdleTimeout)
	c.duration("sync-timeout", s.SyncTimeout)
	c.duration("write-timeout", s.WriteTimeout)
	c.count("max-connections", s.MaxConnections, 1, MostConnections)
	c.count("max-connections-per-address", s.MaxPerAddress, 0, MostConnections)
	c.size("min-body-rate", s.MinBodyRate, 0, MiB)
	c.when(s.Memory != 0 && (s.Memory < LeastMemory || s.Memory > MostBodyMemory), "memory",
		"%s is out of range: use %s or more, or 0B for what the cgroup allows", FormatSize(s.Memory), FormatSize(LeastMemory))
	c.size("body-memory", s.BodyMemory, MiB, MostBodyMemory)

	c.count("backlog", s.Backlog, 1, MostBacklog)
	c.count("concurrency", s.Concurrency, 1, MostConcurrency)
	c.count("hand-off", s.HandOff, 1, MostConcurrency)
	c.size("disk-reserve", s.DiskReserve, 0, 1024*GiB)
	c.duration("shutdown-grace", s.Grace)
	c.count("workflow-share", s.WorkflowShare, 1, 100)

	c.retain("retain", s.Retain)
	c.retain("retain-refused", s.RetainRefused)
	c.retain("retain-audit", s.RetainAudit)
	c.when(s.RetainBytes != 0 && (s.RetainBytes < LeastRetainBytes || s.RetainBytes > MostRetainBytes), "retain-bytes",
		"%s is out of range: use %s or more, or 0B for no limit", FormatSize(s.RetainBytes), FormatSize(LeastRetainBytes))

	c.count("max-nodes", s.MaxNodes, 1, MostNodes)
	c.size("step-result", s.StepResult, KiB, GiB)
	c.size("template-output", s.TemplateOutput, KiB, MostTemplateOutput)
	c.size("journal-bytes", s.JournalBytes, KiB, 16*GiB)
	c.count("journal-steps", s.JournalSteps, 1, MostBacklog)

	c.count("script-workers", s.ScriptWorkers, 0, MostScriptWorkers)
	c.when(s.ScriptTimeout <= 0 || s.ScriptTimeout > MostScriptTimeout, "script-timeout",
		"%s is out of range: use more than 0 and at most %s", FormatDuration(s.ScriptTimeout), FormatDuration(MostScriptTimeout))
	c.size("script-memory", s.ScriptMemory, MiB, MostScriptMemory)

	c.networks("allow-outbound", s.AllowOutbound)
	c.ports("outbound-ports", s.OutboundPorts)
	c.count("outbound-connections-per-host", s.OutboundPerHost, 1, MostConnections)

	c.when(s.OTLPEndpoint != "" && !isBaseURL(s.OTLPEndpoint), "otlp-endpoint",
		"it is not a base URL: write scheme and host, e.g. http://127.0.0.1:4318; credentials belong into OTEL_EXPORTER_OTLP_HEADERS")
	c.when(!(s.TraceRatio >= 0 && s.TraceRatio <= 1), "trace-ratio", "%v is out of range: use 0 to 1, e.g. 0.1 for every tenth call", s.TraceRatio)

	c.oneOf("log-format", s.LogFormat, "auto", "text", "json")
	c.oneOf("log-level", s.LogLevel, "debug", "info", "warn", "error")
	return errors.Join(c.errs...)
}

// MinToken is the shortest token that an operator may choose, in characters.
const MinToken = 16

type checks struct{ errs []error }

func (c *checks) when(wrong bool, flag, format string, args ...any) {
	if wrong {
		c.errs = append(c.errs, fault.Field("config.Validate", "--"+flag, format, args...))
	}
}

func (c *checks) address(flag, text string, required bool) {
	if text == "" && !required {
		return
	}
	_, port, err := net.SplitHostPort(text)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	c.when(err != nil, flag, "%q is not an address: write host:port, e.g. %s, or :13000 for every interface", text, DefaultListen)
}

func (c *checks) publicURL(text string) {
	if text == "" {
		return
	}
	c.when(!isBaseURL(text), "public-url", "%q is not a base URL: write scheme and host, e.g. https://hooks.example.com", text)
}

// isBaseURL reports whether a text is an http or https URL to which a path can be appended, without a user name.
func isBaseURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "" && u.Fragment == "" && u.User == nil
}

func (c *checks) size(flag string, n, least, most int64) {
	c.when(n < least || n > most, flag, "%s is out of range: use %s to %s", FormatSize(n), FormatSize(least), FormatSize(most))
}

func (c *checks) count(flag string, n, least, most int) {
	c.when(n < least || n > most, flag, "%d is out of range: use %d to %d", n, least, most)
}

func (c *checks) duration(flag string, d time.Duration) {
	c.when(d <= 0 || d > MostTimeout, flag, "%s is out of range: use more than 0 and at most %s", FormatDuration(d), FormatDuration(MostTimeout))
}

func (c *checks) retain(flag string, d time.Duration) {
	c.when(d < 0 || d > MostRetain, flag, "%s is out of range: use at most %s, or 0s for forever", FormatDuration(d), FormatDuration(MostRetain))
}

func (c *checks) ports(flag string, list []string) {
	for _, text := range list {
		_, ok := port(text)
		c.when(!ok, flag, "%q is not a port: write a number from 1 to 65535, e.g. 443", text)
	}
}

// Ports parses a list of ports. It skips invalid ones, which Validate reports.
func Ports(list []string) []uint16 {
	var all []uint16
	for _, text := range list {
		if n, ok := port(text); ok {
			all = append(all, n)
		}
	}
	return all
}

func port(text string) (uint16, bool) {
	n, err := strconv.ParseUint(text, 10, 16)
	return uint16(n), err == nil && n > 0
}

func (c *checks) oneOf(flag, text string, names ...string) {
	if slices.Contains(names, text) {
		return
	}
	c.when(true, flag, "%q is unknown: use one of %q", text, names)
}

func anyPort(address string) bool {
	_, port, err := net.SplitHostPort(address)
	return err == nil && port == "0"
}
