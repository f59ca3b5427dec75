package telegram

import (
	"errors"
	"regexp"
	"strings"
)

var (
	tokenForm  = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]{30,}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{32,256}$`)
)

// CheckToken tells whether token has the form of one. The error says what is wrong with it and quotes nothing of it.
func CheckToken(token string) error {
	switch {
	case tokenForm.MatchString(token):
		return nil
	case token == "":
		return errors.New("the Telegram token is empty; put the one that BotFather gave you into the token file")
	case strings.ContainsAny(token, " \t\r\n"):
		return errors.New("the Telegram token holds white space; the token file must hold the token and nothing else")
	}
	return errors.New("the Telegram token has not the form of one, digits, a colon and at least 30 letters, digits, _ or -; copy it from BotFather again")
}

// secret is behind a closure, so that no verb of fmt and no logger can print it.
type secret func() string

func hide(s string) secret { return func() string { return s } }

// botID is the part of a good token before the colon, which is no secret.
func botID(token string) string {
	id, _, _ := strings.Cut(token, ":")
	return id
}
