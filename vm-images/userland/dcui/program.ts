import type { FactGroup, Facts } from './facts.ts';
import { initialState, reduce } from './reduce.ts';
import { render } from './render.ts';
import type { Answer, Effect, Event, Request, State } from './state.ts';
import { KeyDecoder } from './terminal/keys.ts';
import { Painter } from './terminal/painter.ts';
import type { Look } from './terminal/styles.ts';

/** What joins the view-model to a terminal, a clock and a host. */
export interface Surroundings {
  write(text: string): void;
  look: Look;
  size: { rows: number; columns: number };
  /** How long after ESC more of a sequence may come. */
  escapeDelayMs: number;
  resident: boolean;
  /** @returns cancels it. */
  after(ms: number, action: () => void): () => void;
  readFacts(groups: FactGroup[]): Promise<Facts>;
  serve(request: Request, progress: (lines: string[]) => void): Promise<Answer>;
  /** UserVars.DcuiTimeOut; 0 = never. */
  idleSeconds(): number;
  quit(): void;
}

/** A request that takes longer than this gets a box on the screen. */
const slowMs = 400;
/** The front page follows the host: addresses, links, warnings. */
const frontMs = 5_000;
const waitingForDhcpMs = 1_000;

/** The running DCUI: bytes in, pictures out. */
export class Program {
  readonly #around: Surroundings;
  readonly #decoder = new KeyDecoder();
  readonly #painter: Painter;
  #state: State;
  #cancelEscape = () => {};
  #cancelIdle = () => {};
  #cancelFront = () => {};

  constructor(around: Surroundings) {
    this.#around = around;
    this.#painter = new Painter(around.look);
    this.#state = initialState(around.size, around.resident);
  }

  get state(): State {
    return this.#state;
  }

  start(): void {
    this.#around.write(this.#around.look.open);
    this.#paint();
    this.refreshFront();
    this.#run({ type: 'refresh', groups: ['keyboard'] });
  }

  /** Text from the keyboard. */
  typed(text: string): void {
    this.#cancelEscape();
    this.#keys(this.#decoder.feed(text));
    if (!this.#decoder.waiting) return;
    this.#cancelEscape = this.#around.after(this.#around.escapeDelayMs, () => this.#keys(this.#decoder.flush()));
  }

  resized(size: { rows: number; columns: number }): void {
    this.#painter.invalidate();
    this.#dispatch({ type: 'resize', ...size });
  }

  /** Reads the front page's facts now, and again after a while for as long as it is shown. */
  refreshFront(): void {
    this.#cancelFront();
    this.#around.readFacts(['front']).then((facts) => {
      this.#dispatch({ type: 'facts', groups: ['front'], facts });
      const wait = facts.front?.waitingForDhcp ? waitingForDhcpMs : frontMs;
      this.#cancelFront();
      this.#cancelFront = this.#around.after(wait, () => this.#keepFront());
    });
  }

  #keepFront(): void {
    if (this.#state.screens.length === 1 && this.#state.pending === null) this.refreshFront();
    else this.#cancelFront = this.#around.after(frontMs, () => this.#keepFront());
  }

  #keys(keys: string[]): void {
    if (keys.length === 0) return;
    for (const key of keys) this.#step({ type: 'key', key });
    this.#paint();
    this.#watchIdle();
  }

  #watchIdle(): void {
    this.#cancelIdle();
    if (this.#state.screens.length === 1) return;
    const seconds = this.#around.idleSeconds();
    if (seconds === 0) return;
    this.#cancelIdle = this.#around.after(seconds * 1000, () => {
      this.#dispatch({ type: 'idle' });
      this.#watchIdle();
    });
  }

  #dispatch(event: Event): void {
    this.#step(event);
    this.#paint();
  }

  #step(event: Event): void {
    const { state, effects } = reduce(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: Effect): void {
    switch (effect.type) {
      case 'request':
        this.#request(effect.id, effect.request);
        break;
      case 'refresh':
        this.#around.readFacts(effect.groups).then((facts) => {
          this.#dispatch({ type: 'facts', groups: effect.groups, facts });
        });
        break;
      case 'redraw':
        this.#painter.invalidate();
        this.#around.write(this.#around.look.open);
        break;
      case 'quit':
        this.#around.quit();
        break;
    }
  }

  #request(id: number, request: Request): void {
    const cancelSlow = this.#around.after(slowMs, () => this.#dispatch({ type: 'slow', id }));
    const progress = (lines: string[]) => this.#dispatch({ type: 'progress', id, lines });
    this.#around.serve(request, progress).then(
      (answer) => {
        cancelSlow();
        this.#dispatch({ type: 'answer', id, answer });
      },
      (error) => {
        cancelSlow();
        this.#dispatch({ type: 'failed', id, message: error instanceof Error ? error.message : String(error) });
      },
    );
  }

  #paint(): void {
    if (this.#state.pending?.final) return;
    const out = this.#painter.paint(render(this.#state));
    if (out !== '') this.#around.write(out);
  }
}
