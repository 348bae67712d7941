/**
 * Regular expressions that lab authors may use: a subset that can't run away. A quantified group holds no quantifier and
 * no alternative, there are no backreferences and no look-behind, and at most `maxUnbounded` long repetitions. Together
 * with the short lines that the grader matches (`maxLineChars`) that bounds the work to a small power of a small number.
 */
const maxLength = 200;
const maxUnbounded = 2;
/** A bounded repetition beyond this counts as unbounded. */
const shortRepetition = 20;
/** What the grader lets a pattern see of one line. */
export const maxLineChars = 1000;

/** @returns What is wrong with the pattern, null when it is fine. */
export function patternProblem(pattern: string): string | null {
  if (pattern.length > maxLength) return `is longer than ${maxLength} characters`;
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
  }
  if (/\(\?<[=!]/.test(pattern)) return 'uses look-behind, which the grader does not allow';
  if (/\\[1-9]|\\k</.test(pattern)) return 'uses a backreference, which the grader does not allow';
  return repetitionProblem(pattern);
}

interface Group {
  repeats: boolean;
  alternatives: boolean;
}

function repetitionProblem(pattern: string): string | null {
  const open: Group[] = [];
  let closed: Group | null = null;
  let unbounded = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(pattern.slice(at))?.[0];
    if (char === '(') {
      open.push({ repeats: false, alternatives: false });
      const kind = /^\(\?(?:[:=!]|<\w+>)/.exec(pattern.slice(at))?.[0];
      if (kind) at += kind.length - 1;
      closed = null;
    } else if (char === ')') {
      closed = open.pop() ?? null;
      const parent = open.at(-1);
      if (parent && closed?.repeats) parent.repeats = true;
    } else if (char === '|') {
      const group = open.at(-1);
      if (group) group.alternatives = true;
      closed = null;
    } else if (quantifier !== undefined) {
      const isOptional = quantifier.startsWith('?');
      if (!isOptional && closed?.repeats) return 'repeats a group that repeats inside, which can take for ever';
      if (!isOptional && closed?.alternatives) return 'repeats a group of alternatives, which can take for ever';
      const group = open.at(-1);
      if (group) group.repeats = true;
      if (isLong(quantifier)) unbounded++;
      if (unbounded > maxUnbounded) return `has more than ${maxUnbounded} repetitions such as * and +`;
      at += quantifier.length - 1;
      closed = null;
    } else {
      if (char === '\\') at++;
      else if (char === '[') at = classEnd(pattern, at);
      closed = null;
    }
  }
  return null;
}

function isLong(quantifier: string): boolean {
  if (/^[*+]|,\}/.test(quantifier)) return true;
  return Number(/(\d+)\}/.exec(quantifier)?.[1] ?? 0) > shortRepetition;
}

function classEnd(pattern: string, start: number): number {
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern.charAt(at) === '\\') at++;
    else if (pattern.charAt(at) === ']') return at;
  }
  return pattern.length;
}
