package flows

import "time"

type scoring struct {
	get     func(name string) (Value, bool)
	history func(name string) []dated
	item    *Item
	list    *List
	taken   func(id string) time.Time
	at      time.Time
}
type dated struct {
	value Value
	at    time.Time
}
type scorer struct {
	reads   []string
	allowed func(s *scoring) bool
	score   func(s *scoring) int
}

var scorers = map[string]scorer{"ideas": {}}

func (l *List) sounds(text string) (string, bool) { return "", false }
