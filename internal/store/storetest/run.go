package storetest

import (
	"testing"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/store"
)

// Driver is a driver under test.
type Driver struct {
	// Open opens the store whose data is in dir, an empty directory at first.
	Open func(dir string, o Options) (store.Store, error)
	// Blobs opens what keeps large content in dir. The suite hands it back in Options; nil: the driver's
	// store keeps none.
	Blobs func(dir string) (store.Blobs, error)
	// Files: the data are files in dir that may be copied while the store is open, the way a crash
	// would leave them.
	Files bool
	// Places lists where the driver can fail on command; none: no failures are tried.
	Places []Place
	// Short tries few of the places, and of whatever else there is a large number of.
	Short bool
}

// stride is the distance between the places that are tried.
func (d Driver) stride() int {
	if d.Short {
		return max(stride, shortStride)
	}
	return stride
}

// shortStride is the stride of a short run: prime, so that it does not keep step with what it goes through.
const shortStride = 29

// Options is what the suite asks of a store that it opens.
type Options struct {
	Clock clock.Clock
	// Inject is asked at each Place of the driver, by the goroutine that writes.
	Inject func(Place) Fault
	// Blobs is what Driver.Blobs returned.
	Blobs store.Blobs
	// Reserve is the free space in bytes below which Accept refuses; 0: none is kept.
	Reserve int64
}

// Place is where a failure is injected.
type Place string

// The places.
const (
	Statement Place = "statement" // before any statement of a transaction, its beginning included
	Commit    Place = "commit"    // before the transaction is committed
	Write     Place = "write"     // before bytes are given to the disk
	Sync      Place = "sync"      // before the disk is asked to keep them
)

// Fault is what happens there.
type Fault string

// The faults. After the first four the driver must behave as its database does by itself, which may
// mean that the whole transaction is gone.
const (
	None      Fault = ""
	Full      Fault = "full"
	IOError   Fault = "input/output error"
	NoMemory  Fault = "out of memory"
	Interrupt Fault = "interrupt"
	Panic     Fault = "panic"
)

// Run runs the suite.
func Run(t *testing.T, d Driver) {
	t.Helper()
	for _, group := range []struct {
		name string
		run  func(*testing.T, Driver)
	}{
		{"door", testDoor},
		{"answers", testAnswers},
		{"dedupe", testDedupe},
		{"repeats", testRepeats},
		{"twins", testTwins},
		{"keys", testKeys},
		{"blobs", testBlobs},
		{"retention", testRetention},
		{"commit", testCommit},
		{"operations", testOperations},
		{"filters", testFilters},
		{"queries", testQueries},
		{"pieces", testPieces},
		{"mates", testMates},
		{"several", testSeveral},
		{"created at", testCreatedAt},
		{"record files", testRecordFiles},
		{"journal", testJournal},
		{"changes", testChanges},
		{"aggregates", testAggregates},
		{"claims", testClaims},
		{"begin", testBegin},
		{"leases", testLeases},
		{"cancel", testCancel},
		{"retry", testRetry},
		{"catalog", testCatalog},
		{"collections", testCollections},
		{"redefine", testRedefine},
		{"history", testHistory},
		{"records", testRecords},
		{"restart", testRestart},
		{"load", testLoad},
		{"faults", testFaults},
		{"operation faults", testOperationFaults},
		{"closing", testClosing},
	} {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			group.run(t, d)
		})
	}
}
