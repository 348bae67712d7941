/** Development only: the window in a browser tab, over a made-up service. Never part of the built app. */
import { createFakeBridge } from './fake-client.ts';

window.lab = createFakeBridge(new URLSearchParams(location.search));
await import('../app/main.tsx');
