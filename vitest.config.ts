import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const alias = { 'codex-kernel/plugin-api': new URL('./src/plugin-api/index.ts', import.meta.url).pathname }
const unitTests = ['src/**/*.test.ts', 'plugins/*/src/**/*.test.ts', 'test/*.test.ts', 'bench/*.test.ts']
/** Tests of laws: `npm run test:long` runs them again over many more values. */
const propertyTests = globSync(unitTests).filter((file) => readFileSync(file, 'utf8').includes("from 'fast-check'"))

/**
 * Worker threads of the plugins are TypeScript here, whose types Node takes out by WebAssembly. Where one starts while
 * another ends, V8 13.6 now and then crashes in `Runtime_TierUpWasmToJSWrapper`: the compiled wrapper of an imported
 * function is one for the process, and freed by the thread that ends. So none is compiled; the general one serves.
 * What is built has no types to take out.
 */
const execArgv = ['--wasm-wrapper-tiering-budget=2147483647']

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', include: unitTests, testTimeout: 30_000, execArgv },
      },
      {
        resolve: { alias },
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      // What only a Mac can answer: the real Seatbelt. On other systems there is nothing in it, and `npm test` leaves it out.
      ...(process.platform === 'darwin'
        ? [{ resolve: { alias }, test: { name: 'macos', include: ['test/macos/**/*.test.ts'], testTimeout: 60_000 } }]
        : []),
      {
        resolve: { alias },
        test: {
          name: 'long',
          include: ['test/long/**/*.test.ts', ...propertyTests],
          setupFiles: ['test/support/many-runs.ts'],
          testTimeout: 1_800_000,
          execArgv,
        },
      },
    ],
  },
})
