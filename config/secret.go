package config

import (
	"fmt"
	"io"
	"log/slog"
)

const secretText = "[secret]"

// Secret is a text that nothing prints: not fmt with any verb, not a log, not JSON. It lies behind a closure, because a
// method cannot hide a field from whoever prints a struct around it.
type Secret struct{ reveal func() string }

// NewSecret hides s.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{func() string { return s }}
}

// Reveal gives the text, for the one who has to show it to a platform.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Empty says that there is none.
func (s Secret) Empty() bool { return s.reveal == nil }

func (s Secret) String() string { return secretText }

// Format covers every verb of fmt.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, secretText) }

// LogValue is what a log shows.
func (s Secret) LogValue() slog.Value { return slog.StringValue(secretText) }

// MarshalText is what JSON and YAML show.
func (s Secret) MarshalText() ([]byte, error) { return []byte(secretText), nil }
