import { randomUUID } from 'node:crypto';
import { LabError } from '../shared/errors.ts';
import type { GuestChannel, ShellHandle } from '../vm/types.ts';

export interface ShellEvents {
  output(shell: string, data: string): void;
  exit(shell: string, exitCode: number): void;
}

/** The open ESXi Shells of one session. Bytes cross as Latin-1 text: a chunk may end inside a character. */
export class Shells {
  private readonly open = new Map<string, ShellHandle>();
  private readonly events: ShellEvents;

  constructor(events: ShellEvents) {
    this.events = events;
  }

  async start(guest: GuestChannel, size: { rows: number; columns: number }): Promise<string> {
    const handle = await guest.openShell(size);
    const id = randomUUID();
    this.open.set(id, handle);
    handle.onOutput((data) =>
      this.events.output(id, Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1')),
    );
    handle.onExit(({ exitCode }) => {
      this.open.delete(id);
      this.events.exit(id, exitCode);
    });
    return id;
  }

  input(id: string, data: string): void {
    this.get(id).write(Buffer.from(data, 'latin1'));
  }

  resize(id: string, rows: number, columns: number): void {
    this.get(id).resize(rows, columns);
  }

  close(id: string): void {
    this.open.get(id)?.dispose();
    this.open.delete(id);
  }

  closeAll(): void {
    for (const id of [...this.open.keys()]) this.close(id);
  }

  private get(id: string): ShellHandle {
    const shell = this.open.get(id);
    if (!shell) throw new LabError('shell.unknown', `no open shell ${id}`);
    return shell;
  }
}
