package journal

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"hookline.dev/hookline/internal/fault"
	"hookline.dev/hookline/internal/hook"
	"hookline.dev/hookline/internal/ident"
	"hookline.dev/hookline/internal/query"
	"hookline.dev/hookline/internal/store"
	"hookline.dev/hookline/internal/store/rowcodec"
	"hookline.dev/hookline/internal/store/rowmatch"
	"hookline.dev/hookline/internal/store/sqlite/conn"
	"hookline.dev/hookline/internal/store/sqlite/reader"
)

// Deliveries returns a page of deliveries, without their bodies and answers.
func (j *Journal) Deliveries(ctx context.Context, l store.Listing) (store.Page[hook.Delivery], error) {
	const op = "sqlite.Deliveries"
	before, err := check(op, l)
	if err != nil {
		return store.Page[hook.Delivery]{}, err
	}
	s := newLister[hook.Delivery](l, j.Clock.Now)
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) error {
		m, v := rowmatch.ForDeliveries(l.Query), versionsBy(r)
		m.Versions = v.of
		s.id, s.costly = deliveryID, m.NeedsBody()
		s.matches = func(d *hook.Delivery) (bool, error) { return j.matchesDelivery(r, s, &m, d) }
		low, until := span(l.Query)
		from, err := deliverySource(r, l, low)
		if err != nil {
			return err
		}
		return cmp.Or(s.read(r, from, min(before, until)), v.err)
	})
	return s.page, err
}

func deliveryID(d *hook.Delivery) ident.ID { return d.ID }

// matchesDelivery compares what the source does not guarantee.
func (j *Journal) matchesDelivery(r *reader.Reader, s *lister[hook.Delivery], m *rowmatch.Deliveries, d *hook.Delivery) (bool, error) {
	if s.Workflows != nil && !slices.Contains(s.Workflows, d.Workflow) || !m.Row(d) {
		return false, nil
	}
	if !m.NeedsBody() {
		return !m.NeedsCall() || m.Call(d), nil
	}
	whole, searched, err := j.searched(r, d.ID, true)
	if err != nil || !searched {
		if err == nil {
			s.page.Skipped++
		}
		return false, err
	}
	s.bytes += int64(whole.Request.Bytes())
	return m.Call(&whole), nil
}

const sqlDelivery = selectDelivery + fromDeliveries + ` WHERE id = ?1`

func readListed(s *conn.Stmt, d *hook.Delivery) { readDelivery(s, d) }

// by returns the part of a query of deliveries up to a condition, with the index that it uses.
func by(index, condition string) string {
	return strings.Replace(fromDeliveries, ` d `, ` d INDEXED BY `+index+` `, 1) + ` WHERE ` + condition
}

// deliverySource returns the narrowest index for a query.
func deliverySource(r *reader.Reader, l store.Listing, low ident.ID) (source[hook.Delivery], error) {
	if ids, ok := exactIDs(l.Query, "id"); ok {
		return &points[hook.Delivery]{sqlDelivery, ids, low, readListed}, nil
	}
	s := &ranges[hook.Delivery]{columns: strings.TrimPrefix(selectDelivery, "SELECT "), id: "d.id", low: low, read: readListed, idOf: deliveryID}
	if arms := executionArms(l.Query); arms != nil {
		s.arms = arms
		return s, nil
	}
	if arms := bucketArms(l.Query); arms != nil {
		oldest, newest, err := bounds(r)
		s.arms, s.low = arms, max(low, oldest)
		return &buckets[hook.Delivery]{*s, newest}, err
	}
	workflows, some := workflowsOf(l.Query, l.Workflows)
	if arms := refusedArms(l.Query, workflows, some); arms != nil && len(arms) <= maxArms {
		s.arms = arms
		return s, nil
	}
	if s.arms = []arm{{from: fromDeliveries + ` WHERE true`}}; some && len(workflows) <= maxArms {
		s.arms = nil
		for _, w := range workflows {
			s.arms = append(s.arms, arm{from: by("deliveries_workflow", `workflow = ?`), args: []any{w}})
		}
	}
	return s, nil
}

// executionArms returns the ranges of the calls of executions: the one that started each, and its repeats.
func executionArms(q query.Query) (arms []arm) {
	ids, ok := exactIDs(q, "execution")
	if !ok || 2*len(ids) > maxArms {
		return nil
	}
	for _, id := range ids {
		arms = append(arms, arm{from: fromDeliveries + ` WHERE d.id = (SELECT e.delivery FROM executions e WHERE e.id = ?)`, args: []any{id}},
			arm{from: by("deliveries_repeats", `outcome = 'repeat' AND execution = ?`), args: []any{id}})
	}
	return arms
}

// bucketArms returns the ranges of keys or addresses in one bucket, which is the first argument of each.
func bucketArms(q query.Query) (arms []arm) {
	if keys, ok := exact(q, "key"); ok && len(keys) <= maxKeys && !slices.Contains(keys, "") {
		for _, k := range keys {
			arms = append(arms, arm{from: by("deliveries_key", `id >> 44 = ? AND key_hash = ?`), args: []any{rowcodec.KeyHash(k)}})
		}
		return arms
	}
	if addresses, ok := exact(q, "ip"); ok && len(addresses) <= maxKeys {
		for _, a := range addresses {
			arms = append(arms, arm{from: by("deliveries_ip", `id >> 44 = ? AND request ->> 'ip' = ?`), args: []any{a}})
		}
	}
	return arms
}

// refusedArms returns the ranges of gates or outcomes that are rare; nil if the query does not say so.
func refusedArms(q query.Query, workflows []string, some bool) (arms []arm) {
	outcomes, ok := exact(q, "outcome")
	refused := ok && !slices.Contains(outcomes, string(hook.Accepted))
	if gates, ok := exact(q, "gate"); ok && !slices.Contains(gates, "accept") && !(refused && some) {
		for _, g := range gates {
			arms = append(arms, arm{from: by("deliveries_gate", `gate = ? AND gate <> 'accept'`), args: []any{g}})
		}
		return arms
	}
	if !refused {
		return nil
	}
	for _, o := range outcomes {
		if !some {
			arms = append(arms, arm{from: by("deliveries_refused", `outcome = ? AND outcome <> 'accepted'`), args: []any{o}})
		}
		for _, w := range workflows {
			arms = append(arms, arm{from: by("deliveries_workflow_refused", `workflow = ? AND outcome = ? AND outcome <> 'accepted'`), args: []any{w, o}})
		}
	}
	return arms
}

// Delivery reads one whole delivery. The error is of kind fault.NotFound if there is none.
func (j *Journal) Delivery(ctx context.Context, id ident.ID) (d hook.Delivery, err error) {
	const op = "sqlite.Delivery"
	err = j.Pool.Read(ctx, op, func(r *reader.Reader) (err error) {
		d, err = j.delivery(r, id)
		return err
	})
	if err == nil && d.ID == 0 {
		err = fault.New(op, fault.NotFound, "there is no delivery %s", id.Text(ident.Delivery))
	}
	return d, err
}
