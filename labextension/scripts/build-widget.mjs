// Bundles each notebook widget into one ES module and one style sheet that need nothing from the network.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path => fileURLToPath(new URL(`../${path}`, import.meta.url));

// A notebook saves the module with the widget's state, so size matters: Preact stands in for React.
const preact = {
  react: 'preact/compat',
  'react-dom': 'preact/compat',
  'react-dom/client': 'preact/compat/client',
  'react/jsx-runtime': 'preact/jsx-runtime'
};

await build({
  entryPoints: {
    annotator: here('src/anywidget/annotator.tsx'),
    matrix: here('src/anywidget/matrix.tsx'),
    status: here('src/anywidget/status.ts')
  },
  outdir: here('../tram_ext/widgets/static'),
  bundle: true,
  format: 'esm',
  target: 'es2021',
  jsx: 'automatic',
  minify: true,
  legalComments: 'linked',
  alias: preact,
  logLevel: 'warning'
});
