import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EngineEvent,
  type EngineState,
  reduce,
  resumeState,
  startState,
  viewLab,
} from '../../../../labs/engine/index.ts';
import { sessionView } from '../../../../main/shared/contracts/api.ts';
import type { LabReport, Outcome } from '../../../../main/shared/contracts/report.ts';
import { sampleLab } from '../sample-lab.ts';

const lab = sampleLab();

function reportOf(outcomes: Record<string, Outcome>): Pick<LabReport, 'tasks'> {
  return {
    tasks: Object.entries(outcomes).map(([id, outcome]) => {
      const maxPoints = lab.tasks.find((task) => task.id === id)?.points ?? 0;
      return { id, title: id, outcome, points: outcome === 'pass' ? maxPoints : 0, maxPoints, checks: [] };
    }),
  };
}

const checked = (outcomes: Record<string, Outcome>, at = 1000): EngineEvent => ({
  type: 'checked',
  report: reportOf(outcomes),
  at,
});
const hint = (task: string, index: number, at = 500): EngineEvent => ({ type: 'hint', task, index, at });

function play(...events: EngineEvent[]): { state: EngineState; effects: string[] } {
  let state = startState(lab, 0);
  const effects: string[] = [];
  for (const event of events) {
    const next = reduce(lab, state, event);
    state = next.state;
    effects.push(...next.effects.map((effect) => effect.type));
  }
  return { state, effects };
}

describe('reduce', () => {
  it('gives a task its points when it passes', () => {
    const { state, effects } = play(checked({ first: 'pass' }));
    expect(state.tasks.first).toMatchObject({ state: 'passed', points: 2, passedAt: 1000 });
    expect(effects).toEqual(['task-passed', 'save']);
  });

  it('takes off what hints have cost, and nothing for those read afterwards', () => {
    expect(play(hint('first', 0), hint('first', 1), checked({ first: 'pass' })).state.tasks.first!.points).toBe(1);
    expect(play(checked({ first: 'pass' }), hint('first', 0), hint('first', 1)).state.tasks.first!.points).toBe(2);
  });

  it('charges a hint once', () => {
    const { state } = play(hint('first', 0), hint('first', 1), hint('first', 1), checked({ first: 'pass' }));
    expect(state.tasks.first).toMatchObject({
      points: 1,
      hints: [
        { index: 0, cost: 0 },
        { index: 1, cost: 1 },
      ],
    });
  });

  it('puts the hint cost in the report that it keeps', () => {
    const { state } = play(hint('first', 0), hint('first', 1), checked({ first: 'pass' }));
    expect(state.tasks.first!.report).toMatchObject({ points: 1, maxPoints: 2 });
  });

  it('refuses hints out of order, unknown hints and unknown tasks', () => {
    expect(() => play(hint('first', 1))).toThrow(expect.objectContaining({ code: 'engine.hint-order' }));
    expect(() => play(hint('first', 2))).toThrow(expect.objectContaining({ code: 'engine.unknown-hint' }));
    expect(() => play(hint('third', 0))).toThrow(expect.objectContaining({ code: 'engine.unknown-task' }));
    expect(() => play(checked({ third: 'pass' }))).toThrow(expect.objectContaining({ code: 'engine.unknown-task' }));
  });

  it('takes points back when a task that passed is broken again', () => {
    const { state, effects } = play(checked({ first: 'pass' }), checked({ first: 'fail' }, 2000));
    expect(state.tasks.first).toMatchObject({ state: 'failed', points: 0, passedAt: 1000 });
    expect(effects).toEqual(['task-passed', 'save', 'task-failed', 'save']);
  });

  it('keeps what was reached when a check could not be read', () => {
    for (const outcome of ['error', 'skip'] as const) {
      expect(play(checked({ first: 'pass' }), checked({ first: outcome })).state.tasks.first).toMatchObject({
        state: 'passed',
        points: 2,
      });
      expect(play(checked({ first: outcome })).state.tasks.first).toMatchObject({ state: 'open', points: 0 });
    }
  });

  it('is solved once every task has passed, also one by one', () => {
    const { state, effects } = play(checked({ first: 'pass' }), checked({ second: 'pass' }, 3000));
    expect(state.solvedAt).toBe(3000);
    expect(effects.filter((type) => type === 'lab-solved')).toHaveLength(1);
    expect(
      play(
        checked({ first: 'pass', second: 'pass' }),
        checked({ second: 'fail' }),
        checked({ second: 'pass' }),
      ).effects.filter((type) => type === 'lab-solved'),
    ).toHaveLength(1);
  });

  it('forgets results at a reset but not the hints that were read', () => {
    const { state } = play(hint('first', 0), hint('first', 1), checked({ first: 'pass', second: 'pass' }), {
      type: 'reset',
    });
    expect(state.solvedAt).toBeNull();
    expect(state.tasks.first).toMatchObject({ state: 'open', points: 0, report: null, passedAt: null });
    expect(state.tasks.first!.hints).toHaveLength(2);
    expect(reduce(lab, state, checked({ first: 'pass' })).state.tasks.first!.points).toBe(1);
  });

  it('does not change the state it was given', () => {
    const before = startState(lab, 0);
    const copy = JSON.stringify(before);
    reduce(lab, before, checked({ first: 'pass' }));
    expect(JSON.stringify(before)).toBe(copy);
  });
});

describe('a time limit', () => {
  const limited = sampleLab('1', (yaml) => yaml.replace('minutes: 10', 'minutes: 10\ntimeLimitMinutes: 1'));

  it('ends the scoring, not the teaching', () => {
    let state = startState(limited, 0);
    state = reduce(limited, state, checked({ first: 'pass' }, 59_999)).state;
    expect(state.timeUp).toBe(false);
    const late = reduce(limited, state, checked({ first: 'fail', second: 'pass' }, 60_000));
    expect(late.effects.map((effect) => effect.type)).toContain('time-up');
    expect(late.state.tasks.first).toMatchObject({ state: 'failed', points: 2 });
    expect(late.state.tasks.second).toMatchObject({ state: 'passed', points: 0 });
  });

  it('is told once, by a tick when nothing else happens', () => {
    const up = reduce(limited, startState(limited, 0), { type: 'tick', at: 70_000 });
    expect(up.effects.map((effect) => effect.type)).toEqual(['time-up', 'save']);
    expect(reduce(limited, up.state, { type: 'tick', at: 80_000 }).effects).toEqual([]);
  });
});

describe('resumeState', () => {
  it('continues from JSON', () => {
    const { state } = play(hint('first', 0), checked({ first: 'pass' }));
    expect(resumeState(JSON.parse(JSON.stringify(state)), lab)).toEqual(state);
  });

  it('opens tasks that are new and drops tasks that are gone', () => {
    const { state } = play(checked({ first: 'pass' }));
    const saved = { ...state, tasks: { first: state.tasks.first, gone: state.tasks.second } };
    const resumed = resumeState(saved, lab);
    expect(Object.keys(resumed.tasks)).toEqual(['first', 'second']);
    expect(resumed.tasks.second!.state).toBe('open');
  });

  it.each([
    [null],
    [{}],
    [{ ...startState(lab, 0), version: 2 }],
    [{ ...startState(lab, 0), seed: 'other' }],
    [{ ...startState(lab, 0), lab: 'other' }],
    ['text'],
  ])('refuses %j', (saved) => {
    expect(() => resumeState(saved, lab)).toThrow(expect.objectContaining({ code: 'engine.bad-state' }));
  });
});

describe('viewLab', () => {
  it('hides hints that were not taken and after-texts of open tasks', () => {
    const view = viewLab(lab, play(hint('first', 0)).state);
    expect(view.tasks[0]!.hints).toEqual([
      { cost: 0, text: lab.tasks[0]!.hints[0]!.text },
      { cost: 1, text: null },
    ]);
    expect(view.tasks[0]!.after).toBeNull();
    expect(view.outro).toBeNull();
    expect(view).toMatchObject({ score: 0, maxScore: 3, passed: false });
  });

  it('shows the after-text of a task that passed and the outro at the end', () => {
    const view = viewLab(lab, play(checked({ first: 'pass', second: 'pass' })).state);
    expect(view.tasks[0]!.after).toBe('Well done.');
    expect(view.outro).toBe('The end.');
    expect(view).toMatchObject({ score: 3, passed: true });
  });

  it('reveals the faults with the outro', () => {
    const faulty = sampleLab('1', (yaml) =>
      yaml.replace('tasks:', 'faults:\n  - { id: a, host: esx01, run: x, reveal: The cable was loose. }\ntasks:'),
    );
    const { state } = reduce(faulty, startState(faulty, 0), checked({ first: 'pass', second: 'pass' }));
    expect(viewLab(faulty, state).outro).toContain('- The cable was loose.');
    expect(JSON.stringify(viewLab(faulty, startState(faulty, 0)))).not.toContain('loose');
  });

  it('has the shape of the session API', () => {
    const view = {
      session: 's',
      savedAt: null,
      busy: null,
      hosts: [],
      ...viewLab(lab, play(checked({ first: 'fail' })).state),
    };
    expect(sessionView.safeParse(view).error).toBeUndefined();
  });
});

describe('any course of events', () => {
  const task = fc.constantFrom('first', 'second');
  const outcome = fc.constantFrom<Outcome>('pass', 'fail', 'skip', 'error');
  const event = fc.oneof(
    fc.dictionary(task, outcome, { minKeys: 1 }).map((outcomes) => checked(outcomes)),
    fc.tuple(task, fc.nat(1)).map(([id, index]) => hint(id, index)),
    fc.constant<EngineEvent>({ type: 'reset' }),
    fc.nat(100_000).map((at): EngineEvent => ({ type: 'tick', at })),
  );

  it('keeps the score within bounds and the state fit for saving', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), (events) => {
        let state = startState(lab, 0);
        for (const item of events) {
          try {
            state = reduce(lab, state, item).state;
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^engine\.(hint-order|unknown-hint)$/) });
          }
        }
        const view = viewLab(lab, state);
        expect(view.score).toBeGreaterThanOrEqual(0);
        expect(view.score).toBeLessThanOrEqual(view.maxScore);
        expect(view.outro !== null).toBe(view.passed);
        expect(resumeState(JSON.parse(JSON.stringify(state)), lab)).toEqual(state);
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});
