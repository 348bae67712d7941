/** What com1 shows when start-up is over: both emulators are timed to it. */
export const BOOT_DONE_TEXT = 'ESXi Shell';
