import { createInterface } from 'node:readline/promises';
import type { Service } from '../session/service.ts';
import { adviceFor } from '../shared/advice.ts';
import type { HostView, SessionView } from '../shared/contracts/api.ts';
import { type ConsoleKind, powerAction } from '../shared/contracts/console.ts';
import type { LabReport } from '../shared/contracts/report.ts';
import { LabError, toErrorData } from '../shared/errors.ts';
import { showConsole } from './console.ts';
import { EXIT } from './exit.ts';
import { borrowTerminal } from './raw-terminal.ts';
import { reportText } from './report-text.ts';
import { openService } from './service.ts';
import type { Verb } from './verb.ts';

/** A lab without a window: the host's shell in this terminal, and a prompt for the lab's own commands. */
export const run: Verb = {
  name: 'run',
  usage: 'run LAB',
  summary: 'the lab in this terminal, continuing where you left it',
  options: {},
  positionals: [1, 1],
  async run(args) {
    if (!process.stdin.isTTY) throw new LabError('cli.usage', 'run needs a terminal; use rpc or grade from a program');
    const service = openService();
    try {
      const { session } = await service.call('session.open', { lab: args.positionals[0]!, keep: true });
      await new TerminalLab(service, session).run();
      return EXIT.pass;
    } finally {
      await service.close();
    }
  },
};

const HELP = `Commands:
  task [ID]                the task at hand, or the one named
  tasks                    the list
  check [ID]               check the task at hand, or one, or "all"
  hint                     the next hint of the task
  shell [HOST]             the host's ESXi Shell
  console [HOST] [serial]  the host's screen and keyboard, boot loader and all
  power ACTION [HOST]      on, off, reset (the plug), reboot, shutdown; what
                           starts the host goes on to its console
  link NIC up|down [HOST]  plugs or pulls a cable
  host                     the hosts, their state and their cables
  reset                    the lab from its start
  quit                     save and leave
Ctrl+] comes back from a shell or a console.
`;

class TerminalLab {
  private readonly service: Service;
  private readonly session: string;

  constructor(service: Service, session: string) {
    this.service = service;
    this.session = session;
  }

  async run(): Promise<void> {
    const view = await this.view();
    say(`\n${view.title}\n\n${view.intro}\n\n${HELP}`);
    await this.showTask(undefined);
    for (const host of view.hosts) if (host.state !== 'ready') say(notUp(host));
    for (;;) {
      const line = await ask(`${view.lab ?? 'lab'}> `);
      if (line === undefined) return;
      const [command = '', ...words] = line.trim().split(/\s+/);
      if (command === 'quit' || command === 'exit') return;
      await this.carryOut(command, words).catch((error) => {
        const { code, message } = toErrorData(error);
        say([`${message} [${code}]`, adviceFor(code, 'cli')].filter(Boolean).join('\n'));
      });
    }
  }

  private async carryOut(command: string, words: readonly string[]): Promise<void> {
    const [argument] = words;
    switch (command) {
      case '':
        return;
      case 'task':
        return this.showTask(argument);
      case 'tasks':
        return this.showTasks();
      case 'check':
        return this.check(argument);
      case 'hint':
        return this.hint();
      case 'shell':
        return this.shell(argument);
      case 'console':
        return this.console(words);
      case 'power':
        return this.power(words);
      case 'link':
        return this.link(words);
      case 'host':
        return this.showHosts();
      case 'reset':
        await this.service.call('session.reset', { session: this.session });
        return say('The lab is at its start again.');
      default:
        return say(HELP);
    }
  }

  private view(): Promise<SessionView> {
    return this.service.call('session.view', { session: this.session });
  }

  private async currentTask(): Promise<SessionView['tasks'][number] | undefined> {
    return (await this.view()).tasks.find((task) => task.state !== 'passed');
  }

  private async showTask(id: string | undefined): Promise<void> {
    const task = id ? (await this.view()).tasks.find((one) => one.id === id) : await this.currentTask();
    if (!task) return say(id ? `There is no task ${id}.` : 'Every task has passed.');
    say(`${task.title} (${task.id}, ${task.maxPoints} points)\n\n${task.instructions}`);
  }

  private async showTasks(): Promise<void> {
    for (const task of (await this.view()).tasks) {
      say(`${mark(task.state)} ${task.id.padEnd(28)} ${task.points}/${task.maxPoints}  ${task.title}`);
    }
  }

  private async showHosts(): Promise<void> {
    for (const host of (await this.view()).hosts)
      say(
        `${host.name}  ${host.state}  ${host.nics.map((nic) => `${nic.name} ${nic.mac} on ${nic.network}${nic.up ? '' : ', pulled'}`).join('; ')}`,
      );
  }

  private async check(id: string | undefined): Promise<void> {
    const current = id ?? (await this.currentTask())?.id;
    const tasks = current === undefined || current === 'all' ? undefined : [current];
    const report: LabReport = await this.service.call('session.check', {
      session: this.session,
      ...(tasks ? { tasks } : {}),
    });
    say(reportText(report));
    const after = (await this.view()).tasks.filter(
      (task) => task.state === 'passed' && tasks?.includes(task.id) && task.after,
    );
    for (const task of after) say(`\n${task.after}`);
  }

  private async hint(): Promise<void> {
    const task = await this.currentTask();
    const index = task?.hints.findIndex((hint) => hint.text === null) ?? -1;
    if (!task || index < 0) return say('There is no further hint.');
    const cost = task.hints[index]!.cost;
    if (
      cost > 0 &&
      !/^y/i.test((await ask(`This hint costs ${cost} of ${task.maxPoints} points. Take it? [y/N] `)) ?? '')
    )
      return;
    const view = await this.service.call('session.hint', { session: this.session, task: task.id, index });
    say(view.tasks.find((one) => one.id === task.id)?.hints[index]?.text ?? '');
  }

  private async shell(name: string | undefined): Promise<void> {
    const { service, session } = this;
    const host = await this.nameOf(name);
    const known = (await this.view()).hosts.find((one) => one.name === host);
    if (known && known.state !== 'ready') return say(notUp(known));
    const size = { rows: process.stdout.rows || 24, columns: process.stdout.columns || 80 };
    const { shell } = await service.call('shell.open', { session, host, ...size });
    say(`Shell of ${host}; Ctrl+] comes back.`);
    await this.relay(shell);
    await service.call('shell.close', { session, shell });
    say('');
  }

  private async relay(shell: string): Promise<void> {
    const { service, session } = this;
    let events = { dispose: (): void => {} };
    await borrowTerminal((terminal, end) => {
      events = service.onEvent((event) => {
        if (event.name === 'shell.output' && event.data.shell === shell)
          terminal.write(Buffer.from(event.data.data, 'latin1'));
        if (event.name === 'shell.exit' && event.data.shell === shell) end();
      });
      return {
        onInput: (data) => void service.call('shell.input', { session, shell, data }).catch(end),
        onResize: () => {
          const { rows, columns } = terminal;
          service.call('shell.resize', { session, shell, rows, columns }).catch(() => undefined);
        },
      };
    });
    events.dispose();
  }

  private async console(words: readonly string[]): Promise<void> {
    const kind: ConsoleKind = words.at(-1) === 'serial' ? 'serial' : 'vga';
    const name = words.length > (kind === 'serial' ? 1 : 0) ? words[0] : undefined;
    await showConsole(this.service, this.session, await this.nameOf(name), kind);
  }

  private async link([nic, word, name]: readonly string[]): Promise<void> {
    if (nic === undefined || (word !== 'up' && word !== 'down'))
      throw new LabError('cli.usage', 'link takes a NIC and up or down: link vmnic1 down');
    const host = await this.nameOf(name);
    await this.service.call('net.link', { session: this.session, host, nic, up: word === 'up' });
    say(`The cable of ${nic} of ${host} is ${word === 'up' ? 'plugged in' : 'pulled'}.`);
  }

  private async power([word, name]: readonly string[]): Promise<void> {
    const action = powerAction.safeParse(word);
    if (!action.success) return say(`power takes one of ${powerAction.options.join(', ')}, then a host.`);
    const host = await this.nameOf(name);
    await this.service.call('host.power', { session: this.session, host, action: action.data });
    if (action.data === 'off' || action.data === 'shutdown') return say(`${host}: ${action.data}.`);
    await showConsole(this.service, this.session, host, 'vga');
  }

  /** The first host when none is named. */
  private async nameOf(name: string | undefined): Promise<string> {
    return name ?? (await this.view()).hosts[0]!.name;
  }
}

function notUp({ name, state }: HostView): string {
  return `${name} is ${state}: \`console ${name}\` shows where it stands.`;
}

async function ask(prompt: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await Promise.race([
      lines.question(prompt),
      new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined))),
    ]);
  } finally {
    lines.close();
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function mark(state: string): string {
  return state === 'passed' ? '✓' : state === 'failed' ? '✗' : '–';
}
