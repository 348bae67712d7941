import type { FactGroup } from './facts.ts';
import type { MenuId, MenuScreen, Screen } from './screens/types.ts';
import type { Effect, Request, State } from './state.ts';

/** One step of the view-model: screens write down here what they want changed; `reduce` makes the new state of it. */
export class Turn {
  readonly effects: Effect[] = [];
  #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  get facts(): State['facts'] {
    return this.#state.facts;
  }

  change(part: Partial<State>): void {
    this.#state = { ...this.#state, ...part };
  }

  push(screen: Screen): void {
    this.change({ screens: [...this.#state.screens, screen] });
  }

  openMenu(menu: MenuId, edit?: MenuScreen['edit']): void {
    this.push({ kind: 'menu', menu, selected: 0, ...(edit ? { edit } : {}) });
  }

  /** Takes screens off the top, never the front page. */
  pop(count = 1): void {
    const { screens } = this.#state;
    this.change({ screens: screens.slice(0, Math.max(1, screens.length - count)) });
  }

  /** The top screen becomes `screen`. */
  replace(screen: Screen): void {
    this.change({ screens: [...this.#state.screens.slice(0, -1), screen] });
  }

  /** Finds the nearest screen of a kind below the top, and changes it in place. */
  update<K extends Screen['kind']>(kind: K, change: (screen: Extract<Screen, { kind: K }>) => Screen): void {
    const screens = [...this.#state.screens];
    for (let at = screens.length - 1; at >= 0; at--) {
      const screen = screens[at];
      if (screen?.kind !== kind) continue;
      screens[at] = change(screen as Extract<Screen, { kind: K }>);
      this.change({ screens });
      return;
    }
  }

  notice(title: string, lines: string[], tone: 'plain' | 'error' = 'plain'): void {
    this.push({ kind: 'notice', title, lines, tone });
  }

  logOut(): void {
    this.change({ user: null, screens: this.#state.screens.slice(0, 1), typedAhead: [] });
    this.refresh('front');
  }

  /** Asks the edge; the answer goes to the screen that is on top when it comes. `title` is shown when it takes long. */
  request(request: Request, title: string, lines: string[] = ['Please wait.']): void {
    const id = this.#state.nextId;
    // Who turns the host off sees that at once; of the rest only what takes long.
    const visible = request.name === 'power' || request.name === 'system.reset';
    this.change({ nextId: id + 1, pending: { id, title, lines, visible } });
    this.effects.push({ type: 'request', id, request });
  }

  refresh(...groups: FactGroup[]): void {
    const { reading } = this.#state;
    const asked = groups.filter((group) => !reading.includes(group));
    if (asked.length === 0) return;
    this.change({ reading: [...reading, ...asked] });
    this.effects.push({ type: 'refresh', groups: asked });
  }
}
