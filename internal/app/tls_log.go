package app

import (
	"context"
	"log/slog"

	"go.uber.org/zap/zapcore"
)

// zapLog forwards the log of certmagic, which uses zap, to the server's log. Information from certmagic is
// logged at debug level; logEvent logs new certificates.
type zapLog struct{ log *slog.Logger }

// Enabled is part of zapcore.Core.
func (z *zapLog) Enabled(l zapcore.Level) bool {
	return z.log.Enabled(context.Background(), levelOf(l))
}

func levelOf(l zapcore.Level) slog.Level {
	switch {
	case l >= zapcore.ErrorLevel:
		return slog.LevelError
	case l == zapcore.WarnLevel:
		return slog.LevelWarn
	default:
		return slog.LevelDebug
	}
}

// With implements zapcore.Core.
func (z *zapLog) With(fields []zapcore.Field) zapcore.Core {
	return &zapLog{log: z.log.With(attributes(fields)...)}
}

// Check implements zapcore.Core.
func (z *zapLog) Check(e zapcore.Entry, into *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if z.Enabled(e.Level) {
		return into.AddCore(e, z)
	}
	return into
}

// Write implements zapcore.Core.
func (z *zapLog) Write(e zapcore.Entry, fields []zapcore.Field) error {
	z.log.Log(context.Background(), levelOf(e.Level), "certificates: "+e.Message, attributes(fields)...)
	return nil
}

// Sync implements zapcore.Core.
func (z *zapLog) Sync() error { return nil }

// attributes converts zap fields to slog arguments.
func attributes(fields []zapcore.Field) []any {
	encoder := zapcore.NewMapObjectEncoder()
	list := make([]any, 0, 2*len(fields))
	for _, f := range fields {
		f.AddTo(encoder)
		if v, ok := encoder.Fields[f.Key]; ok {
			list = append(list, f.Key, v)
		}
	}
	return list
}
