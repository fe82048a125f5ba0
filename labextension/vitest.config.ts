import { defineConfig } from 'vitest/config';

// The view runs under JupyterLab's React and, in notebooks, under Preact: its tests run under both.
const preact = {
  'react-dom/client': 'preact/compat/client',
  'react-dom': 'preact/compat',
  'react/jsx-runtime': 'preact/jsx-runtime',
  'react/jsx-dev-runtime': 'preact/jsx-dev-runtime',
  react: 'preact/compat'
};

const shared = {
  environment: 'jsdom',
  testTimeout: 60_000, // axe takes seconds on a busy machine
  setupFiles: ['./vitest.setup.ts'],
  server: { deps: { inline: [/@jupyterlab/, /@jupyter\//, /@lumino/, /@tanstack/] } }
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'react', include: ['src/**/*.spec.{ts,tsx}'], exclude: ['src/anywidget/**'] } },
      {
        resolve: { alias: preact },
        // What axe-core looks at, and what never draws, is the same under both.
        test: {
          ...shared,
          name: 'preact',
          include: ['src/{status,annotator,anywidget}/**/*.spec.tsx', 'src/anywidget/**/*.spec.ts'],
          exclude: ['src/annotator/accessibility.spec.tsx']
        }
      }
    ]
  }
});
