import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

test('names of files and code that look like markup are text in the page', async () => {
  const file = `it's "<img src=x onerror=alert(1)>" &.js`
  const code = `app.get('/x', (req, res) => { eval(req.query.a + "</script><script>alert('${'`'}')</script>") })\n`
  const workspace = await makeWorkspace({ files: { [file]: code } })
  onTestFinished(() => workspace.remove())
  const { exitCode } = await runCodex(['scan', '--output', 'report.html'], { cwd: workspace.path })
  expect(exitCode).toBe(0)
  const page = await readFile(join(workspace.path, 'report.html'), 'utf8')
  expect(page).toContain('it&#39;s &quot;&lt;img src=x onerror=alert(1)&gt;&quot; &amp;.js:1:')
  expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(&#39;&#96;&#39;)&lt;/script&gt;')
  expect(page).not.toContain('<img')
  expect(page.match(/<script/g)).toHaveLength(1)
})
