package discord

import "sync"

// bounded is a map that forgets its oldest entry when it is full. It may be used from many goroutines.
type bounded[V any] struct {
	mu    sync.Mutex
	most  int
	m     map[string]V
	order []string // oldest first; may name what is gone
}

func newBounded[V any](most int) *bounded[V] { return &bounded[V]{most: most, m: map[string]V{}} }

func (b *bounded[V]) get(key string) (V, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	v, ok := b.m[key]
	return v, ok
}

func (b *bounded[V]) put(key string, v V) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, ok := b.m[key]; !ok {
		b.order = append(b.order, key)
	}
	b.m[key] = v
	for len(b.m) > b.most || len(b.order) > 2*b.most {
		delete(b.m, b.order[0])
		b.order = b.order[1:]
	}
}

// drop forgets key, and tells whether it was there.
func (b *bounded[V]) drop(key string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, ok := b.m[key]
	delete(b.m, key)
	return ok
}
