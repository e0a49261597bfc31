// Builds seal.js, or the file named by the first argument, from src.

import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

const here = new URL('.', import.meta.url).pathname;

// shake lets esbuild drop what is not used. age-encryption does not say that
// its modules have no effects of their own, and the hybrid module of noble calls
// functions at its top level, for curves that we do not use; without their marks
// all of P-256 comes along.
const shake = {
  name: 'shake',
  setup(b) {
    b.onResolve({ filter: /./ }, async (args) => {
      if (args.kind === 'entry-point' || args.pluginData) return undefined;
      const r = await b.resolve(args.path, { resolveDir: args.resolveDir, importer: args.importer, kind: args.kind, pluginData: true });
      if (r.path.includes('/age-encryption/')) r.sideEffects = false;
      return r;
    });
    b.onLoad({ filter: /post-quantum\/hybrid\.js$/ }, async (args) => ({
      contents: (await readFile(args.path, 'utf8')).replace(/(?<!function )\b(QSF|createKitchenSink|ecdhKem)\(/g, '/* @__PURE__ */ $1('),
      loader: 'js',
    }));
  },
};

const notice = await readFile(here + 'NOTICE', 'utf8');

await build({
  absWorkingDir: here,
  entryPoints: ['src/main.js'],
  outfile: process.argv[2] || 'seal.js',
  bundle: true,
  minify: true,
  format: 'iife',
  globalName: 'KeepItOn',
  target: 'es2017',
  charset: 'utf8',
  legalComments: 'none', // NOTICE has them all
  banner: { js: '/*!\n' + notice + '*/' },
  plugins: [shake],
  logLevel: 'warning',
});
