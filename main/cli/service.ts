import path from 'node:path';
import { resolvePaths } from '../session/paths.ts';
import { createService, type Service } from '../session/service.ts';

/** The session service in this process; progress goes to stderr so that stdout carries results alone. */
export function openService(options: { quiet?: boolean } = {}): Service {
  const service = createService({ paths: resolvePaths(projectRoot()) });
  let lastText = '';
  service.onEvent((event) => {
    if (options.quiet) return;
    if (event.name === 'session.progress') {
      const { text, step, steps } = event.data;
      const line = steps > 0 ? `[${step}/${steps}] ${text}` : text;
      if (line !== lastText) process.stderr.write(`${line}\n`);
      lastText = line;
    } else if (event.name === 'host.problem') {
      process.stderr.write(`${event.data.host}: ${event.data.message} [${event.data.code}]\n`);
    }
  });
  return service;
}

/** The bundle lies in dist/ below it. */
export function projectRoot(): string {
  return path.resolve(__dirname, '..');
}
