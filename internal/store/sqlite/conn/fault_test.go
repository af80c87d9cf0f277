package conn_test

import (
	"testing"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/store/sqlite/conn"
)

func TestErrorsOfSQLiteAreToldApart(t *testing.T) {
	for code, kind := range map[int32]fault.Kind{
		conn.Full: fault.Unavailable, conn.IOErr: fault.Unavailable, conn.IOErr | 3<<8: fault.Unavailable, conn.NoMem: fault.Unavailable,
		conn.Interrupt: fault.Unavailable, conn.Busy: fault.Unavailable, conn.ReadOnlyDB | 1<<8: fault.Unavailable,
		conn.Corrupt: fault.Internal, conn.NotADB: fault.Internal, conn.Internal: fault.Internal,
	} {
		err := conn.Fault("op", &conn.Error{Code: code, Message: "x"})
		if !fault.Is(err, kind) || fault.Message(err) == "internal error" {
			t.Errorf("code %d: %v", code, err)
		}
	}
	if conn.Fault("op", nil) != nil {
		t.Error("no error became one")
	}
}
