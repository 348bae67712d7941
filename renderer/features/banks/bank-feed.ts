/** The boot banks of the host that is looked at, read again while they are shown. */
import { LabError } from '../../../main/shared/errors.ts';
import { announce } from '../../app/announce.tsx';
import { client, errorText } from '../../app/client.ts';
import { startPolling } from '../../app/poll.ts';
import { createStore } from '../../app/store.ts';
import type { BankView } from '../../app/types.ts';
import { spokenChanges } from './bank-rows.ts';

const POLL_MS = 2000;

interface BanksState {
  /** Session and host that the rest is about. */
  of: string;
  banks: BankView[] | null;
  atStart: BankView[] | null;
  /** Why the last look failed; what was seen before stays. */
  error: { code: string; message: string } | null;
}

export const banks = createStore<BanksState>({ of: '', banks: null, atStart: null, error: null });

/** Reads the banks of a host now, every few seconds and when its power changes. @returns What ends it. */
export function followBanks(session: string, host: string): () => void {
  const of = `${session}/${host}`;
  if (banks.get().of !== of) banks.set({ of, banks: null, atStart: null, error: null });
  const poll = startPolling(
    () => readBanks(session, host),
    POLL_MS,
    () => document.hidden,
  );
  const seen = () => poll.now();
  document.addEventListener('visibilitychange', seen);
  const events = client.onEvent((event) => {
    if (event.name === 'host.state' && event.data.session === session && event.data.host === host) poll.now();
  });
  return () => {
    poll.stop();
    events.dispose();
    document.removeEventListener('visibilitychange', seen);
  };
}

async function readBanks(session: string, host: string): Promise<void> {
  const of = `${session}/${host}`;
  try {
    const answer = await client.call('host.banks', { session, host });
    const before = banks.get();
    if (before.of !== of) return;
    const said = before.banks === null ? '' : spokenChanges(before.banks, answer.banks);
    if (said !== '') announce(`${host}, ${said}`);
    banks.set({ ...answer, error: null });
  } catch (error) {
    if (banks.get().of !== of) return;
    const code = error instanceof LabError ? error.code : 'internal.unexpected';
    banks.set({ error: { code, message: errorText(error) } });
  }
}
