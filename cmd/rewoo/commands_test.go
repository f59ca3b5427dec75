package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every command says in one line what it is for, and has an example that begins with its own name; every flag says what it does.
func TestCommandsHaveExamples(t *testing.T) {
	seen := 0
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		for _, sub := range c.Commands() {
			walk(sub)
		}
		if c.Name() == "help" {
			return
		}
		seen++
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: its one line is %q", c.CommandPath(), c.Short)
		}
		if !strings.Contains(c.Example, c.CommandPath()) {
			t.Errorf("%s has no example: %q", c.CommandPath(), c.Example)
		}
		for line := range strings.Lines(c.Example) {
			if !strings.HasPrefix(line, "  ") {
				t.Errorf("%s: the example %q is not indented by two", c.CommandPath(), line)
			}
		}
	}
	walk(command())
	if seen < 15 {
		t.Errorf("only %d commands", seen)
	}
}

// What a shell offers for a flag is registered for a flag that exists.
func TestCompletionsBelongToFlags(t *testing.T) {
	c := checkCommand()
	if _, ok := c.GetFlagCompletionFunc("model"); !ok {
		t.Error("check --model offers nothing")
	}
}
