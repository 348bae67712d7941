import * as native from 'native';
import * as os from 'os';
import * as std from 'std';
import { messageOf } from './channel.ts';
import { Conversation } from './conversation.ts';
import { raiseLoopback } from './loopback.ts';

/** Port 1 of the virtio console; the first number is the place of the device on the virtio bus. */
const PORT_NAME = /^vport\d+p1$/;
const RETRY_MS = 50;

/**
 * The lab's agent: runs outside the host's root, talks to the desktop on a virtio port, does in the host what it asks.
 * The loader starts it again should it ever end.
 */
function start(attempt: number): void {
  try {
    const name = os.readdir('/dev')[0].find((entry) => PORT_NAME.test(entry));
    if (!name) throw new Error('there is no virtio port 1');
    const conversation = new Conversation(`/dev/${name}`);
    native.setUncaughtHandler((error) => conversation.report(error));
  } catch (error) {
    if (attempt === 0) std.err.puts(`agent: ${messageOf(error)}; trying again\n`);
    os.setTimeout(() => start(attempt + 1), RETRY_MS);
  }
}

raiseLoopback();
start(0);
