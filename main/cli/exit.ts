/** Exit statuses other programs rely on. */
export const EXIT = { pass: 0, failed: 1, usage: 2, internal: 3 } as const;
