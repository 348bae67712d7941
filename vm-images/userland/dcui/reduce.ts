import { keyConfirm } from './screens/confirm.ts';
import { answerForm, keyForm } from './screens/form.ts';
import { keyFront } from './screens/front.ts';
import { answerMenu, keyMenu, shownFacts } from './screens/menu.ts';
import { keyNotice } from './screens/notice.ts';
import { keyViewer, viewerOn } from './screens/viewer.ts';
import type { Answer, Effect, Event, Pending, State } from './state.ts';
import type { Key } from './terminal/keys.ts';
import { Turn } from './turn.ts';

export function initialState(size: { rows: number; columns: number }, resident: boolean): State {
  return {
    ...size,
    resident,
    reading: [],
    facts: {},
    user: null,
    screens: [{ kind: 'front' }],
    pending: null,
    typedAhead: [],
    nextId: 1,
  };
}

/** The whole of the DCUI's behaviour: what an event does to the state, and what the edge is to do about it. */
export function reduce(state: State, event: Event): { state: State; effects: Effect[] } {
  const turn = new Turn(state);
  apply(event, turn);
  readShownFacts(event, turn);
  return { state: turn.state, effects: turn.effects };
}

function apply(event: Event, turn: Turn): void {
  const { state } = turn;
  switch (event.type) {
    case 'key':
      onKey(event.key, turn);
      break;
    case 'answer':
      if (state.pending?.id === event.id) onAnswer(event.answer, turn);
      return;
    case 'failed':
      if (state.pending?.id !== event.id) return;
      turn.change({ pending: null, typedAhead: [] });
      turn.notice(state.pending.title, [event.message], 'error');
      break;
    case 'progress':
      if (state.pending?.id === event.id)
        turn.change({ pending: { ...state.pending, visible: true, lines: event.lines } });
      return;
    case 'slow':
      if (state.pending?.id === event.id) turn.change({ pending: { ...state.pending, visible: true } });
      return;
    case 'facts': {
      const known = { ...state.facts, ...event.facts };
      turn.change({ facts: known, reading: state.reading.filter((group) => !event.groups.includes(group)) });
      break;
    }
    case 'resize':
      turn.change({ rows: event.rows, columns: event.columns });
      break;
    case 'idle':
      // A running request ends first; the program tries again later.
      if (state.user !== null && state.pending === null) turn.logOut();
      else if (state.pending === null && state.screens.length > 1) turn.logOut();
      return;
  }
}

/** What the menu on top shows and nobody has read yet is read now. */
function readShownFacts(event: Event, turn: Turn): void {
  const top = turn.state.screens.at(-1);
  if (top?.kind !== 'menu' || turn.state.pending !== null || event.type === 'facts') return;
  const group = shownFacts(top, turn.state);
  if (group !== undefined && turn.facts[group] === undefined) turn.refresh(group);
}

function onKey(key: Key, turn: Turn): void {
  const { state } = turn;
  if (key === 'redraw') turn.effects.push({ type: 'redraw' });
  else if (key === 'ctrl-c' && !state.resident) turn.effects.push({ type: 'quit' });
  else if (state.pending?.final) turn.change({ pending: null });
  else if (state.pending !== null) turn.change({ typedAhead: [...state.typedAhead, key].slice(-64) });
  else toTop(key, turn);
}

function toTop(key: Key, turn: Turn): void {
  const top = turn.state.screens.at(-1);
  switch (top?.kind) {
    case 'front':
      keyFront(key, turn);
      break;
    case 'menu':
      keyMenu(top, key, turn);
      break;
    case 'form':
      keyForm(top, key, turn);
      break;
    case 'confirm':
      keyConfirm(top, key, turn);
      break;
    case 'notice':
      keyNotice(top, key, turn);
      break;
    case 'viewer':
      keyViewer(top, key, turn);
      break;
  }
}

/** The answer goes to the screen on top; then the keys that were typed meanwhile, as long as no new request runs. */
function onAnswer(answer: Answer, turn: Turn): void {
  const { pending } = turn.state;
  turn.change({ pending: null });
  if (answer.name === 'facts.read') turn.change({ facts: { ...turn.facts, ...answer.output.facts } });
  const top = turn.state.screens.at(-1);
  if (answer.name === 'power' || answer.name === 'system.reset') afterPower(pending, answer, turn);
  else if (top?.kind === 'form') answerForm(top, answer, turn);
  else if (top?.kind === 'menu') answerMenu(top, answer, turn);
  else if (top?.kind === 'viewer' && answer.name === 'log.read') {
    turn.replace({ ...viewerOn(top.title, top.path, answer.output.lines, turn.state.rows), search: top.search });
  }
  while (turn.state.pending === null) {
    const [key, ...rest] = turn.state.typedAhead;
    if (key === undefined) return;
    turn.change({ typedAhead: rest });
    toTop(key, turn);
  }
}

/** When it worked the box stays as it is, for init draws on the same screen from now on. */
function afterPower(
  pending: Pending | null,
  answer: Extract<Answer, { name: 'power' | 'system.reset' }>,
  turn: Turn,
): void {
  turn.logOut();
  if (answer.output.problem !== '') turn.notice('Shut Down/Restart', [answer.output.problem], 'error');
  else if (pending !== null) turn.change({ pending: { ...pending, final: true } });
}
