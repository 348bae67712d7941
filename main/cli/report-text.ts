import type { LabReport, Outcome } from '../shared/contracts/report.ts';

const MARKS: Record<Outcome, string> = { pass: '✓', fail: '✗', skip: '–', error: '!' };

/** A report for a terminal: one line a check, what was expected and found below those that did not pass. */
export function reportText(report: LabReport): string {
  const lines: string[] = [];
  for (const task of report.tasks) {
    lines.push(`${MARKS[task.outcome]} ${task.title}  ${task.points}/${task.maxPoints}`);
    for (const check of task.checks) {
      lines.push(`    ${MARKS[check.outcome]} ${check.message}`);
      if (check.outcome === 'fail' || check.outcome === 'error') {
        lines.push(
          `        expected ${check.expected}`,
          `        found    ${check.found}`,
          `        at       ${check.where}`,
        );
      }
    }
  }
  const seconds = (report.durationMs / 1000).toFixed(1);
  lines.push(
    '',
    `${report.passed ? 'Passed' : 'Not passed'}: ${report.score} of ${report.maxScore} points (${seconds} s, seed ${report.seed})`,
  );
  return lines.join('\n');
}
