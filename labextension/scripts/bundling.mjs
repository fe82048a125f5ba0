// How everything for notebooks is bundled.
import { fileURLToPath } from 'node:url';

export const here = path => fileURLToPath(new URL(`../${path}`, import.meta.url));

// A notebook saves the module with the widget's state, so size matters: Preact stands in for React.
const preact = {
  react: 'preact/compat',
  'react-dom': 'preact/compat',
  'react-dom/client': 'preact/compat/client',
  'react/jsx-runtime': 'preact/jsx-runtime'
};

/** @type {import('esbuild').BuildOptions} */
export const bundling = {
  bundle: true,
  format: 'esm',
  target: 'es2021',
  jsx: 'automatic',
  minify: true,
  charset: 'utf8',
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'linked',
  alias: preact,
  logLevel: 'warning'
};
