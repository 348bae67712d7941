import type { LinkState, SetupAction } from '../../labs/schema/index.ts';
import { LabError } from '../shared/errors.ts';
import { skipCountdown, waitForText } from '../vm/index.ts';
import type { DepotBuilder } from './depots.ts';
import type { LabHost } from './host.ts';

const COMMAND_TIMEOUT_MS = 120_000;
const RESTART_TIMEOUT_MS = 120_000;

export interface SetupContext {
  host(name: string): LabHost;
  setLink(host: string, nic: string, link: Partial<LinkState>): Promise<void>;
  depots: DepotBuilder;
  /** What is done next, for people; `at` counts from 0. */
  onStep?: (text: string, at: number) => void;
}

/** Does to the hosts what a lab asks for before the learner sees them. @throws LabError `lab.setup-failed` */
export async function runSetup(actions: readonly SetupAction[], context: SetupContext): Promise<void> {
  for (const [at, action] of actions.entries()) {
    context.onStep?.(describe(action), at);
    await setUp(action, context);
  }
}

function describe({ kind, host }: SetupAction): string {
  if (kind === 'restart') return `Restarting ${host}`;
  return kind === 'depot' ? `Making packages for ${host}` : `Setting up ${host}`;
}

async function setUp(action: SetupAction, { host: hostOf, setLink, depots }: SetupContext): Promise<void> {
  const host = hostOf(action.host);
  switch (action.kind) {
    case 'run':
      return runCommand(host, action.command);
    case 'file':
      return putFile(host, action, typeof action.content === 'string' ? Buffer.from(action.content) : action.content);
    case 'depot':
      return putFile(host, action, await depots.build(host.image, action.description, action.vib));
    case 'restart':
      return restart(host, action);
    case 'link':
      return setLink(action.host, action.nic, action.link);
  }
}

async function putFile(
  host: LabHost,
  { path, mode }: { path: string; mode?: string },
  content: Uint8Array,
): Promise<void> {
  await host.machine.guest.writeFile(path, content);
  if (mode) await runCommand(host, `chmod ${mode} '${path.replaceAll("'", "'\\''")}'`);
}

async function runCommand(host: LabHost, command: string): Promise<void> {
  const result = await host.machine.guest.exec({ command, timeoutMs: COMMAND_TIMEOUT_MS });
  if (result.exitCode === 0) return;
  const said = Buffer.from(result.stderr.length > 0 ? result.stderr : result.stdout)
    .toString('utf8')
    .trim();
  throw new LabError(
    'lab.setup-failed',
    `setting up ${host.name}: ${JSON.stringify(command)} ended with ${result.exitCode}: ${said}`,
  );
}

/** Until its services are up, or until its VGA console shows a text: then it stands there. */
async function restart(host: LabHost, { how, until }: SetupAction & { kind: 'restart' }): Promise<void> {
  if (until === null) return host.restart(how);
  await host.power(how === 'reboot' ? 'reboot' : 'reset');
  const arrived = new AbortController();
  void skipCountdown(host.machine, RESTART_TIMEOUT_MS, arrived.signal);
  try {
    await waitForText(host.machine.console('vga'), until, RESTART_TIMEOUT_MS);
  } finally {
    arrived.abort();
  }
}
