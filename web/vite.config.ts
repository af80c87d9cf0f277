import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { budget } from './build/budget.ts';
import { compressed } from './build/compressed.ts';

// The server that `make web-dev` passes requests of the API on to.
const server = process.env.HOOKLINE_URL ?? 'http://127.0.0.1:13000';

export default defineConfig({
  plugins: [react(), compressed(), budget()],
  // The server replaces the placeholder in index.html by a new nonce for each answer.
  html: { cspNonce: '%NONCE%' },
  build: {
    outDir: '../internal/webui/dist',
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 1000,
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': server, '/healthz': server, '/readyz': server } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    setupFiles: ['build/seed.ts'],
  },
});
