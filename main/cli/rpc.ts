import { EXIT } from './exit.ts';
import { serveRpc } from './rpc-server.ts';
import { openService } from './service.ts';
import type { Verb } from './verb.ts';

/** The session API as newline-delimited JSON-RPC 2.0 on stdin and stdout. */
export const rpc: Verb = {
  name: 'rpc',
  usage: 'rpc',
  summary: 'JSON-RPC 2.0 on standard input and output, until input closes',
  options: {},
  positionals: [0, 0],
  async run() {
    const service = openService();
    try {
      await serveRpc(service, process.stdin, process.stdout);
    } finally {
      await service.close();
    }
    return EXIT.pass;
  },
};
