import type { Facts, NetworkFacts } from '../../../../../vm-images/userland/dcui/facts.ts';
import { initialState, reduce } from '../../../../../vm-images/userland/dcui/reduce.ts';
import { render } from '../../../../../vm-images/userland/dcui/render.ts';
import type { Answer, Effect, Event, Request, State } from '../../../../../vm-images/userland/dcui/state.ts';
import type { Canvas } from '../../../../../vm-images/userland/dcui/terminal/canvas.ts';

export const network: NetworkFacts = {
  interface: 'vmk0',
  portgroup: 'Management Network',
  vswitch: 'vSwitch0',
  portgroupTeams: false,
  mac: '00:50:56:00:00:11',
  adapters: [
    adapter('vmnic0', { selected: true, mac: '00:50:56:00:00:11' }),
    adapter('vmnic1', { connected: false, mac: '00:50:56:00:00:12' }),
    adapter('vmnic2', { usedBy: 'vSwitch1', mac: '00:50:56:00:00:13' }),
  ],
  vlan: 0,
  ipv4: { mode: 'dhcp', address: '10.20.0.11', netmask: '255.255.255.0', gateway: '10.20.0.1' },
  ipv6: { enabled: true, dhcp: false, routerAdvertised: false, statics: [], gateway: '' },
  dns: { automatic: true, primary: '10.20.0.2', alternate: '', hostname: 'esx01' },
  suffixes: [],
};

function adapter(name: string, more: object) {
  const usual = { connected: true, speed: '1000 Mbps, Full', driver: 'e1000', description: 'Intel 82545EM' };
  return { name, mac: '', ...usual, selected: false, usedBy: '', ...more };
}

export const facts: Required<Facts> = {
  front: {
    product: 'VMware ESXi 5.5.0 (VMKernel Release Build 1331820)',
    hardware: ['Example, Inc. Model 1', '1 x Some Processor @ 2.00GHz', '512 MiB Memory'],
    hostname: 'esx01',
    addresses: [{ address: '10.20.0.11', origin: 'DHCP' }],
    waitingForDhcp: false,
    warnings: [],
    welcome: '',
  },
  security: { rootPasswordSet: true, lockdownAvailable: false, lockdownEnabled: false },
  network,
  services: { shell: true, ssh: false, availabilityTimeout: 0, idleTimeout: 900 },
  keyboard: { layout: 'US Default' },
  support: {
    serial: 'BB-0001',
    licence: '00000-00000-00000-00000-00000 (evaluation)',
    fingerprints: [{ name: 'SSL Thumbprint (SHA1)', value: 'AA:BB:CC' }],
  },
};

/** A keyboard and a screen on the view-model; requests are answered by `answers`, facts are at hand. */
export class FakeDesk {
  state: State;
  readonly asked: Request[] = [];
  readonly effects: Effect[] = [];
  #answers: (request: Request) => Answer | string | null;

  constructor(
    answers: (request: Request) => Answer | string | null = () => null,
    options: { resident?: boolean; facts?: Facts } = {},
  ) {
    this.#answers = answers;
    this.state = initialState({ rows: 25, columns: 80 }, options.resident ?? true);
    this.#facts = options.facts ?? facts;
    this.send({ type: 'facts', groups: ['front'], facts: { front: this.#facts.front ?? facts.front } });
  }

  #facts: Facts;

  send(event: Event): void {
    const { state, effects } = reduce(this.state, event);
    this.state = state;
    this.effects.push(...effects);
    for (const effect of effects) this.#serve(effect);
  }

  #serve(effect: Effect): void {
    if (effect.type === 'refresh') {
      const found = Object.fromEntries(effect.groups.map((group) => [group, this.#facts[group]]).filter((e) => e[1]));
      this.send({ type: 'facts', groups: effect.groups, facts: found });
    } else if (effect.type === 'request') {
      this.asked.push(effect.request);
      const answer = this.#answers(effect.request) ?? this.#usual(effect.request);
      if (typeof answer === 'string') this.send({ type: 'failed', id: effect.id, message: answer });
      else if (answer !== null) this.send({ type: 'answer', id: effect.id, answer });
    }
  }

  #usual(request: Request): Answer | null {
    if (request.name === 'login') {
      const good = request.input.user === 'root' && request.input.password === 'secret';
      return { name: 'login', output: { refused: good ? '' : 'credentials' } };
    }
    if (request.name === 'facts.read') return { name: 'facts.read', output: { facts: this.#facts } };
    return null;
  }

  /** Types text; names of keys stand in angle brackets: `root<tab>secret<enter>`. */
  type(keys: string): this {
    for (const [, name, char] of keys.matchAll(/<([a-z0-9-]+)>|([\s\S])/g)) {
      this.send({ type: 'key', key: name ?? char ?? '' });
    }
    return this;
  }

  logIn(): this {
    return this.type('<f2>secret<enter>');
  }

  canvas(): Canvas {
    return render(this.state);
  }

  /** The picture as text, without blanks at the ends of rows. */
  screen(): string {
    return `${this.canvas()
      .text.map((row) => row.trimEnd())
      .join('\n')}\n`;
  }
}
