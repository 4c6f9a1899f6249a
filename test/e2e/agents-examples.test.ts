import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const folder = fileURLToPath(new URL('../../docs/examples/agents/', import.meta.url))
const names = ['api-designer', 'docs-writer', 'incident-analyst', 'migration-planner', 'release-notes-writer']

async function open(files: Readonly<Record<string, string>>) {
  const [home, workspace] = [await makeCodexHome(), await makeWorkspace({ files, git: true })]
  onTestFinished(() => Promise.all([home.remove(), workspace.remove()]).then(() => {}))
  await cp(folder, join(home.codexHome, 'agents'), { recursive: true })
  const run = (...argv: readonly string[]) => runCodex(argv, { home, cwd: workspace.path })
  return { workspace, run }
}

test('the agents to copy lint together, and an example of each activates it or suggests it', async () => {
  expect((await readdir(folder)).sort()).toEqual(names.map((name) => `${name}.toml`))
  const { run } = await open({})
  expect(await run('agents', 'lint')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing wrong') })
  const routed = async (prompt: string) => JSON.parse((await run('agents', 'route', prompt, '--json')).stdout).activated
  expect(await routed('write the release notes since v1.4')).toBe('release-notes-writer')
  expect(await routed('plan the upgrade to Node 24')).toBe('migration-planner')
  expect(await routed('design the endpoints for orders and refunds')).toBe('api-designer')
  expect(await routed("find the root cause of last night's outage")).toBe('incident-analyst')
})

test.each([
  {
    id: 'api-designer',
    prompt: 'look',
    paths: [],
    says: ['| POST | /orders | `src/server.js:3` | nothing seen |', 'There is no OpenAPI description'],
  },
  { id: 'docs-writer', prompt: 'look', paths: [], says: ['## Unfinished\n\nREADME.md:2:TODO', '- `README.md` # Shop'] },
  {
    id: 'incident-analyst',
    prompt: 'why did it fail?',
    paths: ['app.log'],
    says: ['- line 2: `10:01 ERROR ECONNREFUSED db:5432`', '- `app.log:1` `10:00 listening on 80`'],
  },
  {
    id: 'migration-planner',
    prompt: 'plan it',
    paths: [],
    says: ['- `package.json:1` `{"engines":{"node":">=18"}}`', '`src/server.js`'],
  },
  {
    id: 'release-notes-writer',
    prompt: 'this commit',
    paths: [],
    says: ['- `src/new.js` (3 lines)', '- `CHANGELOG.md:1` ## 1.2.0'],
  },
])('$id without a model gathers what it is about', async ({ id, prompt, paths, says }) => {
  const { run, workspace } = await open({
    'package.json': '{"engines":{"node":">=18"}}\n',
    'README.md': '# Shop\nTODO: write\n',
    'CHANGELOG.md': '## 1.2.0\n',
    'app.log': '10:00 listening on 80\n10:01 ERROR ECONNREFUSED db:5432\n',
    'src/server.js':
      "import express from 'express'\nexport function serve(app) {\n  app.post('/orders', (req, res) => res.status(400).end())\n}\n",
  })
  await workspace.write({ 'src/new.js': 'export function fresh() {\n  return 1\n}\n' })
  const { exitCode, stdout } = await run('agent', id, prompt, ...paths, '--playbook')
  expect(exitCode).toBe(0)
  for (const text of says) expect(stdout).toContain(text)
  expect(stdout).toMatch(/## Checks\n\n- /)
  expect(stdout).not.toMatch(/did not work|\{\{|undefined/)
})
