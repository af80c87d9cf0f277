package sqlite

import "time"

// SweepBlobs deletes blobs that no delivery or record names.
func (s *Store) SweepBlobs(before time.Time) (int, error) {
	if s.opts.Blobs == nil {
		return 0, nil
	}
	return s.opts.Blobs.Sweep(before, s.named)
}
