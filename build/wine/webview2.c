// Stands in for Microsoft's installer of WebView2 in tests of setup, and is never
// shipped: it writes down how it was called, and what the true one leaves in the
// registry.
#include <windows.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
	char path[MAX_PATH];
	GetModuleFileNameA(NULL, path, MAX_PATH);
	strcat(path, ".called");
	FILE *f = fopen(path, "a");
	if (f == NULL) return 1;
	for (int i = 1; i < argc; i++) fprintf(f, "%s ", argv[i]);
	fclose(f);
	const char version[] = "131.0.2903.51";
	return RegSetKeyValueA(HKEY_CURRENT_USER,
		"Software\\Microsoft\\EdgeUpdate\\Clients\\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}", "pv", REG_SZ, version, sizeof version);
}
