/** What com1 shows when start-up is over: both emulators are timed to it. */
export const BOOT_DONE_TEXT = 'ESXi Shell';
/** What com1 shows while the loader waits: ENTER ends that. */
export const COUNTDOWN_TEXT = 'Automatic boot in';
