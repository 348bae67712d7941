import type { Answer, LabBridge } from '../../main/shared/contracts/bridge.ts';
import type { ServiceStatus } from '../../main/shared/contracts/door.ts';
import type { Settings } from '../../main/shared/contracts/settings.ts';
import { defaultSettings } from '../../main/shared/default-settings.ts';
import type { SessionView } from '../app/types.ts';
import { fakeBanks, fakeLabs, fakeScreen, fakeSession } from './fake-data.ts';

type Emit = (name: string, data: unknown) => void;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const session = 's1';

/**
 * A bridge over invented data, to design views with. Query: `fresh` (nothing opened yet), `image` (opening builds the
 * image slowly), `broken` (opening fails), `down` (the service has stopped), `no-disk` (boot banks can't be read).
 */
export function createFakeBridge(query: URLSearchParams): LabBridge {
  const listeners = new Set<(event: { name: string; data: unknown }) => void>();
  const emit: Emit = (name, data) => {
    for (const listener of listeners) listener({ name, data });
  };
  const service = fakeService(query, emit);
  let settings: Settings = { ...defaultSettings };
  const ipc: Record<string, (input: unknown) => unknown> = {
    'settings.get': () => settings,
    'settings.set': (patch) => {
      settings = { ...settings, ...(patch as Settings) };
      return settings;
    },
    'settings.reset': () => {
      settings = { ...defaultSettings };
      return settings;
    },
    'app.info': () => ({
      version: '0.1.0',
      electron: '25',
      chromium: '114',
      platform: 'linux',
      dataFolder: '/home/learner/.local/share/bootbank',
      usualDataFolder: '/home/learner/.local/share/bootbank',
      cacheFolder: '/home/learner/.cache/bootbank',
      settingsFile: '/home/learner/.config/bootbank/settings.json',
      settingsProblem: null,
    }),
  };
  const answer = async (run: () => unknown): Promise<Answer<never>> => {
    try {
      return { ok: true, value: (await run()) as never };
    } catch (error) {
      return { ok: false, error: { code: 'fake.error', message: (error as Error).message, details: {} } };
    }
  };
  const status: ServiceStatus = query.has('down')
    ? { state: 'stopped', code: 9, restarts: 1, message: 'RangeError: out of memory\n    at fake (fake-client.ts:1)' }
    : { state: 'ready' };
  return {
    call: (_id, method, input) => answer(() => service(method, input as Record<string, string>)),
    cancel: () => undefined,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onService(listener) {
      listener(query.has('down') ? { state: 'ready' } : status);
      if (query.has('down')) setTimeout(() => listener(status), 1500);
      return () => undefined;
    },
    onMenu: () => () => undefined,
    invoke: (channel, input) => answer(() => ipc[channel]?.(input)),
    test: true,
    startLab: null,
  };
}

function fakeService(query: URLSearchParams, emit: Emit) {
  let view: SessionView = fakeSession();
  const shells = new Map<string, string>();
  const say = (shell: string, text: string) => emit('shell.output', { session, shell, data: text });
  const prompt = '\x1b[1m~ # \x1b[0m';

  const check = async (tasks?: string[]) => {
    const steps = ['Copying esx01', 'Copying esx02', 'Probing esx01', 'Power-cycling esx01', 'Probing again'];
    for (const [step, text] of steps.entries()) {
      emit('session.progress', { session, operation: 'check', text, step, steps: steps.length });
      await wait(700);
    }
    view = {
      ...view,
      tasks: view.tasks.map((task) => (tasks?.includes(task.id) && task.state === 'failed' ? { ...task } : task)),
    };
    emit('session.progress', { session, operation: 'check', text: 'Done', step: 5, steps: 5 });
    return {
      lab: view.lab ?? '',
      version: 1,
      seed: view.seed,
      passed: false,
      score: 3,
      maxScore: 8,
      durationMs: 3500,
      tasks: view.tasks.flatMap((task) => (task.report ? [task.report] : [])),
    };
  };

  const files: Record<string, string> = {
    '/etc/motd': 'Welcome to this host.\n',
    '/etc/vmware/esx.conf': '/system/uuid = "50a1"\n/net/vswitch/child[0000]/name = "vSwitch0"\n',
    '/etc/rc.local.d/local.sh': '#!/bin/sh\n# local configuration options\nexit 0\n',
    '/bootbank/boot.cfg':
      '# made by the installer\nbootstate=0\ntitle=Loading\nkernel=tboot.b00\nmodules=b.b00 --- k.b00\nbuild=5.1.0\nupdated=1\n',
  };
  const list = (path: string) => {
    const prefix = path === '/' ? '/' : `${path}/`;
    const names = new Map<string, 'file' | 'directory'>();
    for (const file of Object.keys(files)) {
      if (!file.startsWith(prefix)) continue;
      const [name = '', ...rest] = file.slice(prefix.length).split('/');
      names.set(name, rest.length > 0 ? 'directory' : 'file');
    }
    if (path === '/') for (const name of ['bin', 'dev', 'tmp', 'var', 'vmfs']) names.set(name, 'directory');
    return { entries: [...names].map(([name, type]) => ({ name, type, size: 100, modified: 0, mode: 0o644 })) };
  };

  return async (method: string, input: Record<string, string>): Promise<unknown> => {
    switch (method) {
      case 'catalog.list':
        return {
          labs: fakeLabs(query.has('fresh')),
          problems: query.has('problems') ? ['broken-lab/lab.yaml:12: tasks[0].points: expected a number'] : [],
        };
      case 'session.open': {
        if (query.has('broken'))
          throw new Error('The base disk of the image esxi could not be read: no space left on the device.');
        const image = query.has('image');
        const total = image ? 20 : 3;
        for (let step = 0; step < total; step++) {
          emit('session.progress', {
            session: '',
            operation: image ? 'image' : 'open',
            text: image ? 'Filling the disk' : 'Restoring esx01',
            step,
            steps: total,
          });
          await wait(image ? 600 : 80);
        }
        return { session, hosts: [] };
      }
      case 'session.view':
        return view;
      case 'session.check':
        return check(input['tasks'] as unknown as string[] | undefined);
      case 'session.hint':
        view = {
          ...view,
          tasks: view.tasks.map((task) =>
            task.id === input['task']
              ? {
                  ...task,
                  hints: task.hints.map((hint, i) =>
                    i <= Number(input['index'])
                      ? { ...hint, text: 'Look at `esxcli network vswitch standard portgroup set`.' }
                      : hint,
                  ),
                }
              : task,
          ),
        };
        return view;
      case 'host.power': {
        const off = input['action'] === 'off' || input['action'] === 'shutdown';
        const set = (state: 'off' | 'starting' | 'ready') => {
          view = {
            ...view,
            hosts: view.hosts.map((host) => (host.name === input['host'] ? { ...host, state } : host)),
          };
          emit('host.state', { session, host: input['host'], state });
        };
        set(off ? 'off' : 'starting');
        if (!off) setTimeout(() => set('ready'), 2500);
        return {};
      }
      case 'shell.open': {
        const shell = `shell${shells.size + 1}`;
        shells.set(shell, '');
        setTimeout(() => say(shell, `The time and date of this log-in are kept.\r\n\r\n${prompt}`), 20);
        return { shell };
      }
      case 'shell.input': {
        const { shell = '', data = '' } = input;
        if (data !== '\r') {
          shells.set(shell, (shells.get(shell) ?? '') + data);
          say(shell, data === '\x7f' ? '\b \b' : data);
          return {};
        }
        const line = shells.get(shell) ?? '';
        shells.set(shell, '');
        if (line.startsWith('esxcli')) {
          say(
            shell,
            '\r\nName      Virtual Switch  Active Clients  VLAN ID\r\n--------  --------------  --------------  -------\r\nStorage   vSwitch1                     0        0\r\n\x1b[32mManagement Network\x1b[0m\r\n',
          );
        }
        say(shell, `\r\n${prompt}`);
        return {};
      }
      case 'console.watch':
        return { columns: 80, rows: 25, ansi: fakeScreen() };
      case 'host.banks': {
        await wait(80);
        if (query.has('no-disk')) throw new Error('the partition table of the disk is damaged');
        const state = view.hosts.find(({ name }) => name === input['host'])?.state;
        return fakeBanks(state === 'ready');
      }
      case 'host.listFiles':
        return list(input['path'] ?? '/');
      case 'host.readFile': {
        const text = files[input['path'] ?? ''];
        if (text === undefined) throw new Error(`${input['path']}: No such file or directory`);
        return { base64: btoa(text) };
      }
      case 'host.writeFile':
        await wait(300);
        if (input['path']?.startsWith('/bootbank')) throw new Error('No space left on device (/bootbank/boot.cfg)');
        files[input['path'] ?? ''] = input['text'] ?? '';
        return {};
      default:
        return {};
    }
  };
}
