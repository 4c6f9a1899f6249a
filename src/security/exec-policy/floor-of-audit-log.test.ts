import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { filesOfWords } from './files-of-words.ts'
import { floorOfAuditLog } from './floor-of-audit-log.ts'
import { readScript } from './read-script.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'floor-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const places = {
  ...{ workspaceRoot: join(root, 'ws'), tempDir: join(root, 'tmp') },
  ...{ homeDir: join(root, 'home'), codexHome: join(root, 'home/.codex') },
}
mkdirSync(join(places.codexHome, 'audit'), { recursive: true })
mkdirSync(places.workspaceRoot)
symlinkSync(places.codexHome, join(places.workspaceRoot, 'link'))

const floorOf = async (script: string) =>
  floorOfAuditLog(filesOfWords(await readScript(script), { places, cwd: places.workspaceRoot }), places)

const log = '~/.codex/audit/2026-11.jsonl'

test.each([
  `truncate -s 10 ${log}`,
  `rm ${log}`,
  `cp /etc/hostname ${log}`,
  `sed -i 1d ${log}`,
  'sed -i 1d ~/.codex/audit/*',
  'mv $CODEX_HOME/audit x',
  'rm $CODEX_HOME/audit-heads/a',
  'rm -rf "$CODEX_HOME"',
  'rm -rf ~/.codex/a*',
  'rm -rf ~/.codex/{audit,audit-heads}',
  'mv ~/.codex /tmp/x',
  'find ~/.codex -name "*.jsonl" -delete',
  'find ~/.codex -exec rm {} +',
  `dd if=/dev/zero of=${places.codexHome}/audit/a`,
  `tee ${log}`,
  `python3 clean.py ${log}`,
  `gzip ${log}`,
  `env bash -c 'shred ${log}'`,
  'cd ~/.codex && rm -rf audit',
  'cd ~/.codex/audit && echo x > 2026-11.jsonl',
  'rm link/audit/2026-11.jsonl',
  `cp x y ~/.codex/audit`,
  `rsync -a --delete empty/ ~/.codex/`,
  `chmod 777 ${log}`,
])('the floor keeps the audit log from: %s', async (script) => {
  expect(await floorOf(script)).toContain('audit log')
})

test.each([
  `cat ${log}`,
  `less ${log}`,
  `head -n 3 ${log} | grep deny | jq .reason`,
  `tail -f ${log}`,
  'wc -l ~/.codex/audit/*.jsonl',
  `sha256sum ${log}`,
  'ls -la ~/.codex/audit',
  `stat ${log}`,
  `cp ${log} /tmp/`,
  'cp -r ~/.codex/audit/* /tmp/copy',
  'cp notes.txt ~/.codex/',
  'mv notes.txt ~/.codex/',
  'rm ~/.codex/notes.txt',
  'rm -rf ~/.codex/sessions ~/.codex/b*',
  'find ~/.codex -name "*.jsonl"',
  'cd ~/.codex/audit && grep -c deny *.jsonl',
  'echo ~/.codex/audit',
  `sed -n 1p ${log}`,
  'rm -rf audit',
  'python3 x.py ~/.codex',
])('and reading it, and what lies beside it, is free: %s', async (script) => {
  expect(await floorOf(script)).toBeUndefined()
})
