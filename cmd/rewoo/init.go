package main

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"rewoo/config"
)

const (
	configName = "rewoo.yaml"
	keyName    = "rewoo.key"
)

type initOptions struct {
	dir, platforms, data, openTo string
	accounts                     []string
	yes                          bool
	given                        func(flag string) bool
}

func initCommand() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Ask a few questions and write the configuration of a bot; never a token, and never over a file that is there",
		Example: `  rewoo init --dir ./bot
  rewoo init --dir ./bot --yes --platforms telegram,discord --account telegram:123456789`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.given = cmd.Flags().Changed
			return initialise(o, cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", ".", "folder to write into")
	f.StringVar(&o.platforms, "platforms", "telegram", "telegram, discord, or telegram,discord")
	f.StringArrayVar(&o.accounts, "account", nil, "your own account, like telegram:123456789; may be given once for each platform")
	f.StringVar(&o.data, "data", "data", "folder of everything that is remembered, relative to --dir")
	f.StringVar(&o.openTo, "open-to", config.Named, "who may come in: named (your accounts, and whoever holds a code from one of them) or anyone")
	f.BoolVar(&o.yes, "yes", false, "ask nothing")
	return cmd
}

// initialise asks what no flag says, and writes. It makes nothing before all is known, and replaces nothing.
func initialise(o initOptions, stdin io.Reader, stdout io.Writer) error {
	for _, name := range []string{configName, keyName} {
		path := filepath.Join(o.dir, name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already, and nothing is written over it; move it away, or name another folder with --dir", path)
		}
	}
	a, err := o.ask(&asker{in: bufio.NewReader(stdin), out: stdout, quiet: o.yes, given: o.given, tries: tries(stdin)})
	if err != nil {
		return err
	}
	data := a.Data
	if !filepath.IsAbs(data) {
		data = filepath.Join(o.dir, data)
	}
	holds, err := holdsFolder(data, o.dir)
	if err != nil {
		return err
	}
	if holds {
		return usagef("--data %s would hold the key as well, and the key must not lie with what it seals; name a folder below %s or elsewhere", a.Data, o.dir)
	}
	if err := writeAll(o.dir, data, a); err != nil {
		return err
	}
	nextSteps(stdout, o.dir, data, a)
	return nil
}

// holdsFolder tells whether dir is data or lies in it.
func holdsFolder(data, dir string) (bool, error) {
	data, err := filepath.Abs(data)
	if err != nil {
		return false, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return false, err
	}
	rel, err := filepath.Rel(data, dir)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)), nil
}

func (o initOptions) ask(q *asker) (config.Answers, error) {
	a := config.Answers{KeyFile: keyName}
	q.ask("platforms", "Which platforms: telegram, discord, or both as telegram,discord?", o.platforms, func(s string) string {
		a.Telegram, a.Discord = false, false
		for p := range strings.SplitSeq(strings.ReplaceAll(s, "both", "telegram,discord"), ",") {
			switch strings.TrimSpace(strings.ToLower(p)) {
			case "telegram":
				a.Telegram = true
			case "discord":
				a.Discord = true
			default:
				return "write telegram, discord, or telegram,discord"
			}
		}
		return ""
	})
	for _, s := range o.accounts {
		acc, hint := config.ParseAccount(s)
		if hint != "" {
			return a, usagef("--account: %s", hint)
		}
		a.Named = append(a.Named, acc)
	}
	for _, p := range []struct {
		name, title string
		on          bool
	}{{"telegram", "Telegram", a.Telegram}, {"discord", "Discord", a.Discord}} {
		if !p.on {
			continue
		}
		q.ask("account", "The number of your own account on "+p.title+" (empty: later; docs/operate.md says where to find it)", "", func(s string) string {
			if s == "" {
				return ""
			}
			acc, hint := config.ParseAccount(p.name + ":" + strings.TrimPrefix(s, p.name+":"))
			if hint == "" {
				a.Named = append(a.Named, acc)
			}
			return hint
		})
	}
	q.ask("data", "Where is everything remembered that people say?", o.data, func(s string) string { a.Data = s; return "" })
	q.ask("open-to", "Who may come in: named (you, and whoever holds a code from you) or anyone?", o.openTo, func(s string) string {
		if a.OpenTo = s; s != config.Named && s != config.Anyone {
			return "write named or anyone"
		}
		return ""
	})
	if len(a.Named) > 0 {
		a.Operator = a.Named[0]
	}
	for _, acc := range a.Named {
		if acc.Platform == "telegram" && !a.Telegram || acc.Platform == "discord" && !a.Discord {
			return a, usagef("--account: %s is not among the platforms", acc.Platform)
		}
	}
	return a, q.err
}

// writeAll makes the folders and the two files. What it made before something failed stays: it holds nothing yet.
func writeAll(dir, data string, a config.Answers) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("--dir %s: %w; name a folder that you may write to", dir, err)
	}
	if info, err := os.Stat(data); err == nil && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is open to others than its owner; chmod 700 it, or name another folder", data)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("the data folder: %w; name a folder that you may write to", err)
	}
	var key [32]byte
	rand.Read(key[:]) // never fails: it would end the process
	if err := writeNew(filepath.Join(dir, keyName), hex.EncodeToString(key[:])+"\n", 0o400); err != nil {
		return err
	}
	return writeNew(filepath.Join(dir, configName), config.Example(a), 0o600)
}

// writeNew writes a file that must not be there.
func writeNew(path, text string, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(path)
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func nextSteps(w io.Writer, dir, data string, a config.Answers) {
	path := filepath.Join(dir, configName)
	fmt.Fprintf(w, "\nWritten: %s\n         %s, for sealing what is stored. This version does not seal yet, and whoever reads\n           %s reads everything; later, without this key everything is lost. Keep a copy elsewhere.\n",
		path, filepath.Join(dir, keyName), data)
	fmt.Fprintln(w, "\nNow put each token into its file. With an editor it does not get into the history of your shell:")
	for _, p := range []struct {
		on   bool
		name string
	}{{a.Telegram, "telegram.token"}, {a.Discord, "discord.token"}} {
		if p.on {
			file := shellWord(filepath.Join(dir, p.name))
			fmt.Fprintf(w, "  install -m 600 /dev/null %s\n  ${EDITOR:-nano} %s\n", file, file)
		}
	}
	if len(a.Named) == 0 && a.OpenTo == config.Named {
		fmt.Fprintf(w, "Name your own account in %s, under people: named: and as operator:.\n", path)
	}
	fmt.Fprintf(w, "Then see that all is well, and start:\n  rewoo serve --check --config %s\n  rewoo serve --config %s\n", shellWord(path), shellWord(path))
}

// shellWord writes a path so that a shell takes it as one word, whatever is in it.
func shellWord(path string) string {
	if !strings.ContainsFunc(path, func(r rune) bool {
		return !strings.ContainsRune("/._-+,:@%", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
