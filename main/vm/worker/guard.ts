export type Problem = (where: string, error: unknown) => void;

/**
 * Wraps a callback that v86 calls: an exception that got through would stop the emulator's loop in the middle of an
 * instruction's effects. It is reported, and the machine runs on.
 */
export function createGuard(report: Problem) {
  return <A extends unknown[], R>(name: string, fn: (...args: A) => R): ((...args: A) => R | undefined) => {
    let reported = 0;
    return (...args) => {
      try {
        return fn(...args);
      } catch (error) {
        // A callback that fails thousands of times a second is told once, then at every power of two.
        reported++;
        if ((reported & (reported - 1)) === 0) report(name, error);
        return undefined;
      }
    };
  };
}

export type Guard = ReturnType<typeof createGuard>;
