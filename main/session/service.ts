import path from 'node:path';
import {
  type ApiClient,
  type ApiEvent,
  type ApiEventName,
  type ApiEvents,
  type ApiInput,
  type ApiMethod,
  type ApiOutput,
  api,
} from '../shared/contracts/api.ts';
import { Emitter } from '../shared/emitter.ts';
import { LabError } from '../shared/errors.ts';
import { createDepotBuilder, type DepotBuilder } from './depots.ts';
import { createImageStore, type ImageStore } from './images.ts';
import { createLabLibrary, type LabLibrary } from './lab-library.ts';
import { createMethods, type MethodTable } from './methods.ts';
import type { Paths } from './paths.ts';
import { createProgressStore, type ProgressStore } from './progress-store.ts';
import type { LabSession } from './session.ts';

export interface Service extends ApiClient {
  readonly paths: Paths;
  readonly images: ImageStore;
  readonly depots: DepotBuilder;
  readonly labs: LabLibrary;
  readonly progress: ProgressStore;
  readonly sessions: Map<string, LabSession>;
  /** @throws LabError `session.unknown` */
  session(id: string): LabSession;
  emit<K extends ApiEventName>(name: K, data: ApiEvents[K]): void;
  /** Saves what is kept, stops every machine. */
  close(): Promise<void>;
}

/** One service a process: the sessions in it, and the API that every door serves. */
export function createService(options: { paths: Paths }): Service {
  const { paths } = options;
  const events = new Emitter<ApiEvent>();
  const stop = new AbortController();
  const sessions = new Map<string, LabSession>();
  const service: Service = {
    paths,
    sessions,
    images: createImageStore(
      paths.cache,
      (text, step, steps) => service.emit('session.progress', { session: '', operation: 'image', text, step, steps }),
      stop.signal,
    ),
    depots: createDepotBuilder(paths.root),
    labs: createLabLibrary(paths.labs),
    progress: createProgressStore(path.join(paths.data, 'progress.json')),
    session(id) {
      const found = sessions.get(id);
      if (!found) throw new LabError('session.unknown', `no open session ${JSON.stringify(id)}`);
      return found;
    },
    emit(name, data) {
      events.fire({ name, data } as ApiEvent);
    },
    onEvent: (listener) => events.event(listener),
    async call<M extends ApiMethod>(
      method: M,
      input: ApiInput<M>,
      callOptions: { signal?: AbortSignal } = {},
    ): Promise<ApiOutput<M>> {
      const parsed = api[method].input.safeParse(input ?? {});
      if (!parsed.success) throw invalidInput(method, parsed.error.issues);
      const run = methods[method] as (input: unknown, signal: AbortSignal) => Promise<unknown>;
      return (await run(parsed.data, callOptions.signal ?? stop.signal)) as ApiOutput<M>;
    },
    async close() {
      stop.abort();
      await Promise.allSettled([...sessions.values()].map((session) => session.close()));
      sessions.clear();
      events.dispose();
    },
  };
  const methods: MethodTable = createMethods(service);
  return service;
}

function invalidInput(method: string, issues: readonly { path: PropertyKey[]; message: string }[]): LabError {
  const places = issues.map((issue) => `${issue.path.map(String).join('.') || 'params'}: ${issue.message}`);
  return new LabError('input.invalid', `${method}: ${places.join('; ')}`, { details: { places } });
}
