package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/blobdir"
	"hookline.dev/hookline/internal/store/sqlite"
)

// verifyData opens the data of the stopped server and checks blobs and records. calls maps each call to how
// often it was executed.
func (s *suite) verifyData(calls map[string]int) error {
	dir := filepath.Join(s.Data, "blobs")
	blobs, err := blobdir.Open(dir, blobdir.Options{})
	if err != nil {
		return err
	}
	db, err := sqlite.Open(sqlite.Options{Dir: s.Data, Blobs: blobs, Reserve: -1})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := s.verifyRecords(db, calls); err != nil {
		return err
	}
	return s.verifyBlobs(db, blobs, dir)
}

// verifyBlobs checks every blob that a delivery names. Then it sweeps, and checks that no other blob is left.
func (s *suite) verifyBlobs(db *sqlite.Store, blobs *blobdir.Dir, dir string) error {
	named := make(map[string]bool)
	err := eachDelivery(db, func(d *hook.Delivery) {
		sums := storedBy(d)
		if len(sums) != wanted(d.Workflow) {
			s.report.Broken++
			fmt.Fprintf(s.Log, "delivery %d of %s names %d blobs\n", d.ID, d.Workflow, len(sums))
		}
		for _, sum := range sums {
			if named[sum] {
				continue
			}
			named[sum] = true
			s.report.Blobs++
			if err := intact(blobs, sum); err != nil {
				s.report.Broken++
				fmt.Fprintf(s.Log, "blob %s of delivery %d: %v\n", sum, d.ID, err)
			}
		}
	})
	if err != nil {
		return err
	}
	if s.report.Swept, err = db.SweepBlobs(time.Unix(1<<40, 0)); err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !named[e.Name()] {
			s.report.Orphans++
			fmt.Fprintln(s.Log, "orphan:", path)
		}
		return err
	})
}

// eachDelivery calls f for every delivery.
func eachDelivery(db store.History, f func(*hook.Delivery)) error {
	q := store.Listing{Limit: store.MaxPage}
	for {
		page, err := db.Deliveries(context.Background(), q)
		if err != nil {
			return err
		}
		for i := range page.Items {
			f(&page.Items[i])
		}
		if page.Next == 0 {
			return nil
		}
		q.Before = page.Next
	}
}

// wanted returns how many blobs a delivery of a workflow must name.
func wanted(workflow string) int {
	switch workflow {
	case "calls-files", "calls-large":
		return 1
	default:
		return 0
	}
}

func storedBy(d *hook.Delivery) (sums []string) {
	if d.Request.Stored != "" {
		sums = append(sums, d.Request.Stored)
	}
	for _, f := range d.Request.Files {
		sums = append(sums, f.SHA256)
	}
	return sums
}

// intact checks that a blob's content matches its name.
func intact(blobs *blobdir.Dir, sum string) error {
	f, _, err := blobs.Open(sum)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != sum {
		return fmt.Errorf("its content has the hash %s", got)
	}
	return nil
}
