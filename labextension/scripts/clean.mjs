// Removes everything a build writes, so that no file of an earlier build is ever shipped.
import { rmSync } from 'node:fs';

for (const output of ['lib', '../tram_ext/labextension', '../tram_ext/widgets/static']) {
  rmSync(new URL(`../${output}`, import.meta.url), { recursive: true, force: true });
}
