package reader

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

func self() string {
	path, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return path
}

// childEnv is all that a child knows of its surroundings. Without SystemRoot no
// program of Windows starts.
func childEnv() []string {
	return []string{"GOTRACEBACK=none", "SystemRoot=" + os.Getenv("SystemRoot")}
}

// bind keeps a console from showing up; confine ends the child with its parent.
func bind(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NO_WINDOW | windows.BELOW_NORMAL_PRIORITY_CLASS}
}

// commits is how much more a child may have promised to it than in memory: what it has
// reserved counts as well. Whoever asks for more crashes; the watch is what tells why.
const commits = 3

// confine puts the child into a job that ends with this process, starts no other one,
// and gets no more memory than it may.
func confine(pid int, memory int64) (release func(), err error) {
	release = func() {}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return release, fmt.Errorf("make job: %w", err)
	}
	release = func() { _ = windows.CloseHandle(job) }
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE |
		windows.JOB_OBJECT_LIMIT_ACTIVE_PROCESS | windows.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION | windows.JOB_OBJECT_LIMIT_PROCESS_MEMORY
	info.BasicLimitInformation.ActiveProcessLimit = 1
	info.ProcessMemoryLimit = uintptr(commits * memory)
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		return release, fmt.Errorf("limit job: %w", err)
	}
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return release, fmt.Errorf("open child: %w", err)
	}
	defer windows.CloseHandle(process)
	if err := windows.AssignProcessToJobObject(job, process); err != nil {
		return release, fmt.Errorf("put child into its job: %w", err)
	}
	return release, nil
}

// resident is what a process has in memory, in bytes.
func resident(pid int) (int64, error) {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return 0, err
	}
	defer windows.CloseHandle(process)
	var counters memoryCounters
	counters.size = uint32(unsafe.Sizeof(counters))
	if ok, _, err := processMemory.Call(uintptr(process), uintptr(unsafe.Pointer(&counters)), uintptr(counters.size)); ok == 0 {
		return 0, err
	}
	return int64(counters.workingSet), nil
}

var processMemory = windows.NewLazySystemDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")

// memoryCounters is PROCESS_MEMORY_COUNTERS of psapi.h.
type memoryCounters struct {
	size, faults                                         uint32
	peakWorkingSet, workingSet                           uintptr
	peakPaged, paged, peakNonPaged, nonPaged, file, peak uintptr
}

func settle(string) {}
