package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode/utf8"

	"rewoo/config"
)

// newLog makes the log of a bot that runs: one record a line, in which nothing from outside can move the cursor, hide text or
// turn its direction.
func newLog(w io.Writer, c config.Log) *slog.Logger {
	level := map[string]slog.Level{"debug": slog.LevelDebug, "warn": slog.LevelWarn, "error": slog.LevelError}[c.Level] // info is 0
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: escapeAttr}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// escapeAttr makes text of everything that has no plain kind of its own, because what a handler makes of it is not escaped.
func escapeAttr(_ []string, a slog.Attr) slog.Attr {
	a.Key = escape(a.Key)
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(escape(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case slog.Level:
		case error:
			a.Value = slog.StringValue(escape(v.Error()))
		default:
			a.Value = slog.StringValue(escape(fmt.Sprint(v)))
		}
	}
	return a
}

// escape writes what cannot be seen as \uXXXX: controls, marks that turn the direction, signs without width, broken UTF-8.
func escape(s string) string {
	if strings.IndexFunc(s, unseen) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unseen(r) && r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		case unseen(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unseen(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0xad || r == 0x61c || r == 0x180e || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e ||
		r >= 0x2060 && r <= 0x206f || r == 0xfeff || r >= 0xfff9 && r <= 0xfffb || r >= 0xe0000 && r <= 0xe007f
}

// hush takes what libraries print by themselves. They repeat tokens and what people wrote, so it only counts the bytes.
type hush struct{ lg *slog.Logger }

func (h hush) Write(p []byte) (int, error) {
	h.lg.Debug("a library printed something, which is not shown", "bytes", len(p))
	return len(p), nil
}
