/** Entry of the utility process: the session service behind the app's window. */
import path from 'node:path';
import { resolvePaths } from './paths.ts';
import { serveParentPort } from './port-door.ts';
import { createService } from './service.ts';

const service = createService({ paths: resolvePaths(path.resolve(__dirname, '..')) });
serveParentPort(service, () => service.close());
