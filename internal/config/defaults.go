package config

import (
	"strconv"
	"strings"
	"time"
)

// The units of sizes, in bytes.
const (
	KiB = 1 << 10
	MiB = 1 << 20
	GiB = 1 << 30
)

// The defaults (SPEC §1, §10).
const (
	DefaultData   = "hookline-data"
	DefaultListen = "127.0.0.1:13000"

	DefaultMaxBody       = 10 * MiB
	DefaultMaxHeaders    = 64 * KiB
	DefaultMaxDepth      = 64
	DefaultHeaderTimeout = 10 * time.Second
	DefaultBodyTimeout   = 60 * time.Second
	DefaultIdleTimeout   = 120 * time.Second
	DefaultSyncTimeout   = 30 * time.Second
	DefaultWriteTimeout  = 30 * time.Second

	DefaultMaxConnections = 10_000
	DefaultMaxPerAddress  = 0 // half of the connections
	DefaultMinBodyRate    = KiB
	DefaultMemory         = 0 // what the cgroup allows
	DefaultBodyMemory     = 96 * MiB

	DefaultAuthFailures = 20
	DefaultAuthLockout  = time.Minute

	DefaultSessionIdle     = 24 * time.Hour
	DefaultSessionLifetime = 14 * 24 * time.Hour

	DefaultRetain        = 30 * 24 * time.Hour
	DefaultRetainBytes   = 10 * GiB
	DefaultRetainRefused = 7 * 24 * time.Hour
	DefaultRetainAudit   = 365 * 24 * time.Hour

	DefaultBacklog     = 100_000
	DefaultConcurrency = 512
	DefaultHandOff     = 4096
	DefaultDiskReserve = 256 * MiB
	DefaultGrace       = 30 * time.Second

	DefaultWorkflowShare = 50 // percent

	DefaultMaxNodes   = 500
	DefaultStepResult = MiB

	DefaultTemplateOutput = MiB
	DefaultJournalBytes   = 64 * MiB
	DefaultJournalSteps   = 100_000

	DefaultScriptWorkers = 0 // two per core
	DefaultScriptTimeout = 5 * time.Second
	DefaultScriptMemory  = 64 * MiB

	DefaultOutboundPerHost = 100

	DefaultTraceRatio = 1 // every call

	DefaultLogFormat = "auto"
	DefaultLogLevel  = "info"
)

// Default returns the default settings.
func Default() Server {
	return Server{
		Data:   DefaultData,
		Listen: DefaultListen,

		MaxBody:       DefaultMaxBody,
		MaxHeaders:    DefaultMaxHeaders,
		MaxDepth:      DefaultMaxDepth,
		HeaderTimeout: DefaultHeaderTimeout,
		BodyTimeout:   DefaultBodyTimeout,
		IdleTimeout:   DefaultIdleTimeout,
		SyncTimeout:   DefaultSyncTimeout,
		WriteTimeout:  DefaultWriteTimeout,

		MaxConnections: DefaultMaxConnections,
		MaxPerAddress:  DefaultMaxPerAddress,
		MinBodyRate:    DefaultMinBodyRate,
		Memory:         DefaultMemory,
		BodyMemory:     DefaultBodyMemory,

		AuthFailures: DefaultAuthFailures,
		AuthLockout:  DefaultAuthLockout,

		SessionIdle:     DefaultSessionIdle,
		SessionLifetime: DefaultSessionLifetime,

		Retain:        DefaultRetain,
		RetainBytes:   DefaultRetainBytes,
		RetainRefused: DefaultRetainRefused,
		RetainAudit:   DefaultRetainAudit,

		Backlog:     DefaultBacklog,
		Concurrency: DefaultConcurrency,
		HandOff:     DefaultHandOff,
		DiskReserve: DefaultDiskReserve,
		Grace:       DefaultGrace,

		WorkflowShare: DefaultWorkflowShare,

		MaxNodes:   DefaultMaxNodes,
		StepResult: DefaultStepResult,

		TemplateOutput: DefaultTemplateOutput,

		JournalBytes: DefaultJournalBytes,
		JournalSteps: DefaultJournalSteps,

		ScriptWorkers: DefaultScriptWorkers,
		ScriptTimeout: DefaultScriptTimeout,
		ScriptMemory:  DefaultScriptMemory,

		OutboundPerHost: DefaultOutboundPerHost,

		TraceRatio: DefaultTraceRatio,

		LogFormat: DefaultLogFormat,
		LogLevel:  DefaultLogLevel,
	}
}

// Vars returns the values of ${...} in the tags of Server: the defaults, by flag name with underscores for dashes.
func Vars() map[string]string {
	vars := make(map[string]string)
	for _, s := range Settings(Default(), nil) {
		vars[strings.ReplaceAll(s.Name, "-", "_")] = s.Value
	}
	return vars
}

// FormatSize formats bytes in the largest unit that represents them exactly, in the syntax of ParseSize.
func FormatSize(n int64) string {
	switch {
	case n != 0 && n%GiB == 0:
		return strconv.FormatInt(n/GiB, 10) + "GiB"
	case n != 0 && n%MiB == 0:
		return strconv.FormatInt(n/MiB, 10) + "MiB"
	case n != 0 && n%KiB == 0:
		return strconv.FormatInt(n/KiB, 10) + "KiB"
	default:
		return strconv.FormatInt(n, 10) + "B"
	}
}

// FormatDuration formats a duration in the largest unit that represents it exactly, in the syntax of
// ParseDuration.
func FormatDuration(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == 0:
		return "0s"
	case d%day == 0:
		return strconv.FormatInt(int64(d/day), 10) + "d"
	case d%time.Hour == 0:
		return strconv.FormatInt(int64(d/time.Hour), 10) + "h"
	case d%time.Minute == 0:
		return strconv.FormatInt(int64(d/time.Minute), 10) + "m"
	case d%time.Second == 0:
		return strconv.FormatInt(int64(d/time.Second), 10) + "s"
	case d%time.Millisecond == 0:
		return strconv.FormatInt(int64(d/time.Millisecond), 10) + "ms"
	default:
		return d.String()
	}
}
