/** What the boot banks of a host are, and what they were when the lab began, as words for a table. */
import { bytesText, plural, secondText } from '../../app/text.ts';
import type { BankView } from '../../app/types.ts';

export interface BankCell {
  now: string;
  /** What it was when the lab began; null: the same, or nobody looked then. */
  before: string | null;
  /** What goes wrong here: shown as such. */
  trouble: string[];
  /** Each change by itself, where the cell is only a count. */
  details: string[];
}

export interface BankRow {
  id: string;
  title: string;
  /** The host itself goes on changing it: it counts as no difference, and is not spoken of. */
  restless: boolean;
  /** One a bank, in the order of the banks. */
  cells: BankCell[];
}

/** Which bank the host runs from, or would boot: a name, and the one it was. */
export interface BankRole {
  now: string;
  before: string | null;
}

interface RowKind {
  id: string;
  title: string;
  text(bank: BankView): string;
  trouble?(bank: BankView): string[];
  details?(bank: BankView, before: BankView): string[];
  restless?: true;
}

const NONE = '–';
const FIRST_PARTITION = 5;

const stateWords: Record<BankView['state'], string> = {
  valid: 'valid (0)',
  upgrading: 'upgraded, first start pending (1)',
  dirty: 'being tried (2)',
  invalid: 'bad (3)',
  empty: 'empty (3)',
  corrupt: 'unreadable',
};

/** How many and not which: to find that out, on the host, is what labs ask for. */
const moduleTroubles = [
  ['missing', 'missing'],
  ['damaged', 'damaged'],
  ['unlisted', 'of no VIB of this image: the loader leaves it out'],
] as const;

const kinds: RowKind[] = [
  {
    id: 'state',
    title: 'State',
    text: ({ state }) => stateWords[state],
    trouble: ({ state, notes }) =>
      notes.length === 0 && state === 'corrupt' ? ['boot.cfg is missing or can’t be understood.'] : notes.map(sentence),
  },
  { id: 'build', title: 'Build', text: ({ build }) => build || NONE },
  { id: 'updated', title: 'Counter', text: ({ state, updated }) => (state === 'corrupt' ? NONE : String(updated)) },
  {
    id: 'modules',
    title: 'Modules',
    text: ({ modules }) => (modules.length === 0 ? NONE : String(modules.length)),
    trouble: ({ modules }) =>
      moduleTroubles.flatMap(([state, words]) => {
        const count = modules.filter((module) => module.state === state).length;
        return count === 0 ? [] : `${count} ${words}`;
      }),
    details: moduleChanges,
  },
  { id: 'profile', title: 'Image profile', text: ({ profile }) => profile ?? NONE },
  {
    id: 'vibs',
    title: 'VIBs',
    text: ({ vibs }) => (vibs.length === 0 ? NONE : String(vibs.length)),
    details: vibChanges,
  },
  {
    id: 'saved',
    title: 'Configuration saved',
    text: ({ savedAt }) => (savedAt === null ? NONE : secondText(savedAt)),
    restless: true,
  },
  { id: 'free', title: 'Free', text: ({ state, freeBytes }) => (state === 'corrupt' ? NONE : bytesText(freeBytes)) },
];

/** @param atStart null: nobody looked when the lab began, so nothing counts as changed. */
export function bankRows(banks: readonly BankView[], atStart: readonly BankView[] | null): BankRow[] {
  return kinds.map((kind) => ({
    id: kind.id,
    title: kind.title,
    restless: kind.restless ?? false,
    cells: banks.map((bank) =>
      cellOf(
        kind,
        bank,
        atStart?.find(({ partition }) => partition === bank.partition),
      ),
    ),
  }));
}

export function bankName({ partition }: Pick<BankView, 'partition'>): string {
  return `Bank ${partition - FIRST_PARTITION + 1}`;
}

/** What runs, and what the loader would boot. `now` is empty when the host has not said. */
export function bankRoles(
  banks: readonly BankView[],
  atStart: readonly BankView[] | null,
): { running: BankRole; next: BankRole } {
  const running = (all: readonly BankView[]) => nameOf(all, ({ isRunning }) => isRunning === true);
  const next = (all: readonly BankView[]) => nameOf(all, ({ isNext }) => isNext) || 'none';
  return {
    running: roleOf(running(banks), atStart && running(atStart)),
    next: roleOf(next(banks), atStart && next(atStart)),
  };
}

/** How many values are not what they were when the lab began. */
export function countChanges(rows: readonly BankRow[], roles: { running: BankRole; next: BankRole }): number {
  const cells = rows.flatMap((row) => row.cells);
  return [...cells.filter(isChanged), ...[roles.running, roles.next].filter(({ before }) => before !== null)].length;
}

export function isChanged(cell: BankCell): boolean {
  return cell.before !== null || cell.details.length > 0;
}

/** Said to those who do not see the table change: what is not as it was at the last look. */
export function spokenChanges(
  before: readonly BankView[],
  now: readonly BankView[],
  beforeRows = bankRows(before, null),
): string {
  const said = bankRows(now, null).flatMap((row, at) =>
    row.cells.flatMap((cell, bank) => {
      const was = beforeRows[at]?.cells[bank];
      const text = [cell.now, ...cell.trouble].join('; ');
      if (row.restless || was === undefined || text === [was.now, ...was.trouble].join('; ')) return [];
      return `${bankName(now[bank]!)}: ${row.title.toLowerCase()} ${text}`;
    }),
  );
  const { running, next } = bankRoles(now, before);
  if (running.before !== null) said.push(`running: ${running.now.toLowerCase()}`);
  if (next.before !== null) said.push(`starts next: ${next.now.toLowerCase()}`);
  return said.join('. ');
}

function cellOf(kind: RowKind, bank: BankView, before: BankView | undefined): BankCell {
  const now = kind.text(bank);
  const was = before && !kind.restless ? kind.text(before) : undefined;
  return {
    now,
    before: was === undefined || was === now ? null : was,
    trouble: kind.trouble?.(bank) ?? [],
    details: before ? shortened(kind.details?.(bank, before) ?? []) : [],
  };
}

function roleOf(now: string, before: string | null): BankRole {
  return { now, before: now === '' || !before || before === now ? null : before };
}

function nameOf(banks: readonly BankView[], fits: (bank: BankView) => boolean): string {
  const bank = banks.find(fits);
  return bank === undefined ? '' : bankName(bank);
}

function vibChanges({ vibs }: BankView, before: BankView): string[] {
  // Of a bank that had nothing, everything is new: the count says it.
  if (before.vibs.length === 0) return [];
  const was = new Map(before.vibs.map(({ name, version }) => [name, version]));
  const is = new Set(vibs.map(({ name }) => name));
  return [
    ...vibs.flatMap(({ name, version }) => {
      const old = was.get(name);
      if (old === version) return [];
      return old === undefined ? `added ${name} ${version}` : `${name} ${old} → ${version}`;
    }),
    ...before.vibs.flatMap(({ name, version }) => (is.has(name) ? [] : `removed ${name} ${version}`)),
  ];
}

/** Troubles are told anyway; that one is gone, or another file is there, is only seen beside the start. */
function moduleChanges({ modules }: BankView, before: BankView): string[] {
  if (before.modules.length === 0) return [];
  const was = new Map(before.modules.map((module) => [module.file, module.state]));
  const is = new Set(modules.map(({ file }) => file));
  const added = modules.flatMap(({ file }) => (was.has(file) ? [] : file));
  const removed = before.modules.flatMap(({ file }) => (is.has(file) ? [] : file));
  const turned = modules.flatMap(({ file, state }) => {
    const old = was.get(file);
    return old === undefined || old === state ? [] : `${file}: ${old} → ${state}`;
  });
  return [
    ...(added.length > 0 ? [listText('added', added)] : []),
    ...(removed.length > 0 ? [listText('removed', removed)] : []),
    ...turned,
  ];
}

const NAMED = 4;
const DETAILS = 8;

function shortened(details: string[]): string[] {
  const more = details.length - DETAILS;
  return more <= 0 ? details : [...details.slice(0, DETAILS), `and ${plural(more, 'other')}`];
}

function listText(verb: string, names: readonly string[]): string {
  const more = names.length - NAMED;
  return `${verb} ${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${plural(more, 'other')}` : ''}`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
