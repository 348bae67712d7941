/** Turns a reading into a check's report, in the words of a good colleague. */
import type { CheckReport } from '../../main/shared/contracts/report.ts';
import { type LabCheck, substitute } from '../schema/index.ts';
import { type Fact, type Reading, showFact } from './facts.ts';
import { describeExpectation, matches } from './matchers.ts';
import { describeWhere } from './probes.ts';

export function judge(check: LabCheck, id: string, reading: Reading): CheckReport {
  const expected = check.secret ? 'the right answer' : describeExpectation(check.expect);
  const where = describeWhere(check);
  if (!reading.ok) {
    if (reading.outcome === 'fail') {
      const { reason, found } = reading;
      return { id, outcome: 'fail', message: `${reason}. Its screen: ${found}`, expected, found, where };
    }
    const message =
      reading.outcome === 'skip' ? `Not looked at: ${reading.reason}.` : `This could not be read: ${reading.reason}.`;
    return { id, outcome: reading.outcome, message, expected, found: 'not read', where };
  }
  const passed = matches(reading.fact, check.expect);
  const found = showFact(reading.fact);
  const template = passed
    ? texts(check).pass
    : reading.fact === null
      ? (texts(check).absent ?? texts(check).fail)
      : texts(check).fail;
  const message = substitute(template ?? usual(check, passed, reading.fact), { found, expected });
  return { id, outcome: passed ? 'pass' : 'fail', message, expected, found, where };
}

function texts(check: LabCheck): { pass?: string | undefined; fail?: string | undefined; absent?: string | undefined } {
  return typeof check.message === 'string' ? { fail: check.message } : (check.message ?? {});
}

function usual(check: LabCheck, passed: boolean, fact: Fact): string {
  const later = check.after === 'now' ? '' : ` after the ${check.after}`;
  if (passed) return fact === null ? `As asked${later}: it is not there.` : `As asked${later}: {{found}}.`;
  return `Found {{found}}${later}; {{expected}} was asked.`;
}
