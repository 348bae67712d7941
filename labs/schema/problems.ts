/** Problems of lab files, told as `file:line:column message`, and the positions they point at. */
import type { Document, LineCounter, Node, Pair } from 'yaml';
import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';

/** One mistake in a lab file. `line` and `column` begin at 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column} ${problem.message}`;
}

/** By file, then by place, the same mistake once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  const order = (a: Problem, b: Problem) =>
    (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column;
  return [...problems].sort(order).filter((problem) => {
    const text = formatProblem(problem);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

export type DataPath = readonly (string | number)[];

/** A YAML document that still knows where its values stand. */
export interface Located {
  /** @param part `key` points at the key of the last step, `value` at what it holds. Missing steps point at their parent. */
  at(path: DataPath, part?: 'key' | 'value'): { line: number; column: number };
}

export function locate(document: Document, counter: LineCounter): Located {
  return {
    at(path, part = 'value') {
      const offset = offsetOf(document, path, part);
      const { line, col } = counter.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

function offsetOf(document: Document, path: DataPath, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const found = child(node, step);
    if (!found) return offset;
    const wantsKey = part === 'key' && index === path.length - 1;
    const key = isPair(found) ? startOf(found.key) : undefined;
    node = isPair(found) ? found.value : found;
    offset = (wantsKey ? key : undefined) ?? startOf(node) ?? key ?? offset;
  }
  return offset;
}

function child(node: unknown, step: string | number): Pair | Node | undefined {
  if (isMap(node)) return node.items.find((pair) => keyText(pair.key) === String(step));
  if (isSeq(node)) return node.items[Number(step)] as Node | undefined;
  return undefined;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | null)?.range?.[0];
}

/** Where the offset `at` of a text stands. */
export function textPosition(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
