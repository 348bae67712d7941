import { catalog, loadCatalog, ordered, startLab } from '../features/catalog/catalog.tsx';
import { terminals } from '../features/terminal/terminals.ts';
import { recall } from './memory.ts';

const PROMPT = '~ #';
const LOOK_MS = 25;

/** Opens what the app was asked for, else the lab that was open when it ended; at the very first start the first lab. */
export async function openAtStart(wanted: string | null): Promise<void> {
  if (wanted !== null && wanted !== 'first') return startLab(wanted);
  const left = recall<string | null>('open-lab', null);
  if (left !== null) return startLab(left);
  if (wanted !== 'first') return;
  await loadCatalog();
  const labs = catalog.get().labs ?? [];
  const [first] = ordered(labs);
  if (first !== undefined && labs.every((card) => card.progress.state === 'new')) startLab(first.id);
}

/** For `lab bench app.start`: says when the first shell can be typed into. */
export function tellWhenUsable(): void {
  const isUsable = () => terminals.keys().some((key) => terminals.read(key)?.some((line) => line.includes(PROMPT)));
  const timer = setInterval(() => {
    if (!isUsable()) return;
    clearInterval(timer);
    console.info('bootbank: lab usable');
  }, LOOK_MS);
}
