package engine

import "sync"

// queue is the jobs that wait for a worker, oldest first, and the workers that wait for a job. Who sat
// down last gets up first: its stack is still in the processor's caches, and only as many workers are
// touched as there is work for. Places are reserved before a job is put, so the queue is bounded by them.
type queue struct {
	mu   sync.Mutex
	jobs []*job
	head int
	idle []chan<- *job // each has room for one job
}

// put gives a job to a worker, or lets it wait for one.
func (q *queue) put(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if n := len(q.idle); n > 0 {
		q.idle[n-1] <- j
		q.idle = q.idle[:n-1]
		return
	}
	if q.head > len(q.jobs)/2 {
		rest := copy(q.jobs, q.jobs[q.head:])
		clear(q.jobs[rest:])
		q.jobs, q.head = q.jobs[:rest], 0
	}
	q.jobs = append(q.jobs, j)
}

// get returns the oldest job. When there is none it is nil, and the next one comes through own.
func (q *queue) get(own chan<- *job) *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head == len(q.jobs) {
		q.idle = append(q.idle, own)
		return nil
	}
	j := q.jobs[q.head]
	q.jobs[q.head] = nil
	q.head++
	return j
}
