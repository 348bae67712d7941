// Runs a command with its output shown; the steps of check and test are made of it.
import { spawn } from 'node:child_process';
import { rootDir } from './bundle.mjs';

/** @returns the exit status; 127 when the command can't be started. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: rootDir, stdio: 'inherit', ...options });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(signal ? 128 : (code ?? 1)));
  });
}

export const bin = (name) => `node_modules/.bin/${name}`;
