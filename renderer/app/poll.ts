/** Something that is read again and again while somebody looks at it. */
export interface Poll {
  /** Reads soon: at once, or after the reading that is under way. */
  now(): void;
  stop(): void;
}

/**
 * Reads at once, then `everyMs` after each reading has ended, so that a slow answer never piles up requests.
 *
 * @param read Must not reject. @param isHidden Asked before each reading: none is done while nobody could see it.
 */
export function startPolling(read: () => Promise<void>, everyMs: number, isHidden: () => boolean): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let reading = false;
  let again = false;
  let stopped = false;
  const turn = async (): Promise<void> => {
    clearTimeout(timer);
    if (reading) {
      again = true;
      return;
    }
    if (stopped || isHidden()) return;
    reading = true;
    again = false;
    await read();
    reading = false;
    if (stopped) return;
    if (again) void turn();
    else timer = setTimeout(turn, everyMs);
  };
  void turn();
  return {
    now: () => void turn(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
