package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"rewoo/config"
)

type odd struct{ s string }

func (o odd) LogValue() slog.Value { return slog.GroupValue(slog.String("inner", o.s)) }

// Whatever is logged: one line, in which nothing moves the cursor, hides or turns.
func TestLogEscapes(t *testing.T) {
	evil := "a\nb\x1b[2J\u202ec\u2066d\u200be\u2028f\ufeffg\xffh\U000e0041\u0085i\x9bj"
	for _, format := range []string{"text", "json"} {
		var out bytes.Buffer
		lg := newLog(&out, config.Log{Level: "debug", Format: format}).With("with", evil).WithGroup("g")
		lg.Warn("m", "s", evil, "err", errors.New(evil), "wrapped", fmt.Errorf("x %w", errors.New(evil)), "any", []string{evil}, "struct", struct{ A string }{evil}, "odd", odd{evil},
			"bytes", []byte(evil), "at", time.Unix(0, 0), "group", slog.GroupValue(slog.String("k", evil)), "key\u202e"+evil, 1, "n", 5, "nil", nil)
		text := out.String()
		if strings.Count(text, "\n") != 1 || !strings.HasSuffix(text, "\n") || !utf8.ValidString(text) {
			t.Errorf("%s: %q", format, text)
		}
		for _, r := range strings.TrimSuffix(text, "\n") {
			if unseen(r) {
				t.Errorf("%s: U+%04X is in %q", format, r, text)
			}
		}
		for _, part := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s lost %q", format, part)
			}
		}
		if format == "json" && !json.Valid(out.Bytes()) {
			t.Errorf("no JSON: %s", text)
		}
	}
	for _, s := range []string{"", "plain", "Zoë שלום 你好 👋🏽", string(utf8.RuneError)} {
		if escape(s) != s {
			t.Errorf("%q became %q", s, escape(s))
		}
	}
	var out bytes.Buffer
	newLog(&out, config.Log{Level: "warn"}).Info("x")
	if out.Len() > 0 {
		t.Error("the level does nothing")
	}
}
