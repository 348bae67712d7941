import fc from 'fast-check';
import { PackageError } from '../../../../../../vm-images/userland/model/package/errors.ts';

/** The same damage in every run. */
export const FUZZ = { seed: 550, numRuns: 400 };

/** The bytes with one of them changed. */
export function flipped(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .record({ at: fc.nat(valid.length - 1), mask: fc.integer({ min: 1, max: 255 }) })
    .map(({ at, mask }) => valid.map((byte, index) => (index === at ? byte ^ mask : byte)));
}

/** The bytes cut off, with some changed, some taken out, or some put in. */
export function damaged(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(valid.length - 1);
  return fc.oneof(
    flipped(valid),
    at.map((end) => valid.slice(0, end)),
    fc.array(fc.tuple(at, fc.nat(255)), { minLength: 1, maxLength: 8 }).map((changes) => {
      const bytes = valid.slice();
      for (const [index, byte] of changes) bytes[index] = byte;
      return bytes;
    }),
    fc
      .tuple(at, fc.nat(40), fc.uint8Array({ maxLength: 40 }))
      .map(([start, gone, put]) => Uint8Array.from([...valid.slice(0, start), ...put, ...valid.slice(start + gone)])),
  );
}

/** The error of a call; anything but a PackageError fails the test, null is success. */
export function refusal(run: () => unknown): PackageError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof PackageError) return error;
    throw error;
  }
}
