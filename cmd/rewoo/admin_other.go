//go:build !unix

package main

import "net"

func listenOwnerOnly(path string) (net.Listener, error) { return net.Listen("unix", path) }

func nobody(err error) bool { return err != nil }
