/** A report in the forms that other programs and people read: JUnit XML, Markdown, HTML. */
import type { CheckReport, LabReport, Outcome, TaskReport } from '../../main/shared/contracts/report.ts';

const marks: Record<Outcome, string> = { pass: '✓', fail: '✗', skip: '–', error: '!' };

/** One suite a task, one case a check: what continuous-integration servers show. */
export function toJUnit(report: LabReport): string {
  const all = report.tasks.flatMap((task) => task.checks);
  const attributes = `name="${xml(report.lab)}" ${counts(all)} time="${(report.durationMs / 1000).toFixed(3)}"`;
  const suites = report.tasks.map((task) => suite(report, task)).join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${attributes}>\n${suites}\n</testsuites>\n`;
}

function suite(report: LabReport, task: TaskReport): string {
  const cases = task.checks.map((check) => testCase(report, task, check)).join('\n');
  return `  <testsuite name="${xml(task.title)}" id="${xml(task.id)}" ${counts(task.checks)}>\n${cases}\n  </testsuite>`;
}

function testCase(report: LabReport, task: TaskReport, check: CheckReport): string {
  const head = `    <testcase classname="${xml(`${report.lab}.${task.id}`)}" name="${xml(check.id)}"`;
  if (check.outcome === 'pass') return `${head}/>`;
  if (check.outcome === 'skip') return `${head}><skipped message="${xml(check.message)}"/></testcase>`;
  const element = check.outcome === 'fail' ? 'failure' : 'error';
  const body = `expected: ${check.expected}\nfound: ${check.found}\nwhere: ${check.where}`;
  return `${head}><${element} message="${xml(check.message)}">${xml(body)}</${element}></testcase>`;
}

function counts(checks: readonly CheckReport[]): string {
  const of = (outcome: Outcome) => checks.filter((check) => check.outcome === outcome).length;
  return `tests="${checks.length}" failures="${of('fail')}" errors="${of('error')}" skipped="${of('skip')}"`;
}

export function toMarkdown(report: LabReport): string {
  const head = `# ${md(report.lab)}: ${report.passed ? 'passed' : 'not passed'}\n\n${score(report)} · seed ${md(report.seed)} · ${seconds(report)}\n`;
  const tasks = report.tasks.map((task) => {
    const lines = task.checks.map(
      (check) => `- ${marks[check.outcome]} ${md(check.message)}${check.outcome === 'pass' ? '' : detailsMd(check)}`,
    );
    return `\n## ${marks[task.outcome]} ${md(task.title)} (${task.points} of ${task.maxPoints})\n\n${lines.join('\n')}\n`;
  });
  return head + tasks.join('');
}

function detailsMd(check: CheckReport): string {
  return `\n  - expected: ${md(check.expected)}\n  - found: ${md(check.found)}\n  - where: ${md(check.where)}`;
}

/** A page of its own: no scripts, nothing loaded from elsewhere. */
export function toHtml(report: LabReport): string {
  const title = `${report.lab}: ${report.passed ? 'passed' : 'not passed'}`;
  const tasks = report.tasks.map(
    (task) =>
      `<section><h2>${marks[task.outcome]} ${html(task.title)} <small>${task.points} of ${task.maxPoints}</small></h2>\n<ul>\n${task.checks.map(checkHtml).join('\n')}\n</ul></section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${html(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}ul{list-style:none;padding:0}li{margin:.5rem 0}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem;margin:.25rem 0 0 1.5rem}dt{opacity:.7}dd{margin:0;font-family:ui-monospace,monospace;overflow-wrap:anywhere}small{font-weight:normal;opacity:.7}</style>
</head><body><h1>${html(title)}</h1>
<p>${html(score(report))} · seed ${html(report.seed)} · ${seconds(report)}</p>
${tasks.join('\n')}
</body></html>
`;
}

function checkHtml(check: CheckReport): string {
  const details = `<dl><dt>expected</dt><dd>${html(check.expected)}</dd><dt>found</dt><dd>${html(check.found)}</dd><dt>where</dt><dd>${html(check.where)}</dd></dl>`;
  return `<li class="${check.outcome}">${marks[check.outcome]} ${html(check.message)}${check.outcome === 'pass' ? '' : details}</li>`;
}

function score(report: LabReport): string {
  return `${report.score} of ${report.maxScore} points`;
}

function seconds(report: LabReport): string {
  return `${(report.durationMs / 1000).toFixed(1)} s`;
}

function md(text: string): string {
  const line = legal(text).replace(/\s*\n\s*/g, ' ');
  return line
    .replace(/[\\`*_[\]|#]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;');
}

function html(text: string): string {
  return legal(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function xml(text: string): string {
  return legal(text).replace(/[&<>"'\n\r\t]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Characters that XML 1.0 has no way to write are left out. */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '');
}
