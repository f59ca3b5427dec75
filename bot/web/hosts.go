package web

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// hosts says under which names the page may be asked for. A site that points its own name at this machine (DNS
// rebinding) would otherwise be the page's own origin to a browser.
type hosts struct {
	listen string // the host that was listened on, lower case, without brackets
	anyIP  bool   // listening on all addresses: any literal address is one of ours, and cannot be rebound
}

// allowedHosts checks what is to be listened on, before anything is.
func allowedHosts(listen string, remote bool) (hosts, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return hosts{}, fmt.Errorf("listen on %q: not host:port; write it like 127.0.0.1:8080, with port 0 for any free one", listen)
	}
	if !remote && !isLoopback(host) {
		return hosts{}, fmt.Errorf("listen on %q: other machines could then read both phones and write in either name; "+
			"use %s, or add --allow-remote if that is meant", listen, net.JoinHostPort("127.0.0.1", port))
	}
	ip, err := netip.ParseAddr(host)
	return hosts{listen: strings.ToLower(host), anyIP: host == "" || err == nil && ip.IsUnspecified()}, nil
}

// isLoopback knows the name localhost and literal addresses; other names could mean anything by the time they are used.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback() || strings.EqualFold(host, "localhost")
}

// known says whether a Host header names this page. Its port does not matter: a forwarded one differs.
func (h hosts) known(header string) bool {
	host := header
	if name, port, err := net.SplitHostPort(header); err == nil {
		if port == "" || strings.Trim(port, "0123456789") != "" {
			return false
		}
		host = name
	} else if inner, ok := strings.CutPrefix(host, "["); ok {
		if host, ok = strings.CutSuffix(inner, "]"); !ok {
			return false
		}
	}
	if host == "" {
		return false
	}
	if isLoopback(host) || strings.EqualFold(host, h.listen) {
		return true
	}
	_, err := netip.ParseAddr(host)
	return h.anyIP && err == nil
}

// sameOrigin says whether an Origin header is that of the page itself, asked for under host.
func sameOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && strings.EqualFold(u.Host, host) &&
		u.User == nil && u.Path == "" && u.RawQuery == "" && u.Fragment == ""
}
