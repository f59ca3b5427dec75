package main

import (
	"strings"
	"testing"
	"time"
)

// b leaves and says so. Whether a, who gets a line of it, is silent shows in nothing that the log says of b, not even in how much
// there was to send.
func TestTheLogOfOneTellsNothingOfTheOther(t *testing.T) {
	var logs [2]string
	for k, silent := range []bool{false, true} {
		l := openStack(t, "log", time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
		l.couple([]string{"I was hurt", "I broke trust"})
		if silent {
			l.act("a", "/stop", "")
		}
		for _, what := range []string{"/partner", "[Leave and say so]", "[Leave and say so]"} {
			l.act("b", what, "")
		}
		if !l.phone.got("b", "You are on your own here now") || l.phone.got("a", "Something is waiting") == silent {
			t.Fatal("this is not the life that was meant")
		}
		l.end()
		logs[k] = l.logAbout("b")
	}
	if !strings.Contains(logs[0], "stack/b/") || logs[0] != logs[1] {
		t.Fatalf("a could be knocked at:\n%s\na is silent:\n%s", logs[0], logs[1])
	}
}
