package config

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
)

// maxSecret is how long a secret's file may be, in bytes.
const maxSecret = 4 << 10

// The forms of secrets. Whether one is right, only its platform knows.
var (
	telegramToken = regexp.MustCompile(`^[0-9]{3,20}:[A-Za-z0-9_-]{30,100}$`)
	discordToken  = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{4,16}\.[A-Za-z0-9_-]{20,128}$`)
	webhookSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{32,256}$`)
	keyForm       = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)
)

// credentialPrefix begins the value that names what systemd hands over.
const credentialPrefix = "credential:"

var credentialName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$`)

// secretFile is a key of rewoo.yaml that names a secret's file.
type secretFile struct {
	key   string // "telegram.token_file"
	at    place
	value string // as written
	form  *regexp.Regexp
	what  string // "a Telegram token"
	like  string // how it looks, and where it is from
	into  func(Secret)
}

// read reads the secret, or notes why not. What is in the file is never repeated.
func (s secretFile) read(base string, env func(string) string, log *findings) {
	path, credential := filepath.Join(base, s.value), false
	if filepath.IsAbs(s.value) {
		path = s.value
	}
	if name, ok := strings.CutPrefix(s.value, credentialPrefix); ok {
		dir := env("CREDENTIALS_DIRECTORY")
		if dir == "" {
			log.add(s.at, "start rewoo from a unit with LoadCredential=, or name a file", "%s: systemd handed over no credentials", s.key)
			return
		}
		path, credential = filepath.Join(dir, name), true
	}
	text, problem, hint := readSecret(path, credential)
	switch {
	case problem != "":
		log.add(s.at, hint, "%s: %s %s", s.key, shown(path), problem)
	case text == "":
		log.add(s.at, "put "+s.what+" into it, with an editor", "%s: %s is empty", s.key, shown(path))
	case strings.ContainsAny(text, "\r\n"):
		log.add(s.at, "put "+s.what+" into it as one line, and nothing else", "%s: %s has more than one line", s.key, shown(path))
	case !s.form.MatchString(text):
		log.add(s.at, s.like, "%s: %s does not hold %s", s.key, shown(path), s.what)
	default:
		s.into(NewSecret(text))
	}
}

// readSecret gives what is in the file, without white space around it.
func readSecret(path string, credential bool) (text, problem, hint string) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // opening a pipe must not wait
	if err != nil {
		return "", unreadable(err), wayIn(err, "make it, or name another file")
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", unreadable(err), "name another file"
	case !info.Mode().IsRegular():
		return "", "is not an ordinary file", "name a file"
	case !credential && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return "", "can be read or changed by others than its owner", "chmod 600 " + quoted(path)
	case info.Size() > maxSecret:
		return "", "is larger than 4 KiB", "is it the right file?"
	}
	b, err := io.ReadAll(io.LimitReader(f, maxSecret))
	if err != nil {
		return "", unreadable(err), "name another file"
	}
	return strings.TrimSpace(strings.TrimPrefix(string(b), "\ufeff")), "", "" // some editors begin with a mark
}

// quoted is a path for a shell.
func quoted(path string) string {
	if strings.ContainsAny(path, " '\"$`\\&;()<>|*?#~!") || secretLike.MatchString(path) {
		return "that file"
	}
	return path
}

// unreadable says why a file cannot be read, without the path that the system's error repeats.
func unreadable(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is not there"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read by this user"
	}
	return "cannot be read"
}

// wayIn is what to do about a file that cannot be read.
func wayIn(err error, otherwise string) string {
	if errors.Is(err, fs.ErrPermission) {
		return "run rewoo as the user who owns it, or change its owner"
	}
	return otherwise
}

// KeyBytes is the key as it is used; nil when there is none.
func (c *Config) KeyBytes() []byte {
	b, err := hex.DecodeString(c.Key.Reveal())
	if err != nil || len(b) == 0 {
		return nil
	}
	return b
}
