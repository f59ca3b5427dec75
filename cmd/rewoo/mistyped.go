package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"rewoo/config"
)

// unknownCommand says what was probably meant by a command that there is none of, with its flags or without, and by a word
// after help.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) > 1 && args[0] == "help" {
		args = args[1:]
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		return nil
	}
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
		if c.HasAlias(args[0]) {
			return nil
		}
	}
	for _, name := range append(names, "help") { // cobra's own
		if args[0] == name {
			return nil
		}
	}
	return usagef("there is no command %q; %s", args[0], config.DidYouMean(args[0], names))
}

// flagError puts what cobra says about a flag into words that help.
func flagError(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && len(unknown.GetSpecifiedName()) > 1 {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		name := unknown.GetSpecifiedName()
		return usagef("%s has no flag %q; %s", cmd.CommandPath(), name, config.DidYouMean(name, names))
	}
	if bare, ok := errors.AsType[*pflag.ValueRequiredError](err); ok && bare.GetFlag() != nil {
		return usagef("--%s lacks what belongs behind it: %s", bare.GetFlag().Name, bare.GetFlag().Usage)
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		switch wrong.GetFlag().Value.Type() {
		case "bool":
			return usagef("--%s is there or not; it takes no %s", wrong.GetFlag().Name, strconv.Quote(wrong.GetValue()))
		case "int64", "int":
			return usagef("--%s takes a number, not %s", wrong.GetFlag().Name, strconv.Quote(wrong.GetValue()))
		}
	}
	return usageError{err}
}

// helper is the command whose help is of use to who typed args.
func helper(root *cobra.Command, args []string) string {
	if len(args) > 0 {
		for _, c := range root.Commands() {
			if c.Name() == args[0] {
				return c.CommandPath()
			}
		}
	}
	return root.Name()
}

// meantFolder says how a folder is named, where words that a command does not take were probably one.
func meantFolder(cmd *cobra.Command, args []string) string {
	f := cmd.Flags().Lookup("flows")
	if f == nil {
		return ""
	}
	if whole := strings.Join(append([]string{f.Value.String()}, args...), " "); f.Changed && isFolder(whole) {
		return "; a name with a space in it stands in quotes: --flows " + shellWord(whole)
	}
	dir := args[0]
	if strings.HasSuffix(dir, ".yaml") {
		dir = filepath.Dir(dir)
	}
	if !f.Changed && isFolder(dir) {
		return "; a folder of yours goes behind --flows: --flows " + shellWord(dir)
	}
	return ""
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// amongShipped says where names come from while no folder was named: one's own are not looked at then.
func amongShipped(dir string) string {
	if dir != "" {
		return ""
	}
	return " among those that ship (your own come with --flows DIR)"
}

// unknownTranscript names the one that was probably meant. All of them would fill a screen.
func unknownTranscript(dir, file string, all []string) error {
	name, names := strings.TrimSuffix(file, ".txt"), []string(nil)
	for _, n := range all {
		names = append(names, strings.TrimSuffix(n, ".txt"))
	}
	hint := "rewoo test without a name plays and lists all"
	if n := config.Nearest(name, names); n != "" {
		hint = fmt.Sprintf("did you mean %q?", n)
	}
	if dir == "" && isFolder(name) {
		hint = "a folder of yours goes behind --flows: --flows " + shellWord(name)
	}
	return usagef("there is no transcript %s%s; %s", file, amongShipped(dir), hint)
}
