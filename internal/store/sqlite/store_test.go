package sqlite_test

import (
	"testing"

	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/blobdir"
	"hookline.dev/hookline/internal/store/sqlite"
	"hookline.dev/hookline/internal/store/sqlite/disk"
	"hookline.dev/hookline/internal/store/sqlite/writer"
	"hookline.dev/hookline/internal/store/storetest"
)

// The result codes of the failures (https://sqlite.org/rescode.html).
const (
	codeNoMemory     = 7
	codeInterrupt    = 9
	codeInputOutput  = 10
	codeFull         = 13
	codeWriteFailed  = 10 | 3<<8
	codeSyncFailed   = 10 | 4<<8
	noReserve        = -1
	injectionMessage = "injected by a test"
)

func TestStore(t *testing.T) {
	storetest.Run(t, driver(sqlite.Options{}, storetest.Statement, storetest.Commit, storetest.Write, storetest.Sync))
}

// TestStoreOverSQLitesOwnFiles runs the short suite without package disk. Writes and syncs cannot be made to fail
// then.
func TestStoreOverSQLitesOwnFiles(t *testing.T) {
	d := driver(sqlite.Options{PlainDisk: true}, storetest.Statement, storetest.Commit)
	d.Short = true
	storetest.Run(t, d)
}

// driver returns a driver that opens stores with these options and can fail at these places.
func driver(options sqlite.Options, places ...storetest.Place) storetest.Driver {
	return storetest.Driver{
		Open: func(dir string, o storetest.Options) (store.Store, error) {
			so := options
			so.Dir, so.Clock, so.Reserve = dir, o.Clock, noReserve
			so.Blobs, _ = o.Blobs.(store.BlobFiles)
			if o.Reserve > 0 {
				so.Reserve = o.Reserve
			}
			if o.Inject != nil {
				so.Failpoint, so.Disk = failpoint(o.Inject), faulty(o.Inject)
			}
			return sqlite.Open(so)
		},
		Blobs:  func(dir string) (store.Blobs, error) { return blobdir.Open(dir, blobdir.Options{}) },
		Files:  true,
		Places: places,

		Snapshots: sqlite.Driver(nil).Snapshots,
	}
}

// failpoint injects faults at statements and commits.
func failpoint(inject func(storetest.Place) storetest.Fault) func(writer.Point) error {
	return func(p writer.Point) error {
		place := storetest.Statement
		switch p.Place {
		case writer.BeforeCommit:
			place = storetest.Commit
		case writer.AfterCommit:
			return nil
		}
		switch inject(place) {
		case storetest.Full:
			return writer.Injected(codeFull)
		case storetest.IOError:
			return writer.Injected(codeInputOutput)
		case storetest.NoMemory:
			return writer.Injected(codeNoMemory)
		case storetest.Interrupt:
			return writer.Injected(codeInterrupt)
		case storetest.Panic:
			panic(injectionMessage)
		default:
			return nil
		}
	}
}

// faulty injects faults into file operations.
func faulty(inject func(storetest.Place) storetest.Fault) disk.Fault {
	return func(o disk.Operation) int32 {
		place, code := storetest.Write, int32(codeWriteFailed)
		switch o.Kind {
		case disk.Sync:
			place, code = storetest.Sync, codeSyncFailed
		case disk.Truncate:
			return 0
		}
		switch inject(place) {
		case storetest.None:
			return 0
		case storetest.Full:
			return codeFull
		default:
			return code
		}
	}
}
