import os from 'node:os';
import { LabError, toErrorData } from '../shared/errors.ts';
import { benchmarks } from './bench/benchmarks.ts';
import { openQemuPeer } from './bench/qemu-peer.ts';
import type { BenchContext, Benchmark, BenchResult } from './bench/types.ts';
import { EXIT } from './exit.ts';
import { openService, projectRoot } from './service.ts';
import { textFlag, type Verb } from './verb.ts';

export const bench: Verb = {
  name: 'bench',
  usage: 'bench [NAME…] [--json] [--runs N] [--peer qemu]',
  summary: 'the benchmarks; --peer qemu boots the same disk under QEMU and prints ratios',
  options: { json: { type: 'boolean' }, runs: { type: 'string' }, peer: { type: 'string' } },
  positionals: [0, Number.POSITIVE_INFINITY],
  async run(args) {
    const chosen = choose(args.positionals);
    const runs = wholeNumber(textFlag(args, 'runs') ?? '5');
    const peerName = textFlag(args, 'peer');
    if (peerName !== undefined && peerName !== 'qemu')
      throw new LabError('cli.usage', `--peer takes qemu, not ${JSON.stringify(peerName)}`);
    const service = openService();
    try {
      const image = await service.images.get('esxi');
      const peer = peerName ? await openQemuPeer(image) : undefined;
      const context: BenchContext = { service, image, runs, peer, root: projectRoot() };
      const { results, failures } = await runAll(chosen, context);
      peer?.dispose();
      const machine = `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.cpus().length} cores, Node ${process.version}`;
      process.stdout.write(args.flags['json'] ? `${JSON.stringify({ machine, results })}\n` : table(machine, results));
      return failures === 0 ? EXIT.pass : EXIT.internal;
    } finally {
      await service.close();
    }
  },
};

/** One benchmark that fails does not take the figures of the others along. */
async function runAll(chosen: readonly Benchmark[], context: BenchContext) {
  const results: BenchResult[] = [];
  let failures = 0;
  for (const benchmark of chosen) {
    process.stderr.write(`${benchmark.name} …\n`);
    try {
      results.push(...(await benchmark.run(context)));
    } catch (error) {
      const { code, message } = toErrorData(error);
      process.stderr.write(`${benchmark.name} failed: ${message} [${code}]\n`);
      failures++;
    }
  }
  return { results, failures };
}

function choose(names: readonly string[]): readonly Benchmark[] {
  for (const name of names) {
    if (!benchmarks.some((benchmark) => benchmark.name === name)) {
      throw new LabError(
        'cli.usage',
        `no benchmark ${JSON.stringify(name)}; there are ${benchmarks.map((b) => b.name).join(', ')}`,
      );
    }
  }
  return names.length === 0 ? benchmarks : benchmarks.filter((benchmark) => names.includes(benchmark.name));
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100)
    throw new LabError('cli.usage', `--runs takes 1 to 100, not ${JSON.stringify(text)}`);
  return value;
}

function table(machine: string, results: readonly BenchResult[]): string {
  const rows = results.map((row) => {
    const figures = `${show(row.median)} ${row.unit} (${show(row.min)}–${show(row.max)}, ${row.runs} runs)`;
    const peer = row.peer ? `  ${row.peer.name} ${show(row.peer.median)}, ratio ${row.ratio?.toFixed(2)}` : '';
    return `${row.name.padEnd(20)} ${figures}${peer}\n`;
  });
  return `${machine}\n${rows.join('')}`;
}

const show = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
