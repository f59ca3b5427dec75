package flows

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// condError is why an expression is refused.
type condError struct{ code, text, hint string }

func (e *condError) Error() string {
	if e.hint == "" {
		return e.text
	}
	return e.text + "; " + e.hint
}

func refuse(hint, format string, args ...any) *condError {
	return &condError{code: "F01", text: fmt.Sprintf(format, args...), hint: hint}
}

// compileCond reads an expression. The error is a plain sentence; it says nothing of pos, which the finding carries.
func compileCond(src string, pos Pos) (c *Cond, err error) {
	defer func() {
		if recover() != nil { // the parser is not ours
			c, err = nil, refuse("write it simpler", "this condition cannot be read")
		}
	}()
	if e := condShape(src); e != nil {
		return nil, e
	}
	tree, perr := parser.Parse(src)
	if perr != nil || tree == nil || tree.Node == nil {
		return nil, explainExpr(src, perr)
	}
	w := condWalk{}
	root, e := w.node(tree.Node)
	if e != nil {
		return nil, e
	}
	if _, e := (condTypes{}).of(root); e != nil {
		return nil, e
	}
	return &Cond{Src: src, Pos: pos, root: root, refs: w.refs}, nil
}

var (
	quotedText = regexp.MustCompile("'(?:[^'\\\\]|\\\\.)*'" + `|"(?:[^"\\]|\\.)*"`)
	inList     = regexp.MustCompile(`\bin\s*\[`)
	indexSign  = regexp.MustCompile(`[\w)\]']\s*\[`)
)

// condShape refuses what could make the parser work hard or recurse deep.
func condShape(src string) *condError {
	if strings.TrimSpace(src) == "" {
		return refuse(`write one, like "me.pulse <= 2"`, "the condition is empty")
	}
	if n := len([]rune(src)); n > maxCondChars {
		return refuse("split it over several steps", "this condition has %d characters, more than %d", n, maxCondChars)
	}
	bare := quotedText.ReplaceAllString(src, "''")
	switch {
	case strings.ContainsAny(bare, ";#") || strings.Contains(bare, "//") || strings.Contains(bare, "/*"):
		return refuse("remove what does not belong to it", "this condition holds a sign that is not part of the language")
	case indexSign.MatchString(inList.ReplaceAllString(bare, "in :")):
		return refuse("write names as me.pulse", "the sign [ is only for lists, as in me.pulse in [1, 2]")
	}
	depth := 0
	for _, r := range bare {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if depth > maxCondNested {
			return refuse("write it simpler", "this condition has more than %d brackets within each other", maxCondNested)
		}
	}
	return nil
}

// explainExpr words the commonest slips; the parser's own message is kept for the rest.
func explainExpr(src string, err error) *condError {
	has := func(s string) bool { return strings.Contains(src, s) }
	switch {
	case has("=<") || has("=>"):
		return refuse("write <= or >=", "the signs of a comparison are the wrong way round")
	case has(" = ") || (has("=") && !has("==") && !has("<=") && !has(">=") && !has("!=")):
		return refuse("write == to compare", "a single = compares nothing")
	case strings.Count(src, "'")%2 == 1 || strings.Count(src, `"`)%2 == 1:
		return refuse("close it", "a quote is opened and never closed")
	case strings.Count(src, "(") != strings.Count(src, ")"):
		return refuse("count them", "the brackets do not match")
	}
	hint := `write it like "me.pulse <= 2 and person.role == 'hurt'"`
	if err == nil {
		return refuse(hint, "this condition cannot be read")
	}
	msg, _, _ := strings.Cut(err.Error(), "\n")
	msg, _, _ = strings.Cut(msg, " (1:")
	return refuse(hint, "this condition cannot be read (%s)", msg)
}

// condWalk copies the parser's tree into ours, node by node, by an allow-list.
type condWalk struct {
	refs  []string
	nodes int
}

var condScopes = []string{"me", "person", "you", "couple", "item", recordScope}

func (w *condWalk) node(n ast.Node) (*condNode, *condError) {
	if w.nodes++; w.nodes > maxCondNodes {
		return nil, refuse("split it over several steps", "this condition has more than %d parts", maxCondNodes)
	}
	switch n := n.(type) {
	case *ast.IntegerNode:
		if n.Value > maxCondNumber || n.Value < -maxCondNumber {
			return nil, refuse("use smaller ones", "the number %d is too large", n.Value)
		}
		return &condNode{op: opInt, n: n.Value}, nil
	case *ast.StringNode:
		return &condNode{op: opStr, s: n.Value}, nil
	case *ast.ArrayNode:
		return w.join(opList, n.Nodes...)
	case *ast.MemberNode:
		name, e := w.name(n)
		if e != nil {
			return nil, e
		}
		return &condNode{op: opName, name: name}, nil
	case *ast.CallNode:
		return w.call(n)
	case *ast.BuiltinNode: // the parser knows a count of its own, which is another
		if n.Name == countScope {
			return w.count(n.Arguments)
		}
	case *ast.UnaryNode:
		return w.unary(n)
	case *ast.BinaryNode:
		return w.binary(n)
	}
	return nil, refuseNode(n)
}

func (w *condWalk) join(op condOp, nodes ...ast.Node) (*condNode, *condError) {
	out := &condNode{op: op}
	for _, n := range nodes {
		k, e := w.node(n)
		if e != nil {
			return nil, e
		}
		out.kids = append(out.kids, k)
	}
	return out, nil
}

// name reads a two-part name.
func (w *condWalk) name(n *ast.MemberNode) (string, *condError) {
	base, ok := n.Node.(*ast.IdentifierNode)
	prop, ok2 := n.Property.(*ast.StringNode)
	if !ok || !ok2 || n.Optional || n.Method || !namePattern.MatchString(prop.Value) {
		return "", refuse("names have two parts, like me.pulse", "this condition holds a name that is not of two parts")
	}
	if !slices.Contains(condScopes, base.Value) {
		return "", &condError{"F02", fmt.Sprintf("%s.%s: there is nothing called %q", base.Value, prop.Value, base.Value),
			"names start with me, person, you, couple, item or record"}
	}
	name := base.Value + "." + prop.Value
	if !slices.Contains(w.refs, name) {
		w.refs = append(w.refs, name)
	}
	return name, nil
}

func (w *condWalk) call(n *ast.CallNode) (*condNode, *condError) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || callee.Value != "known" {
		return nil, refuse("the only calls are known(me.x) and count(promise)", "this condition calls something")
	}
	if len(n.Arguments) == 1 {
		if m, ok := n.Arguments[0].(*ast.MemberNode); ok {
			name, e := w.name(m)
			if e != nil {
				return nil, e
			}
			return &condNode{op: opKnown, name: name}, nil
		}
	}
	return nil, refuse("write known(me.pulse)", "known takes one name")
}

// count reads count(kind) and count(kind.state): a name of its own, "count.kind.state".
func (w *condWalk) count(args []ast.Node) (*condNode, *condError) {
	name := ""
	if len(args) == 1 {
		switch arg := args[0].(type) {
		case *ast.IdentifierNode:
			name = arg.Value
		case *ast.MemberNode:
			base, ok := arg.Node.(*ast.IdentifierNode)
			prop, ok2 := arg.Property.(*ast.StringNode)
			if ok && ok2 && !arg.Optional && !arg.Method {
				name = base.Value + "." + prop.Value
			}
		}
	}
	if name == "" {
		return nil, refuse("write count(promise), or count(promise.open) for those in a state", "count takes one kind of record")
	}
	name = countScope + "." + name
	if !slices.Contains(w.refs, name) {
		w.refs = append(w.refs, name)
	}
	return &condNode{op: opName, name: name}, nil
}

func (w *condWalk) unary(n *ast.UnaryNode) (*condNode, *condError) {
	switch n.Operator {
	case "not":
		return w.join(opNot, n.Node)
	case "-":
		return w.join(opNeg, n.Node)
	case "!":
		return nil, refuse("write not", "the sign ! is not part of the language")
	}
	return nil, refuse("leave it out", "a sign %s stands alone", n.Operator)
}

func (w *condWalk) binary(n *ast.BinaryNode) (*condNode, *condError) {
	switch n.Operator {
	case "and", "or", "in", "==", "!=", "<", "<=", ">", ">=", "+", "-":
		return w.join(condOp(n.Operator), n.Left, n.Right)
	case "&&":
		return nil, refuse("write and", "the sign && is not part of the language")
	case "||":
		return nil, refuse("write or", "the sign || is not part of the language")
	}
	return nil, refuse("there are == != < <= > >= and or not in + -", "%q is not part of the condition language", n.Operator)
}

func refuseNode(n ast.Node) *condError {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return refuse(fmt.Sprintf("put a text in quotes, as '%s'; a name has two parts, like me.%s", n.Value, n.Value),
			"%q is neither a name nor a text", n.Value)
	case *ast.FloatNode:
		return refuse("use a whole number", "numbers have no fraction")
	case *ast.BoolNode:
		return refuse("compare with 'yes' or 'no'", "true and false are not part of the language")
	case *ast.NilNode:
		return refuse("write known(me.x)", "nil is not part of the language")
	case *ast.BuiltinNode:
		return refuse("the only calls are known(me.x) and count(promise)", "%s is not part of the condition language", n.Name)
	case *ast.ConditionalNode:
		return refuse("use a choose step", "if and ? are not part of the language")
	}
	return refuse("write it like \"me.pulse <= 2 and person.role == 'hurt'\"", "this condition uses something that is not part of the language")
}
