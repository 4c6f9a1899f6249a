import { expect, onTestFinished, test } from 'vitest'
import { makeCodexHome } from '../support/codex-home.ts'
import { runCodex } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

const agent = `
[agent]
id = "measurer"
name = "Measurer"
description = "Measures code"
[permissions]
file_access = "read-only"
[permissions.allowed_tools]
code_metrics = true
[prompt]
system = "Measure."
[playbook]
report = """
{{#each steps.m.structured.functions}}
{{this.name}} {{this.file}}:{{this.line}} cognitive={{this.cognitive}} cyclomatic={{this.cyclomatic}}
{{/each}}
{{#each steps.m.structured.duplicates}}
{{this.lines}} lines, {{this.copies}} copies{{#each this.places}} {{this.file}}:{{this.line}}{{/each}}
{{this.snippet}}
{{/each}}
{{steps.m.structured.duplication.duplicated_lines}} lines twice, {{steps.m.structured.skipped.vendored}} vendored
"""
[[playbook.steps]]
id = "m"
tool = "code_metrics"
arguments = { paths = [], min_tokens = 30 }
`

const block = `  for (const line of order.lines) {
    if (line.kind === 'gift') continue
    total += line.price * line.amount
    total -= line.discount ?? 0
    notes.push(line.note)
  }
  log.info(total)
`

test('code_metrics names the most complex functions and the blocks that stand in two files', async () => {
  const home = await makeCodexHome({ 'agents/measurer.toml': agent })
  const workspace = await makeWorkspace({
    files: {
      'src/a.ts': `export function bill(order: Order, notes: string[]) {\n  let total = 0\n${block}  return total\n}\n`,
      'src/b.py': 'def simple(a):\n    return a\n',
      'src/c.ts': `const fee = (order: Order, notes: string[]) => {\n  let total = 1\n${block}  return total * 2\n}\n`,
      'vendor/x/index.js': 'export const x = (a) => a || 1\n',
    },
  })
  onTestFinished(async () => {
    await home.remove()
    await workspace.remove()
  })
  const { exitCode, stdout } = await runCodex(['agent', 'measurer', 'go', '--playbook'], { home, cwd: workspace.path })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('bill src/a.ts:1 cognitive=3 cyclomatic=4')
  expect(stdout).toContain('fee src/c.ts:1 cognitive=3 cyclomatic=4')
  expect(stdout).toContain('simple src/b.py:1 cognitive=0 cyclomatic=1')
  expect(stdout).toContain('8 lines, 2 copies src/a.ts:3 src/c.ts:3\n  for (const line of order.lines) {')
  expect(stdout).toContain('16 lines twice, 1 vendored')
})
