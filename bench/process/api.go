package process

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// maxAnswer is the largest response of the API, in bytes.
const maxAnswer = 256 << 20

// Get decodes a resource of the management API into out.
func (s *Server) Get(ctx context.Context, path string, out any) error {
	token, err := s.Token()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s: %s", path, res.Status, text)
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("GET %s: %w", path, err)
	}
	return nil
}

// Page is one page of a list of the API.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next"`
}

// pageSize is the largest page of the API.
const pageSize = 500

// Each calls do with every item of a list, newest first. path has no query.
func Each[T any](ctx context.Context, s *Server, path string, do func(T)) error {
	for before := ""; ; {
		query := fmt.Sprintf("%s?limit=%d", path, pageSize)
		if before != "" {
			query += "&before=" + before
		}
		var page Page[T]
		if err := s.Get(ctx, query, &page); err != nil {
			return err
		}
		for _, item := range page.Items {
			do(item)
		}
		if before = page.Next; before == "" {
			return nil
		}
	}
}

// Stats returns the server's counters by name.
func (s *Server) Stats(ctx context.Context) (map[string]int64, error) {
	var stats map[string]int64
	err := s.Get(ctx, "/api/stats", &stats)
	return stats, err
}

// Idle waits until no execution is queued or running.
func (s *Server) Idle(ctx context.Context) error {
	for {
		busy := 0
		for _, status := range []string{"queued", "running"} {
			var page Page[json.RawMessage]
			if err := s.Get(ctx, "/api/executions?limit=1&status="+status, &page); err != nil {
				return err
			}
			busy += len(page.Items)
		}
		if busy == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("executions are still under way: %w", ctx.Err())
		case <-time.After(pollEvery):
		}
	}
}
