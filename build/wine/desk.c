// Stands in for an older guichet.exe in tests of setup, and is never shipped. It runs
// until it is asked to end by "--quit", and then writes "saved" beside itself. Beside
// a file named "stubborn" it does not end until that file is gone, and says so.
#include <windows.h>
#include <stdio.h>
#include <string.h>

static char folder[MAX_PATH];

static char *beside(const char *name) {
	static char path[2 * MAX_PATH];
	snprintf(path, sizeof path, "%s\\%s", folder, name);
	return path;
}

static int there(const char *name) { return GetFileAttributesA(beside(name)) != INVALID_FILE_ATTRIBUTES; }

static void leave(const char *name) {
	FILE *f = fopen(beside(name), "w");
	if (f) fclose(f);
}

int main(int argc, char **argv) {
	GetModuleFileNameA(NULL, folder, MAX_PATH);
	*strrchr(folder, '\\') = 0;
	if (argc > 1 && strcmp(argv[1], "--quit") == 0) {
		if (there("stubborn")) return 1;
		HANDLE asked = OpenEventA(EVENT_MODIFY_STATE, FALSE, "guichet-desk");
		if (asked == NULL) return 0;
		SetEvent(asked);
		CloseHandle(asked);
		for (int i = 0; i < 400; i++) {
			asked = OpenEventA(EVENT_MODIFY_STATE, FALSE, "guichet-desk");
			if (asked == NULL) return 0;
			CloseHandle(asked);
			Sleep(100);
		}
		return 1;
	}
	HANDLE asked = CreateEventA(NULL, TRUE, FALSE, "guichet-desk");
	if (there("stubborn")) {
		leave("runs");
		while (there("stubborn")) Sleep(50);
		return 0;
	}
	leave("runs");
	WaitForSingleObject(asked, INFINITE);
	Sleep(500); // a setup that does not wait is caught by this
	leave("saved");
	CloseHandle(asked);
	return 0;
}
