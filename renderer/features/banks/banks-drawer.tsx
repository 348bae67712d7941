import { useEffect } from 'react';
import { useStore } from '../../app/store.ts';
import { plural } from '../../app/text.ts';
import type { BankView, HostView } from '../../app/types.ts';
import { Icon } from '../../components/icon.tsx';
import { Banner, Notice } from '../../components/notice.tsx';
import { lab } from '../session/lab-session.ts';
import { panes } from '../session/panes.ts';
import { followBanks, banks as store } from './bank-feed.ts';
import { type BankCell, type BankRole, bankName, bankRoles, bankRows, countChanges, isChanged } from './bank-rows.ts';

/** Both boot banks of the machine in the focused pane, and what is not as it was when the lab began. */
export function BanksDrawer() {
  const { view } = useStore(lab);
  const { panes: all, focused } = useStore(panes);
  const host = view?.hosts.find(({ name }) => name === all[focused]?.host);
  if (view === null || host === undefined) return null;
  return <HostBanks key={host.name} session={view.session} host={host} />;
}

function HostBanks({ session, host }: { session: string; host: HostView }) {
  useEffect(() => followBanks(session, host.name), [session, host.name]);
  const { of, banks, atStart, error } = useStore(store);
  const known = of === `${session}/${host.name}` ? banks : null;
  return (
    <div className="banks" data-testid="banks">
      {error !== null && known !== null && (
        <Banner kind="warn">
          The banks of {host.name} could not be read just now, so this is what they were: {error.message} ({error.code})
        </Banner>
      )}
      {error !== null && known === null && (
        <Notice title={`The boot banks of ${host.name} can’t be read`} icon="bang" error>
          {error.message} ({error.code}) The disk is looked at again every few seconds.
        </Notice>
      )}
      {known === null && error === null && <p className="muted">Reading the disk of {host.name}…</p>}
      {known !== null && known.length === 0 && (
        <Notice title={`${host.name} has no boot banks`} icon="host">
          Its disk has no partitions 5 and 6. Reset the host to start with a sound disk.
        </Notice>
      )}
      {known !== null && known.length > 0 && <Banks host={host} banks={known} atStart={atStart} />}
    </div>
  );
}

function Banks({ host, banks, atStart }: { host: HostView; banks: BankView[]; atStart: BankView[] | null }) {
  const rows = bankRows(banks, atStart);
  const roles = bankRoles(banks, atStart);
  const changes = countChanges(rows, roles);
  return (
    <>
      {!banks.some(({ isNext }) => isNext) && (
        <Banner kind="bad">
          No bank can be started: the boot loader stops with “No hypervisor found.” While {host.name} runs, its shell
          can mend that; otherwise reset it to the start of the lab.
        </Banner>
      )}
      <div className="bank-summary">
        <h3>{host.name}</h3>
        <dl className="bank-roles">
          <dt>Running</dt>
          <dd data-testid="bank-running">
            {roles.running.now === '' ? (
              <span className="muted">{host.state === 'ready' ? 'not known' : `none: ${host.name} is not up`}</span>
            ) : (
              <Role role={roles.running} />
            )}
          </dd>
          <dt>Starts next</dt>
          <dd data-testid="bank-next">
            <Role role={roles.next} />
          </dd>
          <dt>Since the lab began</dt>
          <dd data-testid="bank-changes">{changesText(changes, atStart)}</dd>
        </dl>
      </div>
      <table>
        <caption className="visually-hidden">Boot banks of {host.name}</caption>
        <thead>
          <tr>
            <td />
            {banks.map((bank) => (
              <BankHead key={bank.partition} bank={bank} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.title}</th>
              {row.cells.map((cell, at) => (
                <Cell key={banks[at]?.partition} cell={cell} testId={`bank-${banks[at]?.partition}-${row.id}`} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function BankHead({ bank }: { bank: BankView }) {
  return (
    <th scope="col">
      <span className="bank-head">
        {bankName(bank)} <span className="small muted">partition {bank.partition}</span>
        {bank.isRunning && <span className="tag">running</span>}
        {bank.isNext && <span className="tag">starts next</span>}
      </span>
    </th>
  );
}

function Cell({ cell, testId }: { cell: BankCell; testId: string }) {
  return (
    <td data-testid={testId} className={isChanged(cell) ? 'changed' : ''}>
      <BeforeAndNow before={cell.before} now={cell.now} />
      {cell.details.map((detail) => (
        <div key={detail} className="small">
          {detail}
        </div>
      ))}
      {cell.trouble.map((text) => (
        <div key={text} className="bank-trouble small">
          <Icon name="bang" size={12} />
          {text}
        </div>
      ))}
    </td>
  );
}

function Role({ role }: { role: BankRole }) {
  return (
    <span className={role.before === null ? '' : 'changed'}>
      <BeforeAndNow before={role.before} now={role.now} />
    </span>
  );
}

/** `valid (0) → bad (3)`; the arrow is spoken as words. */
function BeforeAndNow({ before, now }: { before: string | null; now: string }) {
  if (before === null) return <span>{now}</span>;
  return (
    <span>
      <span className="visually-hidden">was </span>
      <span className="muted">{before}</span>
      <span aria-hidden="true"> → </span>
      <span className="visually-hidden">, now </span>
      <span className="bank-now">{now}</span>
    </span>
  );
}

function changesText(changes: number, atStart: BankView[] | null): string {
  if (atStart === null) return 'not known: the banks were not looked at then';
  return changes === 0 ? 'unchanged' : `${plural(changes, 'value')} changed`;
}
