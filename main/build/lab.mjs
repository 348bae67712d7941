#!/usr/bin/env node
// `npm run -s lab -- VERB`: bundles when stale, then runs the command line in this process.
import './node-version.mjs';
import { createRequire } from 'node:module';
import path from 'node:path';

const { bundleNode, rootDir } = await import('./bundle.mjs');
await bundleNode();
createRequire(import.meta.url)(path.join(rootDir, 'dist/lab.cjs'));
