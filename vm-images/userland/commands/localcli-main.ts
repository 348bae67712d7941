import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import { HostService } from '../hostd/host-service.ts';
import { createSystem } from '../hostd/system/index.ts';
import { freshConfig } from '../model/defaults.ts';
import { CancelSource, type CommandContext, type Terminal } from './framework/context.ts';
import { runProgram } from './framework/run.ts';
import { createCommandTree } from './index.ts';

/**
 * localcli: the esxcli tree in a process of its own, for when hostd is down. It changes esx.conf and the running
 * system; a hostd that runs meanwhile does not hear of it.
 */
async function main(): Promise<void> {
  const system = createSystem();
  const host = new HostService({ system, fallback: () => freshConfig({ systemUuid: '', nics: [] }) });
  const source = new CancelSource();
  os.signal(os.SIGINT, () => source.cancel());
  const context: CommandContext = {
    host,
    system,
    name: 'localcli',
    cwd: os.getcwd()[0],
    env: std.getenviron(),
    via: 'localcli',
    signal: source.signal,
    tty: terminal(),
    stdin: async () => system.files.readBytes('/dev/stdin') ?? new Uint8Array(0),
    out: async (text) => writeAll(1, text),
    err: async (text) => writeAll(2, text),
  };
  // Started through its `#!` line, the script's own path comes first.
  const own = scriptArgs[1]?.endsWith('/localcli') === true ? 2 : 1;
  const status = await runProgram(createCommandTree(), context, scriptArgs.slice(own));
  std.exit(status);
}

function writeAll(fd: number, text: string | Uint8Array): void {
  const buffer = typeof text === 'string' ? native.utf8Encode(text) : (text.slice().buffer as ArrayBuffer);
  let at = 0;
  while (at < buffer.byteLength) {
    const count = os.write(fd, buffer, at, buffer.byteLength - at);
    if (count < 0) std.exit(1);
    at += count;
  }
}

/** esxcli commands are not interactive: a terminal that only knows its size. */
function terminal(): Terminal {
  const isTty = native.isTty(1);
  const size = isTty ? native.getWindowSize(1) : { rows: 24, columns: 80 };
  return {
    stdinIsTty: native.isTty(0),
    isTty,
    rows: size.rows,
    columns: size.columns,
    raw: () => undefined,
    read: async () => new Uint8Array(0),
    onResize: () => () => undefined,
  };
}

void main();
