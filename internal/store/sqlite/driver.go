package sqlite

import "hookline.dev/hookline/internal/store"

// Driver returns the driver. change may adjust the options; it is for tests and benchmarks, the server passes
// nil.
func Driver(change func(*Options)) store.Driver {
	return store.Driver{
		Name:      "SQLite",
		Snapshots: snapshots(),
		Open: func(c store.Config) (store.Store, error) {
			o := Options{Dir: c.Dir, Reserve: c.Reserve, Blobs: c.Blobs}
			if change != nil {
				change(&o)
			}
			s, err := Open(o)
			if err != nil {
				return nil, err // do not return a nil *Store in an interface
			}
			return s, nil
		},
	}
}

var (
	_ store.DiskRoom  = (*Store)(nil)
	_ store.Metered   = (*Store)(nil)
	_ store.Snapshots = (*Store)(nil)
)
