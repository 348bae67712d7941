import { createInterface } from 'node:readline/promises';
import type { Service } from '../session/service.ts';
import type { SessionView } from '../shared/contracts/api.ts';
import type { LabReport } from '../shared/contracts/report.ts';
import { LabError, toErrorData } from '../shared/errors.ts';
import { EXIT } from './exit.ts';
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

const LEAVE_KEY = '\x1d';
const HELP = `Commands:
  task [ID]     the task at hand, or the one named        tasks    the list
  check [ID]    check the task at hand, or one, or "all"  hint     the next hint of the task
  shell [HOST]  the host's ESXi Shell; Ctrl+] comes back  reset    the lab from its start
  host          the hosts and their state                 quit     save and leave
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
    for (;;) {
      const line = await ask(`${view.lab ?? 'lab'}> `);
      if (line === undefined) return;
      const [command = '', argument] = line.trim().split(/\s+/);
      if (command === 'quit' || command === 'exit') return;
      await this.carryOut(command, argument).catch((error) => {
        const { code, message } = toErrorData(error);
        say(`${message} [${code}]`);
      });
    }
  }

  private async carryOut(command: string, argument: string | undefined): Promise<void> {
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
        `${host.name}  ${host.state}  ${host.nics.map((nic) => `${nic.name} ${nic.mac} on ${nic.network}`).join(', ')}`,
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
    const host = name ?? (await this.view()).hosts[0]!.name;
    const size = { rows: process.stdout.rows || 24, columns: process.stdout.columns || 80 };
    const { shell } = await this.service.call('shell.open', { session: this.session, host, ...size });
    say(`Shell of ${host}; Ctrl+] comes back.`);
    await this.relay(shell);
    await this.service.call('shell.close', { session: this.session, shell });
    say('');
  }

  private relay(shell: string): Promise<void> {
    const { service, session } = this;
    return new Promise((resolve) => {
      const onInput = (data: Buffer): void => {
        const text = data.toString('latin1');
        if (text.includes(LEAVE_KEY)) finish();
        else service.call('shell.input', { session, shell, data: text }).catch(finish);
      };
      const onResize = (): void => {
        const size = { rows: process.stdout.rows, columns: process.stdout.columns };
        service.call('shell.resize', { session, shell, ...size }).catch(() => undefined);
      };
      const events = service.onEvent((event) => {
        if (event.name === 'shell.output' && event.data.shell === shell)
          process.stdout.write(Buffer.from(event.data.data, 'latin1'));
        if (event.name === 'shell.exit' && event.data.shell === shell) finish();
      });
      const finish = (): void => {
        events.dispose();
        process.stdin.off('data', onInput);
        process.stdout.off('resize', onResize);
        process.stdin.setRawMode(false);
        process.stdin.pause();
        resolve();
      };
      process.stdin.setRawMode(true);
      process.stdin.resume();
      process.stdin.on('data', onInput);
      process.stdout.on('resize', onResize);
    });
  }
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
