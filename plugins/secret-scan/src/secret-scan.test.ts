import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, findingSchema } from 'codex-kernel/plugin-api'
import { expect, onTestFinished, test } from 'vitest'
import { madeUpSecrets, madeUpText } from '../../../test/support/made-up-secret.ts'
import { completedItems, openToolBench, type ToolBench } from '../../../test/support/tool-bench.ts'
import { tool } from './secret-scan.ts'
import type { SecretReport } from './summarize-scan.ts'

const made = madeUpSecrets(5)
const github = made['secret-github-token'] ?? ''
const aws = made['secret-aws-access-key'] ?? ''
const password = madeUpText(20, 9)

test('secrets of files are findings with rule, place and advice, and no value is in what comes out', async () => {
  const bench = await openBench({
    'src/client.ts': `export const url = 'x'\nexport const client = open('${github}')\n`,
    'config/app.yml': `db:\n  password: ${password}\n  other_token: ${password}\n`,
    'test/fixtures/key.ts': `const key = '${aws}'\n`,
  })
  const { findings, text, everything } = await scan(bench, {})
  expect(
    findings.map(({ file, range, rule, severity }) => [file, range.start.line, range.start.column, rule, severity]),
  ).toEqual([
    ['src/client.ts', 2, 29, 'secret-github-token', 'high'],
    ['config/app.yml', 2, 13, 'secret-assignment', 'medium'],
    ['config/app.yml', 3, 16, 'secret-assignment', 'medium'],
    ['test/fixtures/key.ts', 1, 14, 'secret-aws-access-key', 'low'],
  ])
  for (const finding of findings) expect(findingSchema.parse(finding)).toEqual(finding)
  expect(findings[0]?.snippet).toBe("export const client = open('ghp_[redacted, 40 characters]')")
  expect(text).toContain('4 secrets in 3 files.')
  for (const value of [github, aws, password]) expect(everything).not.toContain(value)
})

test('all secrets of a line are hidden in the snippet of each', async () => {
  const bench = await openBench({ 'a.js': `connect('${github}', '${aws}')\n` })
  const { findings, everything } = await scan(bench, {})
  expect(findings).toHaveLength(2)
  for (const value of [github, aws]) expect(everything).not.toContain(value.slice(10))
})

test('a fingerprint stays when lines move, differs for another token, and says nothing about a password', async () => {
  const prints = async (text: string) => {
    const { findings } = await scan(await openBench({ 'a.js': text }), {})
    return findings.map(({ fingerprint }) => fingerprint)
  }
  const other = madeUpSecrets(6)['secret-github-token'] ?? ''
  const line = (token: string, word: string) => `open('${token}')\nconst password = '${word}'\n`
  const [token, word] = await prints(line(github, password))
  expect(await prints(`\n\n${line(github, password)}`)).toEqual([token, word])
  expect(await prints(line(other, madeUpText(20, 10)))).toEqual([expect.not.stringMatching(String(token)), word])
})

test('a comment with a reason suppresses in a trusted repository', async () => {
  const bench = await openBench({
    'a.py': `# codex-ignore secret-github-token: revoked, kept for the parser\nA = '${github}'\n`,
    'b.py': `B = '${github}'  # codex-ignore secret-github-token\n`,
  })
  const { findings, report } = await scan(bench, {})
  expect(findings.map(({ file }) => file)).toEqual(['b.py'])
  expect(report.skipped).toMatchObject({ suppressed: 1, suppressions_ignored: 0 })
})

test('binary files and packages are left out and counted', async () => {
  const bench = await openBench({
    'node_modules/x/a.js': `'${github}'`,
    'a.bin': `\0${github}`,
    'b.png': github,
    'c.txt': 'nothing here',
  })
  const { findings, report } = await scan(bench, {})
  expect(findings).toEqual([])
  expect(report.files.scanned).toBe(1)
  expect(report.skipped).toMatchObject({ binary: 2 })
})

test('the history gives what was taken out of files, once, where it came first', async () => {
  const bench = await openBench({ 'README.md': 'a shop\n' })
  const root = bench.workspace.path
  git(root, 'init', '-q')
  commit(root, { 'src/a.ts': `const one = '${github}'\n` }, '2024-03-01T10:00:00Z')
  commit(
    root,
    { 'src/a.ts': `const one = 1\nconst two = '${aws}'\n`, 'src/b.ts': `const one = '${github}'\n` },
    '2024-03-02T10:00:00Z',
  )
  commit(root, { 'src/b.ts': 'const one = 1\n', 'image.dat': '\0binary' }, '2024-03-03T10:00:00Z')
  const without = await scan(bench, {})
  expect(without.findings.map(({ rule }) => rule)).toEqual(['secret-aws-access-key'])
  expect(without.text).toContain('The history was not looked at')

  const { findings, report, everything } = await scan(bench, { history: true })
  expect(findings.map(({ rule, file, range }) => [rule, file, range.start.line])).toEqual([
    ['secret-github-token', 'src/a.ts', 1],
    ['secret-aws-access-key', 'src/a.ts', 2],
  ])
  expect(findings[0]?.message).toMatch(
    /^A GitHub token stands in commit [0-9a-f]{12} of 2024-03-01, and in no file now/,
  )
  expect(report.history).toEqual({ commits: 3, findings: 1, still_there: 1, skipped: { binary: 1, denied: 0 } })
  expect(everything).not.toContain(github)
  expect(bench.audit.filter((record) => JSON.stringify(record).includes('read_tree'))).not.toEqual([])
})

test('no program that the repository names is run for its history', async () => {
  const bench = await openBench({
    '.gitattributes': '*.ts diff=evil\n',
    'evil.sh': '#!/bin/sh\ntouch "$(dirname "$0")/ran"\ncat "$1"\n',
  })
  const root = bench.workspace.path
  git(root, 'init', '-q')
  commit(root, { 'a.ts': `'${github}'\n` }, '2024-03-01T10:00:00Z')
  commit(root, { 'a.ts': '1\n' }, '2024-03-02T10:00:00Z')
  for (const key of ['diff.evil.textconv', 'diff.external', 'core.fsmonitor'])
    git(root, 'config', key, `sh ${join(root, 'evil.sh')}`)
  const { report } = await scan(bench, { history: true })
  expect(report.history?.findings).toBe(1)
  expect(() => execFileSync('ls', [join(root, 'ran')], { stdio: 'ignore' })).toThrow()
})

test('without a repository the history is said to be unread', async () => {
  const { text } = await scan(await openBench({ 'a.ts': '1' }), { history: true })
  expect(text).toContain('The history was not read to its end: there is no repository here')
})

async function openBench(files: Readonly<Record<string, string>>): Promise<ToolBench> {
  const bench = await openToolBench([tool], { files })
  onTestFinished(() => bench.close())
  return bench
}

async function scan(bench: ToolBench, input: object) {
  const { events, output } = await bench.run('secret_scan', input)
  const findings = completedItems(events).flatMap((item): Finding[] => (item.type === 'finding' ? [item.finding] : []))
  const report = output.structured as SecretReport // what this tool gives
  return { findings, report, text: output.output, everything: JSON.stringify([events, output, bench.audit]) }
}

function git(root: string, ...args: readonly string[]): void {
  execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { stdio: 'ignore' })
}

function commit(root: string, files: Readonly<Record<string, string>>, date: string): void {
  for (const [path, text] of Object.entries(files)) {
    execFileSync('mkdir', ['-p', join(root, path, '..')])
    writeFileSync(join(root, path), text)
  }
  git(root, 'add', '-A')
  git(root, 'commit', '-q', '-m', 'x', '--date', date)
}
