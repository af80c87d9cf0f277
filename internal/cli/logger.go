package cli

import (
	"log/slog"

	"hookline.dev/hookline/internal/config"
)

// textual reports whether the log is for people: as asked for, or on a terminal.
func (w *world) textual(format string) bool {
	return format == "text" || format == "auto" && isTerminal(w.stderr)
}

// logger returns the log, which goes to stderr.
func (w *world) logger(s config.Server) *slog.Logger {
	level := slog.LevelInfo
	_ = level.UnmarshalText([]byte(s.LogLevel)) // Validate has checked it
	options := &slog.HandlerOptions{Level: level}
	if w.textual(s.LogFormat) {
		return slog.New(slog.NewTextHandler(w.stderr, options))
	}
	return slog.New(slog.NewJSONHandler(w.stderr, options))
}
