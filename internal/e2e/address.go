package e2e

import (
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"testing"
)

// Ports lie below those that a system gives to outgoing calls, so that nobody
// takes the port of a program that is dead for a while.
const firstPort, ports = 10_000, 10_000

var nextPort atomic.Int64

// ownAddress is a free address of loopback that nothing else of this run is
// told to take.
func ownAddress(tb testing.TB) string {
	tb.Helper()
	var err error
	for range ports {
		address := fmt.Sprintf("127.0.0.1:%d", firstPort+(int64(os.Getpid())*37+nextPort.Add(1))%ports)
		var free net.Listener
		if free, err = net.Listen("tcp", address); err == nil {
			_ = free.Close() // it only tried
			return address
		}
	}
	tb.Fatalf("no free port: %v", err)
	return ""
}
