import { type FaultArgs, faultCommand } from '../../labs/schema/index.ts';
import type { Service } from '../../main/session/service.ts';
import type { BankView } from '../../main/shared/contracts/banks.ts';
import { startService } from './session.ts';
import { describeDepot, type VibParts } from './small-depot.ts';

export const OLD_BUILD = '5.5.0-1500500';
export const NEW_BUILD = '5.5.0-1700700';
const DATASTORE = '/vmfs/volumes/datastore1';
const COMMAND_MS = 60_000;
const BOOT_MS = 60_000;
const OFFER = '<ENTER: Boot>';

/** What a command said. */
export interface Said {
  exitCode: number;
  text: string;
}

/** A host whose other bank has an image that waits for its first start. Any number of tests begin there: `again`. */
export class UpdatedHost {
  private readonly service: Service;
  private readonly on: { session: string; host: string };
  private waiting = '';

  private constructor(service: Service, on: { session: string; host: string }) {
    this.service = service;
    this.on = on;
  }

  /** A host as the image has it, without an update. */
  static async openFresh(): Promise<UpdatedHost> {
    const service = await startService();
    const { session, hosts } = await service.call('session.open', { topology: { hosts: [{ name: 'esx01' }] } });
    return new UpdatedHost(service, { session, host: hosts[0]!.name });
  }

  static async open(): Promise<UpdatedHost> {
    const host = await UpdatedHost.openFresh();
    const base = { build: NEW_BUILD.split('-')[1]!, update: 1 };
    await host.putDepot('update.zip', { base, profiles: [{ name: 'update' }] });
    await host.out(`esxcli software profile update -p update -d ${DATASTORE}/update.zip`);
    host.waiting = (await host.service.call('session.snapshot', { session: host.on.session })).snapshot;
    return host;
  }

  /** The running host of the beginning. */
  again(): Promise<void> {
    return this.service
      .call('session.restore', { session: this.on.session, snapshot: this.waiting })
      .then(() => undefined);
  }

  /** @returns its path on the host. */
  async putDepot(name: string, parts: Parameters<typeof describeDepot>[0]): Promise<string> {
    return this.put(name, await this.service.depots.build(this.image, describeDepot(parts)));
  }

  /** A VIB as a file of its own. @returns its path on the host. */
  async putVib(parts: VibParts & { name: string }): Promise<string> {
    const description = describeDepot({ vibs: [parts] });
    return this.put(`${parts.name}.vib`, await this.service.depots.build(this.image, description, parts.name));
  }

  async run(command: string): Promise<Said> {
    const result = await this.service.call('host.exec', { ...this.on, command, timeoutMs: COMMAND_MS });
    return { exitCode: result.exitCode, text: result.stdout + result.stderr };
  }

  /** What a command that must succeed says. */
  async out(command: string): Promise<string> {
    const { exitCode, text } = await this.run(command);
    if (exitCode !== 0) throw new Error(`${command}: ${exitCode}: ${text}`);
    return text;
  }

  async break(fault: FaultArgs): Promise<void> {
    await this.out(faultCommand(fault));
  }

  async putText(path: string, text: string): Promise<void> {
    await this.service.call('host.writeFile', { ...this.on, path, text });
    await this.out('sync');
  }

  async banks(): Promise<{ bank5: BankView; bank6: BankView }> {
    const { banks } = await this.service.call('host.banks', this.on);
    return { bank5: banks[0]!, bank6: banks[1]! };
  }

  /** Presses the reset button. */
  async reset(): Promise<void> {
    await this.service.call('host.power', { ...this.on, action: 'reset' });
  }

  /** Waits for a text on the screen. @returns its rows. */
  async shows(text: string): Promise<string[]> {
    const wanted = { ...this.on, console: 'vga' as const, text, timeoutMs: BOOT_MS };
    return (await this.service.call('console.wait', wanted)).rows;
  }

  async type(keys: string): Promise<void> {
    await this.service.call('console.type', { ...this.on, console: 'vga', keys });
  }

  /** @returns rows of the loader's countdown, which is ended with ENTER. */
  async bootAtOnce(): Promise<string[]> {
    const rows = await this.shows(OFFER);
    await this.type('<Enter>');
    return rows;
  }

  /** Waits for the services. @returns the build of what has come up. */
  async comesUp(): Promise<string> {
    await this.service.call('host.wait', { ...this.on, state: 'ready', timeoutMs: BOOT_MS });
    return (await this.out("sed -n 's/^build=//p' /bootbank/boot.cfg | tr -d '\\r\\n'")).trim();
  }

  close(): Promise<void> {
    return this.service.close();
  }

  private get image() {
    return this.service.session(this.on.session).host(this.on.host).image;
  }

  private async put(name: string, data: Uint8Array): Promise<string> {
    const path = `${DATASTORE}/${name}`;
    await this.service.call('host.writeFile', { ...this.on, path, base64: Buffer.from(data).toString('base64') });
    return path;
  }
}
