import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
  isEntry?: boolean;
  isDynamicEntry?: boolean;
}

/** The most that the first load of a page may be: JavaScript and CSS together, compressed, in bytes. */
const most = 350_000;

/** Fails the build if the first load of a page is larger than its budget, and prints the largest. */
export function budget(): Plugin {
  let dir = '';
  return {
    name: 'budget',
    apply: 'build',
    configResolved: (config) => {
      dir = join(config.root, config.build.outDir);
    },
    closeBundle: () => {
      const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(dir, '.vite/manifest.json'), 'utf8'));
      const size = (file: string) => gzipSync(readFileSync(join(dir, file)), { level: 9 }).length;
      const files = (name: string, into: Set<string>) => {
        const chunk = manifest[name];
        if (chunk === undefined || into.has(chunk.file)) return into;
        into.add(chunk.file);
        for (const css of chunk.css ?? []) into.add(css);
        for (const other of chunk.imports ?? []) files(other, into);
        return into;
      };
      const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry);
      if (entry === undefined) throw new Error('the manifest has no entry');
      const pages = Object.keys(manifest).filter((name) => name.startsWith('src/pages/') && manifest[name]?.isDynamicEntry);
      if (pages.length === 0) throw new Error('the manifest has no pages');
      const loads = pages.map((name) => ({ name, bytes: [...files(name, files(entry, new Set()))].reduce((sum, file) => sum + size(file), 0) }));
      loads.sort((a, b) => b.bytes - a.bytes);
      for (const { name, bytes } of loads) {
        if (bytes > most) throw new Error(`the first load of ${name} is ${bytes} bytes, and its budget ${most}`);
      }
      console.info(`first load: at most ${Math.round((loads[0]?.bytes ?? 0) / 1000)} kB (${loads[0]?.name}), budget ${most / 1000} kB`);
    },
  };
}
