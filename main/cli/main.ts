import { runCli } from './cli.ts';

void runCli(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
  // Workers and sockets are closed by then; what a library left open must not keep a finished command alive.
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
});
