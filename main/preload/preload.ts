/** The bridge: the only code that sees both Electron and the window. It passes messages on and decides nothing. */
import { contextBridge, ipcRenderer } from 'electron';
import type { LabBridge, MenuCommand } from '../shared/contracts/bridge.ts';
import type { DoorAnswer, DoorEvent, ServiceStatus } from '../shared/contracts/door.ts';
import { DoorClient } from '../shared/door-client.ts';

const LAB_ARGUMENT = '--bootbank-lab=';

const client = new DoorClient();
let lastStatus: ServiceStatus = { state: 'starting' };

ipcRenderer.on('lab.port', (event) => {
  const port = event.ports[0];
  if (port === undefined) return;
  port.onmessage = (message: MessageEvent) => client.receive(message.data as DoorAnswer | DoorEvent);
  client.attach({ postMessage: (message) => port.postMessage(message), close: () => port.close() });
});

ipcRenderer.on('lab.service', (_event, status: ServiceStatus) => {
  lastStatus = status;
  if (status.state !== 'ready') client.detach();
});

function listen<T>(channel: string, listener: (value: T) => void): () => void {
  const forward = (_event: unknown, value: T) => listener(value);
  ipcRenderer.on(channel, forward);
  return () => ipcRenderer.off(channel, forward);
}

const bridge: LabBridge = {
  call: (id, method, input) => client.call(id, method, input),
  cancel: (id) => client.cancel(id),
  onEvent(listener) {
    const subscription = client.onEvent(listener);
    return () => subscription.dispose();
  },
  onService(listener) {
    listener(lastStatus);
    return listen<ServiceStatus>('lab.service', listener);
  },
  onMenu: (listener) => listen<MenuCommand>('lab.menu', listener),
  invoke: (channel, input) => ipcRenderer.invoke(channel, input),
  test: process.argv.includes('--bootbank-test'),
  startLab: process.argv.find((argument) => argument.startsWith(LAB_ARGUMENT))?.slice(LAB_ARGUMENT.length) ?? null,
};

contextBridge.exposeInMainWorld('lab', bridge);
void ipcRenderer.invoke('service.connect');
