import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { fencedBlocks } from '../support/fenced-blocks.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const page = new URL('../../docs/write-a-playbook.md', import.meta.url)
const blocks = fencedBlocks(readFileSync(page, 'utf8'))
const examples = blocks.flatMap(({ language, text }, index) => {
  if (language !== 'toml') return []
  const shown = blocks.slice(index + 1).find((each) => each.language === 'text')
  return [{ id: /^id = "(.*)"$/m.exec(text)?.[1] ?? '', text, shown: shown?.text ?? '' }]
})

/** What the page's examples are run on. */
const files = {
  'src/pay.ts':
    'export function pay(cents: number) {\n  // TODO: round half to even\n  return Math.round(cents)\n}\n\nexport const refund = pay\n// FIXME: a refund of a refund\n',
  'test/pay.test.ts': "import { pay } from '../src/pay.ts'\n\ntest.only('pays', () => {}) // TODO: remove only\n",
  'packages/ui/index.js': 'export const button = (label) => label\n',
  'packages/api/index.js':
    "const { exec } = require('node:child_process')\nconst app = require('express')()\napp.get('/ping', (req, res) =>\n  exec('ping ' + req.query.host, (error, out) => res.send(out)))\n",
}

test('the page has an example of each construct', () => {
  expect(examples.map(({ id }) => id)).toEqual(['loose-ends', 'focus-check', 'package-check'])
})

test.each(examples)(
  'the playbook $id of docs/write-a-playbook.md lints, and gives what the page shows',
  async (example) => {
    const { id, text, shown } = example
    const [home, workspace] = [await makeCodexHome(), await makeWorkspace({ files })]
    onTestFinished(() => Promise.all([home.remove(), workspace.remove()]).then(() => {}))
    await home.write({ [`agents/${id}.toml`]: text })
    const deps = { home, cwd: workspace.path }
    expect((await runCodex(['agents', 'lint', `${home.codexHome}/agents/${id}.toml`], deps)).stdout).toBe(
      '1 file, nothing wrong\n',
    )
    const { exitCode, stdout } = await runCodex(['agent', id, 'what is left?', '--playbook'], deps)
    expect(exitCode).toBe(0)
    expect(stdout.replaceAll(workspace.path, '~/shop')).toBe(shown)
  },
)
