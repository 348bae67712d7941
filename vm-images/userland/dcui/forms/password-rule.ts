/**
 * pam_passwdqc's rule with ESXi's `min=8,8,8,7,6`: shortest length for one character class, two classes, a passphrase,
 * three classes, four classes. A capital at the start and a digit at the end do not count as a class.
 */
const shortest = { one: 8, two: 8, passphrase: 8, three: 7, four: 6 };
const passphraseWords = 3;

/** @returns why the password is refused, as a sentence; empty when it is good. */
export function passwordProblem(wanted: string, user: string, old: string): string {
  if (wanted === '') return 'The new password is empty.';
  if (wanted === old) return 'The new password is the old one.';
  if (wanted.length > 40) return 'The new password is longer than 40 characters.';
  if (contains(wanted, user)) return 'The new password contains the login name.';
  if (old.length >= 4 && wanted.length - old.length < 4 && contains(wanted, old)) {
    return 'The new password is too similar to the old one.';
  }
  if (new Set(wanted).size < 4) return 'The new password repeats the same few characters.';
  const needed =
    [shortest.one, shortest.one, shortest.two, shortest.three, shortest.four][classes(wanted)] ?? shortest.one;
  const passphrase = wanted.split(/[^A-Za-z0-9]+/).filter((word) => word.length > 1).length >= passphraseWords;
  if (wanted.length >= needed || (passphrase && wanted.length >= shortest.passphrase)) return '';
  return (
    `The new password is too short for its mix of characters: with this mix it needs ${needed}. Small and capital ` +
    'letters, digits and other characters count as kinds, a capital at the start and a digit at the end do not; 7 ' +
    'characters do with three kinds, 6 with four.'
  );
}

function classes(password: string): number {
  const middle = password.replace(/^[A-Z]/, '').replace(/[0-9]$/, '');
  const found = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(middle)).length;
  return Math.max(1, found);
}

/** Ignoring case, forwards or backwards. */
function contains(password: string, part: string): boolean {
  if (part.length < 3) return false;
  const text = password.toLowerCase();
  const word = part.toLowerCase();
  return text.includes(word) || text.includes([...word].reverse().join(''));
}
