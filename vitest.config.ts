import { defineConfig } from 'vitest/config'

const alias = { 'codex-kernel/plugin-api': new URL('./src/plugin-api/index.ts', import.meta.url).pathname }

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'plugins/*/src/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        resolve: { alias },
        test: { name: 'long', include: ['test/long/**/*.test.ts'], testTimeout: 600_000 },
      },
    ],
  },
})
