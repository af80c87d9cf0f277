package intake

import "sync"

// queue is the executions that wait for a worker, oldest first, and the workers that wait for one. The worker
// that became idle last works first: its stack is still in the processor's caches, and only as many workers are
// touched as there is work for. Places are reserved before anything is put, so the queue is bounded by them.
type queue struct {
	mu   sync.Mutex
	jobs []*job
	head int
	idle []chan<- *job // each has room for one job
}

// put gives a job to an idle worker, or appends it.
func (q *queue) put(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.give(j) {
		return
	}
	if q.head > len(q.jobs)/2 {
		rest := copy(q.jobs, q.jobs[q.head:])
		clear(q.jobs[rest:])
		q.jobs, q.head = q.jobs[:rest], 0
	}
	q.jobs = append(q.jobs, j)
}

// giveNow gives a job that has its slot already to an idle worker, if there is one.
func (q *queue) giveNow(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	j.hasSlot = true
	if !q.give(j) {
		j.hasSlot = false
		return false
	}
	return true
}

// give passes a job to the worker that became idle last. The lock is held.
func (q *queue) give(j *job) bool {
	n := len(q.idle)
	if n == 0 {
		return false
	}
	q.idle[n-1] <- j
	q.idle = q.idle[:n-1]
	return true
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
