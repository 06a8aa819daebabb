//go:build !windows

package settings

// machineFile is the policy of this machine: only its administrator writes there.
const machineFile = "/etc/guichet/policy.json"

func machinePolicy() rules { return policyFile(machineFile) }
