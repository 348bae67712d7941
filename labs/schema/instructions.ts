/** `instructions.md`: the situation, one `## task-id` section a task, `### After` inside it, `## outro` at the end. */
import type { Problem } from './problems.ts';

export interface TaskText {
  /** Markdown of the task. */
  readonly text: string;
  /** Markdown shown once it has passed; null when the author wrote none. */
  readonly after: string | null;
}

export interface Instructions {
  readonly intro: string;
  readonly outro: string | null;
  readonly tasks: Readonly<Record<string, TaskText>>;
}

interface Section {
  name: string;
  line: number;
  lines: string[];
}

/** @param taskIds Sections that must be there, and no others. */
export function parseInstructions(
  markdown: string,
  file: string,
  taskIds: readonly string[],
): { instructions: Instructions; sections: ReadonlyMap<string, number>; problems: Problem[] } {
  const [first, ...rest] = split(markdown);
  const problems: Problem[] = [];
  const sections = new Map<string, number>();
  const tasks: Record<string, TaskText> = {};
  let outro: string | null = null;
  const say = (line: number, message: string) => problems.push({ file, line, column: 1, message });

  const intro = trimLines(
    first!.lines.filter((line, index) => !(index === firstText(first!.lines) && /^# /.test(line))),
  );
  if (intro === '') say(1, 'the introduction is missing: text before the first section tells the situation');
  for (const section of rest) {
    if (sections.has(section.name)) say(section.line, `section "${section.name}" is there twice`);
    else if (section.name === 'outro') outro = trimLines(section.lines);
    else if (taskIds.includes(section.name)) {
      if (sections.has('outro')) say(section.line, `section "${section.name}" comes after the outro`);
      tasks[section.name] = taskText(section);
      if (tasks[section.name]!.text === '') say(section.line, `section "${section.name}" is empty`);
    } else say(section.line, `section "${section.name}" is not a task of this lab`);
    sections.set(section.name, section.line);
  }
  return { instructions: { intro, outro, tasks }, sections, problems };
}

function split(markdown: string): Section[] {
  const sections: Section[] = [{ name: '', line: 1, lines: [] }];
  let fence: string | null = null;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && (fence === null || mark.startsWith(fence))) fence = fence === null ? mark : null;
    const heading = fence === null ? /^## +(.+?)\s*$/.exec(line)?.[1] : undefined;
    if (heading !== undefined) sections.push({ name: heading, line: index + 1, lines: [] });
    else sections.at(-1)!.lines.push(line);
  }
  return sections;
}

function taskText(section: Section): TaskText {
  const at = section.lines.findIndex((line) => /^### +After\s*$/i.test(line));
  if (at < 0) return { text: trimLines(section.lines), after: null };
  return { text: trimLines(section.lines.slice(0, at)), after: trimLines(section.lines.slice(at + 1)) || null };
}

function firstText(lines: readonly string[]): number {
  return lines.findIndex((line) => line.trim() !== '');
}

function trimLines(lines: readonly string[]): string {
  return lines.join('\n').trim();
}
