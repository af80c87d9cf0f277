package storetest

import (
	"testing"

	"hookline.dev/hookline/internal/clock"
	"hookline.dev/hookline/internal/store"
)

// Driver is a driver under test.
type Driver struct {
	// Open opens the store whose data is in dir. dir is empty the first time.
	Open func(dir string, o Options) (store.Store, error)
	// Blobs opens the blob store in dir. The suite passes it back in Options. nil means that the driver's store
	// keeps no blobs.
	Blobs func(dir string) (store.Blobs, error)
	// Snapshots is that of the store.Driver. nil means that the driver makes no snapshots.
	Snapshots *store.Snapshotter
	// Files means that the data is in files in dir, which can be copied while the store is open to simulate a
	// crash.
	Files bool
	// Places are the places at which the driver can fail on command. Without any, the suite injects no failures.
	Places []Place
	// Short reduces the number of places, and of other large sets of cases.
	Short bool
}

// stride returns the distance between the places that are tried.
func (d Driver) stride() int {
	if d.Short {
		return max(stride, shortStride)
	}
	return stride
}

// shortStride is the stride of a short run. It is prime, so that it does not coincide with a period in the
// workload.
const shortStride = 29

// Options are the suite's requirements for a store that it opens.
type Options struct {
	Clock clock.Clock
	// Inject is called at each Place of the driver, in the goroutine that writes.
	Inject func(Place) Fault
	// Blobs is the result of Driver.Blobs.
	Blobs store.Blobs
	// Reserve is the free space in bytes below which Accept refuses. 0 means no reserve.
	Reserve int64
}

// Place is a point at which a failure can be injected.
type Place string

// The places.
const (
	Statement Place = "statement" // before each statement of a transaction, including its beginning
	Commit    Place = "commit"    // before the transaction is committed
	Write     Place = "write"     // before bytes are written to the disk
	Sync      Place = "sync"      // before a sync
)

// Fault is a failure that is injected.
type Fault string

// The faults. After the first four the driver must behave as its database does on such an error, which may roll
// back the whole transaction.
const (
	None      Fault = ""
	Full      Fault = "full"
	IOError   Fault = "input/output error"
	NoMemory  Fault = "out of memory"
	Interrupt Fault = "interrupt"
	Panic     Fault = "panic"
)

// Run runs the suite against a driver.
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
		{"concurrent repeats", testConcurrentRepeats},
		{"keys", testKeys},
		{"blobs", testBlobs},
		{"retention", testRetention},
		{"commit", testCommit},
		{"child", testChild},
		{"operations", testOperations},
		{"filters", testFilters},
		{"queries", testQueries},
		{"bulk", testBulk},
		{"shared transactions", testSharedTransactions},
		{"several operations", testSeveralOps},
		{"created at", testCreatedAt},
		{"record files", testRecordFiles},
		{"rehearsal", testRehearsal},
		{"journal", testJournal},
		{"changes", testChanges},
		{"aggregates", testAggregates},
		{"claims", testClaims},
		{"begin", testBegin},
		{"leases", testLeases},
		{"cancel", testCancel},
		{"retry", testRetry},
		{"bulk actions", testBulkActions},
		{"catalog", testCatalog},
		{"versions", testVersions},
		{"drafts", testDrafts},
		{"samples", testSamples},
		{"collections", testCollections},
		{"channels", testChannels},
		{"variables", testVariables},
		{"audit", testAudit},
		{"users", testUsers},
		{"sessions", testSessions},
		{"api keys", testAPIKeys},
		{"redefine", testRedefine},
		{"history", testHistory},
		{"statistics", testStatistics},
		{"lists", testLists},
		{"steps", testSteps},
		{"records", testRecords},
		{"restart", testRestart},
		{"load", testLoad},
		{"snapshots", testSnapshots},
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
