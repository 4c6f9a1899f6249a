import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exampleThread } from '../../scripts/example-thread/example-thread.ts'
import { execCase } from '../support/exec-case.ts'
import { madeUpSecrets } from '../support/made-up-secret.ts'

test('the exported thread of the examples is what the program exports (npm run example-thread)', async () => {
  const directory = 'docs/examples/threads'
  const files = await exampleThread()
  expect((await readdir(directory)).sort()).toEqual([...files.keys()].sort())
  for (const [name, text] of files) expect(await readFile(join(directory, name), 'utf8'), name).toBe(text)
})

test('an exported thread hands on no secret, no markup of others and nothing that drives a terminal', async () => {
  const said =
    'See <script>alert(1)</script> ![pixel](https://example.com/p.png) [go](javascript:alert(1)) \u001b]0;title\u0007 end'
  const { exec, run, rollouts } = await execCase([{ calls: [{ shell: "printf '<b>\\033[31mred'" }] }, { text: said }])
  const id = String((await exec(['<img src=x onerror=alert(1)>\n\n```\nopen fence'])).events[0]?.thread_id)
  const secret = Object.values(madeUpSecrets()).find((value) => /^\S{20,200}$/.test(value)) ?? ''
  // As another program has written it down.
  const [file = ''] = await rollouts()
  const item = { type: 'AgentMessage', id: 'm', content: [{ type: 'Text', text: `the key is ${secret} here` }] }
  const line = { timestamp: '2026-01-01T00:00:00.000Z', type: 'event_msg', payload: { type: 'item_completed', item } }
  await appendFile(file, `${JSON.stringify(line)}\n`)
  const documents = new Map<string, string>()
  for (const format of ['md', 'html', 'json'])
    documents.set(format, (await run(['threads', 'export', id, '--format', format])).stdout)
  for (const [format, text] of documents) {
    expect(text, format).not.toContain(secret)
    expect(text, format).toContain('the key is [redacted] here')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(text, format).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
  }
  const html = documents.get('html') ?? ''
  expect(html).not.toMatch(/<(?:script|img|iframe|link|object|base|form)\b|\son\w+=["']|javascript:[^<]*["']/i)
  expect(html).toContain("default-src 'none'")
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
  expect(html.match(/<h1>/g)).toHaveLength(1)
  expect(html).toContain('<h2 id="turn-1">Turn 1</h2>')
  const markdown = documents.get('md') ?? ''
  expect(markdown).toContain('&lt;script>')
  expect(markdown).toContain('![pixel\\](https:')
  expect(markdown).toContain('[go\\](javascript')
  expect(markdown).toMatch(/^> &lt;img src=x/m)
})

test('calls that did nothing are shown and exported with why: no such tool, arguments that do not fit, a patch that does not apply', async () => {
  const patch = '*** Begin Patch\n*** Update File: a.txt\n@@\n-nowhere\n+two\n*** End Patch\n'
  const { exec, run } = await execCase(
    [
      { calls: [{ name: 'frobnicate', arguments: {} }] },
      { calls: [{ name: 'read_file', arguments: { path: 7 } }] },
      { calls: [{ name: 'apply_patch', input: patch }] },
      { text: 'gave up' },
    ],
    { files: { 'a.txt': 'one\n' } },
  )
  const id = String((await exec(['-s', 'workspace-write', 'change things'])).events[0]?.thread_id)
  const { turns } = JSON.parse((await run(['threads', 'show', id, '--json'])).stdout)
  expect(turns[0].items).toMatchObject([
    { type: 'tool_call', tool: 'frobnicate', summary: 'there is no such tool', status: 'failed' },
    { type: 'tool_call', tool: 'read_file', summary: expect.stringContaining('do not fit'), status: 'failed' },
    { type: 'tool_call', tool: 'apply_patch', status: 'failed' },
    { type: 'agent_message' },
  ])
  const shown = (await run(['threads', 'show', id])).stdout
  const documents = ['md', 'html'].map(
    async (format) => (await run(['threads', 'export', id, '--format', format])).stdout,
  )
  for (const text of [shown, ...(await Promise.all(documents))]) {
    expect(text).toContain('frobnicate there is no such tool')
    expect(text).toContain('its arguments do not fit: path')
  }
})

test('an export keeps a file that is there, says what it wrote, and writes only kinds that it knows', async () => {
  const { exec, run, home } = await execCase([{ text: 'hello' }])
  await exec(['hi'])
  const file = join(home.homeDir, 'old.md')
  await writeFile(file, 'precious')
  const kept = await run(['threads', 'export', 'last', '-o', file])
  expect(kept).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('--force') })
  expect(await readFile(file, 'utf8')).toBe('precious')
  const forced = await run(['threads', 'export', 'last', '-o', file, '--force'])
  expect(forced).toMatchObject({ exitCode: 0, stdout: `${file}\n` })
  const document = await readFile(file, 'utf8')
  expect(document).toMatch(/^# hi\n/)
  const page = join(home.homeDir, 'new.HTM')
  const written = await run(['threads', 'export', 'last', '-o', page, '--json'])
  expect(JSON.parse(written.stdout)).toEqual({ file: page, format: 'html' })
  expect(await readFile(page, 'utf8')).toMatch(/^<!doctype html>/)
  expect((await run(['threads', 'export', 'last', '-o', '-'])).stdout).toBe(document)
  expect((await run(['threads', 'export', 'last', '-o', '/dev/stdout'])).stdout).toMatch(/^# hi\n/)
  const unknown = await run(['threads', 'export', 'last', '-o', join(home.homeDir, 'x.pdf')])
  expect(unknown).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('--format') })
  expect((await readdir(home.homeDir)).filter((name) => /^x\.pdf|^-$/.test(name))).toEqual([])
})
