package cli

import (
	"log/slog"

	"hookline.dev/hookline/internal/config"
)

// textual reports whether the log is written for people: if requested, or on a terminal.
func (sys *system) textual(format string) bool {
	return format == "text" || format == "auto" && isTerminal(sys.stderr)
}

// logger returns a logger that writes to stderr.
func (sys *system) logger(s config.Server) *slog.Logger {
	level := slog.LevelInfo
	_ = level.UnmarshalText([]byte(s.LogLevel)) // Validate has checked it
	options := &slog.HandlerOptions{Level: level}
	if sys.textual(s.LogFormat) {
		return slog.New(slog.NewTextHandler(raw(sys.stderr), options))
	}
	return slog.New(slog.NewJSONHandler(raw(sys.stderr), options))
}
