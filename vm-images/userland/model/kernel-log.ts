/**
 * Facility (local0 of RFC 5424) of what the boot loader says in the VMkernel's name through the kernel's ring: the kernel's own
 * facility is not for programs.
 */
export const LOADER_FACILITY = 16;
