package main

import (
	"errors"
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
