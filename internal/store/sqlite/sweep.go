package sqlite

import "time"

// SweepBlobs removes blobs that no delivery names.
func (s *Store) SweepBlobs(before time.Time) (int, error) {
	if s.opts.Blobs == nil {
		return 0, nil
	}
	return s.opts.Blobs.Sweep(before, s.named)
}
