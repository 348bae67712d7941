const BASE = '127.0.0.1\tlocalhost.localdomain localhost\n::1\tlocalhost.localdomain localhost\n';

/** `/etc/hosts` with this host's own line brought up to date; what others wrote stays. */
export function updateHosts(current: string, host: { address: string; fqdn: string; hostName: string }): string {
  const lines = (current.trim() === '' ? BASE : current).split('\n').filter((line) => !isOwnLine(line));
  while (lines[lines.length - 1] === '') lines.pop();
  if (host.address !== '') {
    const names = host.fqdn === host.hostName ? host.hostName : `${host.fqdn} ${host.hostName}`;
    lines.push(`${host.address}\t${names}${MARK}`);
  }
  return `${lines.join('\n')}\n`;
}

const MARK = '\t# this host';

function isOwnLine(line: string): boolean {
  return line.endsWith(MARK);
}
