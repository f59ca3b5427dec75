// Command rewoo is the program: flags, wiring and signals; and for who writes conversations what needs the player of transcripts, the
// page and a store at once: scenarios, saving what was played, and taking up what was changed. It decides nothing that a couple gets.
//
//	rewoo try       a page with two phones, to try everything without a token
//	rewoo init      writes the configuration of a bot
//	rewoo serve     runs it
//	rewoo status    asks it how it is
//	rewoo check     finds mistakes in flow files
//	rewoo fmt       puts flow files into the one form that all of them have
//	rewoo test      plays the transcripts of a library
//	rewoo schema    writes what editors check flow files by
//	rewoo new       begins a conversation
//	rewoo explain   says what a code of a finding means
//	rewoo graph     draws a conversation, or the map of all of them
//	rewoo version   says what this is
//
// Exit codes: 0 fine, 1 there are findings or something failed, 2 the command line makes no sense.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	_ "time/tzdata" // the last resort, where a machine has no zone data

	"github.com/spf13/cobra"

	"rewoo/config"
)

const (
	exitFine     = 0
	exitFindings = 1
	exitUsage    = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// errFindings has been reported already; it only carries the exit code.
var errFindings = errors.New("there are findings")

// usageError is a command line that makes no sense.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := command()
	root.SetArgs(goFlags(args))
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := unknownCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	var usage usageError
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "rewoo: %v\nTry: %s --help\n", err, helper(root, args))
		return exitUsage
	}
	fmt.Fprintf(stderr, "rewoo: %v\n", err)
	return exitFindings
}

// goFlags lets -update be written as go test's flag is.
func goFlags(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		if a == "-update" || a == "-json" {
			a = "-" + a
		}
		out[i] = a
	}
	return out
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "rewoo",
		Short: "A chat bot that walks two people through rebuilding trust, a minute or two a day",
		Example: `  rewoo try                             open a page with two phones and try it
  rewoo try --data ./days               the same, and keep everything there
  rewoo init --dir ./bot                write the configuration of a bot on Telegram or Discord
  rewoo serve --config bot/rewoo.yaml   run it; --check only looks for mistakes
  rewoo status --config bot/rewoo.yaml  ask it how it is
  rewoo new flow evening --flows ./my-flows   begin a conversation of your own
  rewoo check --flows ./my-flows        find the mistakes in it
  rewoo fmt ./my-flows                  put its files in order
  rewoo explain F11                     what a finding means
  rewoo test --flows ./my-flows         play the transcripts
  rewoo graph daily_checkin             draw a conversation
  rewoo schema --out ./my-flows/schema.json   what editors complete and check by`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version(),
		Args:          noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(flagError)
	root.SetVersionTemplate("{{.Version}}\n")
	root.AddCommand(tryCommand(), initCommand(), serveCommand(), statusCommand(), checkCommand(), fmtCommand(), testCommand(), newCommand(), explainCommand(), graphCommand(), schemaCommand(), versionCommand())
	completion(root)
	return root
}

// completion gives cobra's own command for shells the examples that all others have.
func completion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() != "completion" {
			continue
		}
		c.Short, c.Long = "Write what lets a shell complete commands, flags and names", ""
		c.Args = func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("rewoo completion writes for a shell; %s", config.DidYouMean(args[0], shells(c)))
			}
			return nil
		}
		c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() } // without it, nobody looks at Args
		c.Example = "  source <(rewoo completion bash)      for this shell; rewoo completion bash --help says how to keep it"
		for _, shell := range c.Commands() {
			shell.Short = "Write it for " + shell.Name()
			shell.Example = "  rewoo completion " + shell.Name() + " > rewoo." + shell.Name()
		}
	}
}

func shells(completion *cobra.Command) (names []string) {
	for _, c := range completion.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// noArgs refuses words that a command does not take.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no %q%s", cmd.CommandPath(), args[0], meantFolder(cmd, args))
	}
	return nil
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Say which rewoo this is",
		Example: "  rewoo version",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), version())
			return err
		},
	}
}

// version is what the build recorded about itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "rewoo (built without module information)"
	}
	v, revision, dirty := info.Main.Version, "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			revision = " " + s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = " with changes"
		}
	}
	if v == "" || v == "(devel)" {
		v = "development version"
	}
	return "rewoo " + v + revision + dirty + ", " + info.GoVersion
}
