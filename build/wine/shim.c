/*
 * What a Go program needs and Wine 8 lacks. Built as bcryptprimitives.dll,
 * which every Go program loads before it does anything, and put into the
 * system folder of the Wine that runs our tests. It is never shipped.
 */
#include <stdint.h>
#include <string.h>
#include <windows.h>
#include <ntsecapi.h>
#include <winternl.h>

/* Go's only source of randomness. */
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
	while (size > 0) {
		ULONG part = size > 65536 ? 65536 : (ULONG)size;
		if (!RtlGenRandom(data, part))
			return FALSE;
		data += part;
		size -= part;
	}
	return TRUE;
}

/*
 * Windows without POSIX deletion says "not supported", and os.RemoveAll takes
 * the older way; Wine 8 says "not implemented", which Go takes for a failure.
 */
static NTSTATUS(NTAPI *set_information)(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, ULONG);

static NTSTATUS NTAPI set_information_or_decline(HANDLE file, PIO_STATUS_BLOCK io, PVOID info, ULONG size, ULONG what)
{
	const ULONG disposition_ex = 64;
	const NTSTATUS not_implemented = (NTSTATUS)0xC0000002, not_supported = (NTSTATUS)0xC00000BB;
	NTSTATUS status = set_information(file, io, info, size, what);
	return what == disposition_ex && status == not_implemented ? not_supported : status;
}

static FARPROC WINAPI get_proc_address(HMODULE module, LPCSTR name)
{
	FARPROC found = GetProcAddress(module, name);
	/* Below 64 kB it is a number and no name. */
	if (found == NULL || (uintptr_t)name < 0x10000 || strcmp(name, "NtSetInformationFile") != 0)
		return found;
	set_information = (void *)found;
	return (FARPROC)(void *)set_information_or_decline;
}

/* Go finds functions by the GetProcAddress that the program file imports. */
static void answer_for_get_proc_address(void)
{
	BYTE *base = (BYTE *)GetModuleHandleW(NULL);
	IMAGE_NT_HEADERS *head = (IMAGE_NT_HEADERS *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
	DWORD imports = head->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
	void *theirs = (void *)GetProcAddress(GetModuleHandleA("kernel32.dll"), "GetProcAddress");
	IMAGE_IMPORT_DESCRIPTOR *dll;
	if (imports == 0)
		return;
	for (dll = (IMAGE_IMPORT_DESCRIPTOR *)(base + imports); dll->FirstThunk != 0; dll++) {
		void **slot;
		for (slot = (void **)(base + dll->FirstThunk); *slot != NULL; slot++) {
			DWORD before;
			if (*slot != theirs || !VirtualProtect(slot, sizeof *slot, PAGE_READWRITE, &before))
				continue;
			*slot = (void *)get_proc_address;
			VirtualProtect(slot, sizeof *slot, before, &before);
		}
	}
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved)
{
	(void)self;
	(void)reserved;
	if (reason == DLL_PROCESS_ATTACH)
		answer_for_get_proc_address();
	return TRUE;
}
