// Builds a page with the annotator over a workbench in memory: node scripts/build-harness.mjs FOLDER
// FOLDER/data.js is to set window.tramWorkbench, a `MemoryWorkbench` of src/annotator/testing/memoryTransport.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

import { bundling, here } from './bundling.mjs';

const folder = process.argv[2];
if (!folder) {
  throw new Error('Say where to: node scripts/build-harness.mjs FOLDER');
}
mkdirSync(folder, { recursive: true });
await build({ ...bundling, entryPoints: { harness: here('src/annotator/testing/harness.ts') }, outdir: folder });
writeFileSync(
  join(folder, 'index.html'),
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Annotator</title><link rel="icon" href="data:,"><link rel="stylesheet" href="harness.css">
<style>html{color-scheme:light dark}body{margin:16px;--tram-height:calc(100vh - 32px)}</style>
<main id="host"></main><script src="data.js"></script><script type="module" src="harness.js"></script></html>\n`
);
