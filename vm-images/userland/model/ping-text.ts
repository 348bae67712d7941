import type { PingEvent, PingSummary } from './system.ts';

/** The lines `vmkping` (and `ping`) print. */
export function pingHeader(name: string, address: string, payloadBytes: number): string {
  return `PING ${name} (${address}): ${payloadBytes} data bytes\n`;
}

/** One event's line; a timeout prints nothing. */
export function pingLine(event: PingEvent): string {
  if (event.kind === 'reply') {
    const rtt = event.rttMs.toFixed(3);
    const dup = event.duplicate ? ' DUP!' : '';
    return `${event.bytes} bytes from ${event.from}: icmp_seq=${event.sequence} ttl=${event.ttl} time=${rtt} ms${dup}\n`;
  }
  return event.kind === 'send-error' ? `sendto() failed (${sendErrorText(event.errno)})\n` : '';
}

export function sendErrorText(errno: string): string {
  switch (errno) {
    case 'EMSGSIZE':
      return 'Message too long';
    case 'ENETUNREACH':
      return 'Network is unreachable';
    case 'EHOSTUNREACH':
      return 'No route to host';
    case 'EPERM':
      return 'Operation not permitted';
    case 'ENODEV':
    case 'ENETDOWN':
      return 'Network is down';
    default:
      return errno;
  }
}

export function pingFooter(name: string, summary: PingSummary): string {
  const { transmitted, received, duplicates, minMs, avgMs, maxMs } = summary;
  const lost = transmitted === 0 ? 0 : Math.round(((transmitted - received) / transmitted) * 100);
  const dup = duplicates > 0 ? `+${duplicates} duplicates, ` : '';
  let out = `\n--- ${name} ping statistics ---\n`;
  out += `${transmitted} packets transmitted, ${received} packets received, ${dup}${lost}% packet loss\n`;
  if (received > 0) out += `round-trip min/avg/max = ${minMs.toFixed(3)}/${avgMs.toFixed(3)}/${maxMs.toFixed(3)} ms\n`;
  return out;
}
