import type { ServiceStatus } from '../../main/shared/contracts/door.ts';
import { createStore } from './store.ts';

/** How the session service is; views say so when it is down and load again when it is back. */
export const service = createStore<{ status: ServiceStatus; readies: number; wasDown: boolean }>({
  status: { state: 'starting' },
  readies: 0,
  wasDown: false,
});

export function followService(): void {
  window.lab.onService((status) => {
    const before = service.get();
    const back = status.state === 'ready' && before.status.state !== 'ready';
    service.set({
      status,
      readies: before.readies + (back ? 1 : 0),
      wasDown: status.state === 'stopped' || (before.wasDown && status.state !== 'ready'),
    });
  });
}
