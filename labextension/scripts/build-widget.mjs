// Bundles each notebook widget into one ES module and one style sheet that need nothing from the network.
import { build } from 'esbuild';

import { bundling, here } from './bundling.mjs';

await build({
  ...bundling,
  entryPoints: {
    annotator: here('src/anywidget/annotator.tsx'),
    matrix: here('src/anywidget/matrix.tsx'),
    status: here('src/anywidget/status.ts'),
    table: here('src/anywidget/table.tsx'),
    upload: here('src/anywidget/upload.tsx')
  },
  outdir: here('../tram_ext/widgets/static')
});
