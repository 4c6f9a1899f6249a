import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { madeUpSecrets } from '../support/made-up-secret.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

test('a token inside the code that another finding shows is taken out of report, record and log', async () => {
  const token = madeUpSecrets(21)['secret-gitlab-token'] ?? ''
  const code = `app.get('/x', (req, res) => { exec('curl -H "Key: ${token}" ' + req.query.url) })\n`
  const [home, workspace] = [await makeCodexHome(), await makeWorkspace({ files: { 'a.js': code } })]
  onTestFinished(() => Promise.all([home.remove(), workspace.remove()]).then(() => {}))
  for (const argv of [
    ['agent', 'security-analyst', 'audit', '--playbook'],
    ['agent', 'security-analyst', 'audit', '--playbook', '--json'],
    ['scan', '--format', 'json'],
    ['scan', '--format', 'sarif'],
  ]) {
    const { stdout, stderr } = await runCodex(argv, { home, cwd: workspace.path })
    expect(stdout).toContain('js-command-injection')
    expect(stdout + stderr).not.toContain(token)
  }
  const entries = await readdir(join(home.codexHome, 'sessions'), { recursive: true, withFileTypes: true })
  const audit = await readdir(join(home.codexHome, 'audit'), { recursive: true, withFileTypes: true })
  for (const entry of [...entries, ...audit].filter((each) => each.isFile())) {
    expect(await readFile(join(entry.parentPath, entry.name), 'utf8')).not.toContain(token)
  }
})
