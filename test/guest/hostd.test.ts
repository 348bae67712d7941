import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RpcProcess } from '../helpers/rpc.ts';

let rpc: RpcProcess;
let session: string;
let host: string;

beforeAll(async () => {
  rpc = new RpcProcess();
  const opened = await rpc.call('session.open', { image: 'esxi' });
  session = opened.session;
  host = opened.hosts[0]!.name;
});
afterAll(() => rpc.end());

const exec = (command: string) => rpc.call('host.exec', { session, host, command, timeoutMs: 60_000 });
async function out(command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await exec(command);
  if (exitCode !== 0) throw new Error(`${command}: ${exitCode}: ${stderr}${stdout}`);
  return stdout;
}

/** Waits for a condition of the shell to come true. */
const until = (condition: string) =>
  out(`n=0; until ${condition}; do n=$((n+1)); [ $n -lt 200 ] || exit 1; sleep 0.2; done`);

describe('the host agent', () => {
  it('answers many clients at once, each whole', async () => {
    const clients = 'for i in 1 2 3 4 5 6 7 8; do esxcli system settings advanced list >/tmp/list$i & done; wait';
    const sums = await out(`${clients}; md5sum /tmp/list* | cut -d" " -f1 | sort -u | wc -l; wc -l </tmp/list8`);
    const [different, lines] = sums.trim().split('\n').map(Number);
    expect(different).toBe(1);
    expect(lines).toBeGreaterThan(1500);
  });

  it('outlives clients that stop listening or are killed', async () => {
    expect(await out('esxcli system settings advanced list | head -1')).toBe('   Path: /Annotations/WelcomeMessage\n');
    await exec('vmkping -c 1000 127.0.0.1 >/dev/null & sleep 0.5; kill -9 $!');
    expect(await out('esxcli system hostname get')).toContain('Host Name: ');
  });

  it('ends an interrupted command and reports what it had', async () => {
    const { stdout } = await exec('vmkping -c 1000 127.0.0.1 & p=$!; sleep 2.5; kill -INT $p; wait $p');
    expect(stdout).toMatch(/packets transmitted, \d+ packets received, 0% packet loss/);
  });

  it('makes changes that come at the same time one after another', async () => {
    await out('for i in 1 2 3 4 5; do esxcli network vswitch standard add -v same$i & done; wait');
    const names = await out('esxcli network vswitch standard list | grep "^same" | sort | tr "\\n" " "');
    expect(names.trim()).toBe('same1 same2 same3 same4 same5');
    expect(await out("grep -c 'name = \"same' /etc/vmware/esx.conf")).toBe('5\n');
  });

  it('loses nothing when it is killed and comes back', async () => {
    const look = 'esxcli network vswitch standard list; esxcli network ip interface list; esxcli network nic list';
    const before = await out(look);
    await out('rm -f /var/run/hostd.sock; kill -9 $(cat /var/run/vmware/vmware-hostd.PID)');
    expect((await exec('esxcli system version get')).stderr).toBe('Connect to localhost failed: Connection failure\n');
    expect(await out('localcli system hostname get')).toContain('Host Name: ');
    await until('esxcli system version get >/dev/null 2>&1');
    expect(await out(look)).toBe(before);
  });

  it('takes a ruleset added by hand, and drops packets without one', async () => {
    const open = 'XTABLES_LOCKFILE=/tmp/lock iptables-save | grep -c 7777';
    expect((await exec(open)).stdout).toBe('0\n');
    const rule = '<rule><direction>inbound</direction><protocol>tcp</protocol><port>7777</port></rule>';
    const xml = `<ConfigRoot><service><id>mine</id>${rule}<enabled>true</enabled></service></ConfigRoot>`;
    await out(`echo '${xml}' >/etc/vmware/firewall/mine.xml; esxcli network firewall refresh`);
    expect(await out(open)).toBe('2\n');
    expect(await out('esxcli network firewall ruleset list -r mine')).toMatch(/mine +true\n$/);
  });

  it('keeps esx.conf true', async () => {
    await out('esxcli system hostname set --fqdn=esx77.lab.example');
    await out('esxcli system settings advanced set -o /UserVars/ESXiShellInteractiveTimeOut -i 900');
    expect(await out('grep -c -e \'HostName = "esx77.lab.example"\' -e \'TimeOut = "900"\' /etc/vmware/esx.conf')).toBe(
      '2\n',
    );
    expect(await out('hostname; cat /var/run/shell-idle-timeout')).toBe('esx77\n900\n');
  });
});
