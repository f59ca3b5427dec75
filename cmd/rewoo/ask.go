package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// asker asks on a terminal, or reads answers from a pipe.
type asker struct {
	in    *bufio.Reader
	out   io.Writer
	quiet bool
	given func(flag string) bool
	tries int
	err   error
}

// tries is how often a question is put: what comes out of a pipe was meant for the question, and the next line for the next.
func tries(in io.Reader) int {
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&fs.ModeCharDevice != 0 {
			return 3
		}
	}
	return 1
}

// ask puts a question, and gives take what was said, or what stands in brackets. take returns what is wrong with it.
func (q *asker) ask(flag, question, or string, take func(string) string) {
	if q.err != nil {
		return
	}
	if q.quiet || q.given(flag) {
		if hint := take(or); hint != "" {
			q.err = usagef("--%s: %s", flag, hint)
		}
		return
	}
	prompt := question + " "
	if or != "" {
		prompt += "[" + or + "] "
	}
	for range q.tries {
		fmt.Fprint(q.out, prompt)
		line, err := q.in.ReadString('\n')
		if err != nil && err != io.EOF {
			q.err = fmt.Errorf("read the answer: %w", err)
			return
		}
		if err == io.EOF || !strings.HasSuffix(line, "\n") {
			fmt.Fprintln(q.out)
		}
		hint := take(cmp.Or(strings.TrimSpace(line), or))
		if hint == "" {
			return
		}
		fmt.Fprintln(q.out, "  That cannot be; "+hint+".")
		if err == io.EOF {
			break
		}
	}
	q.err = usagef("no answer to: %s", question)
}
