import { openService } from './service.ts';
import { secondsFlag, textFlag, type Verb } from './verb.ts';

/** Runs on a host of its own that is gone afterwards; output and exit status pass through. */
export const exec: Verb = {
  name: 'exec',
  usage: 'exec [--image esxi] [--timeout S] -- COMMAND',
  summary: 'run one ESXi Shell command on a fresh host',
  options: { image: { type: 'string' }, timeout: { type: 'string' } },
  positionals: [1, Number.POSITIVE_INFINITY],
  async run(args) {
    const timeoutMs = secondsFlag(args, 'timeout', 120) * 1000;
    const service = openService();
    try {
      const opened = await service.call('session.open', { image: textFlag(args, 'image') ?? 'esxi' });
      const host = service.session(opened.session).host(opened.hosts[0]!.name);
      const stdin = process.stdin.isTTY ? undefined : await readStdin();
      const result = await host.machine.guest.exec({ command: args.positionals.join(' '), timeoutMs, stdin });
      process.stdout.write(result.stdout);
      process.stderr.write(result.stderr);
      return result.exitCode;
    } finally {
      await service.close();
    }
  },
};

/** Piped input, when there is any; a closed or silent descriptor counts as none after a moment. */
async function readStdin(): Promise<Uint8Array | undefined> {
  const { fstatSync } = await import('node:fs');
  const stat = fstatSync(0, { bigint: false });
  if (!stat.isFIFO() && !stat.isFile()) return undefined;
  const parts: Buffer[] = [];
  const SILENT_MS = 200;
  return await new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined = setTimeout(done, SILENT_MS);
    function done(): void {
      process.stdin.pause();
      resolve(parts.length > 0 ? Buffer.concat(parts) : undefined);
    }
    process.stdin.on('data', (part: Buffer) => {
      clearTimeout(timer);
      timer = undefined;
      parts.push(part);
    });
    process.stdin.once('end', () => {
      clearTimeout(timer);
      done();
    });
  });
}
