import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labReport } from '../../main/shared/contracts/report.ts';
import { projectRoot } from '../helpers/session.ts';

const LAB = 'esxi-shell-first-steps';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The command line as a person or a script starts it, without a display. */
function lab(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const { DISPLAY: _display, ...env } = process.env;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(projectRoot, 'main/build/lab.mjs'), ...args], {
      env: { ...env, BOOTBANK_DATA: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString();
    });
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

async function fileWith(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

describe('the command line', () => {
  it('lists the labs for people and for programs', async () => {
    const { stdout, status } = await lab('list', '--json');
    expect(status).toBe(0);
    const [first] = JSON.parse(stdout) as Record<string, unknown>[];
    expect(Object.keys(first!)).toEqual(['id', 'title', 'course', 'minutes', 'hosts']);
    expect((await lab('list')).stdout).toContain(LAB);
  });

  it('hands a command’s output, errors and exit status through', async () => {
    const run = await lab('exec', '--', 'echo out; echo err >&2; exit 7');
    expect(run).toMatchObject({ status: 7, stdout: 'out\n' });
    expect(run.stderr).toContain('err\n');
  });

  it('grades the fresh start with 0 points and status 1, in the shape others rely on', async () => {
    const { stdout, status } = await lab('grade', LAB, '--json');
    expect(status).toBe(1);
    expect(labReport.parse(JSON.parse(stdout))).toMatchObject({ lab: LAB, passed: false, score: 0 });
  });

  it('grades the solution with all points and status 0', async () => {
    const { stdout, status } = await lab('grade', LAB, '--seed', '7', '--solution', '--json');
    const report = labReport.parse(JSON.parse(stdout));
    expect(report, stdout).toMatchObject({ passed: true, score: report.maxScore, seed: '7' });
    expect(status).toBe(0);
  });

  it('grades a script, says which of its lines failed, and writes JUnit XML', async () => {
    const script = await fileWith('script', '# a comment\n\nesxcli system hostname get\nesx01: nonsense\n');
    const xml = path.join(folder, 'report.xml');
    const run = await lab('grade', LAB, '--script', script, '--junit', xml);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain('line 4: nonsense: exit status 127');
    expect(await readFile(xml, 'utf8')).toMatch(/^<\?xml[\s\S]*<testsuites name="esxi-shell-first-steps" tests="\d+"/);
  });

  it.each([
    [[], 'usage: bootbank'],
    [['fly'], 'unknown verb "fly"'],
    [['grade'], 'LAB is missing [cli.usage]'],
    [['exec'], 'COMMAND is missing [cli.usage]'],
    [['grade', LAB, 'more'], 'unexpected "more"'],
    [['grade', LAB, '--sed', '1'], "Unknown option '--sed'"],
    [['grade', 'no-such-lab'], '[lab.unknown]'],
    [['grade', '../catalog'], '[lab.unknown]'],
    [['grade', LAB, '--solution', '--script', 'x'], 'exclude each other'],
    [['grade', LAB, '--script', '/nonexistent'], '[script.unreadable]'],
    [['exec', '--timeout', 'soon', '--', 'true'], '--timeout takes seconds'],
    [['exec', '--image', 'windows', '--', 'true'], '[image.unknown]'],
    [['bench', 'nothing'], 'no benchmark "nothing"'],
    [['bench', '--runs', '0'], '--runs takes 1 to 100'],
    [['bench', 'image.size', '--peer', 'vbox'], '--peer takes qemu'],
    [['validate', 'no-such-lab'], 'no-such-lab'],
    [['run', LAB], 'run needs a terminal'],
  ])('refuses %j with status 2 and says why', async (args, said) => {
    const { status, stdout, stderr } = await lab(...args);
    expect(stdout + stderr).toContain(said);
    expect(status).toBe(2);
  });

  it('refuses scripts and submissions that are not what they should be', async () => {
    const script = await fileWith('script', 'esx99: true\n');
    const refused = await lab('grade', LAB, '--script', script);
    expect(refused).toMatchObject({ status: 2 });
    expect(refused.stderr).toContain('line 1: no host "esx99"; there are esx01 [script.unknown-host]');
    const submission = await fileWith('submission', 'not a machine');
    const bad = await lab('grade', LAB, '--submission', submission);
    expect(bad).toMatchObject({ status: 2 });
    expect(bad.stderr).toContain('[submission.bad]');
  });
});
