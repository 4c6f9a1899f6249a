import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'

const forbidsTouch = { 'rules/default.rules': 'prefix_rule(pattern=["touch"], decision="forbidden")\n' }

/** Each makes a file by a program that the text names; `ext::` and an alias get words of git's own behind theirs. */
const readable = [
  ...[
    'touch 01',
    'env -Stouch\\ 02',
    'env --split-string="touch 03"',
    'taskset -c 0 touch 04',
    'setarch x86_64 touch 05',
  ],
  ...[
    'source <(echo touch 06)',
    "git -c alias.z='!touch 07' z",
    'echo touch 08 | xargs env',
    '. /dev/stdin <<< "touch 09"',
  ],
  ...[
    "sed -n '1e touch 10' a.txt",
    'xargs -I{} bash -c "{}" <<< "touch 11"',
    "tar cf /dev/null --checkpoint=1 --checkpoint-action='exec=touch 12' a.txt",
  ],
  ...[
    'tar cf /dev/null -I "touch 13 #" a.txt',
    'prlimit --nofile=100 touch 14',
    "GIT_EXTERNAL_DIFF='touch 15;' git diff --no-index a.txt b.txt",
    'awk \'BEGIN { system("touch 16") }\'',
    'eval -- touch 17',
    'env -S bash -c "touch 18"',
  ],
]
/** Each does so by code that is not read. */
const opaque = [
  ...[`python3 -c 'open("21", "w")'`, './make.sh', 'make 23', 'PATH=.:$PATH; anything'],
  ...[
    "echo 'touch 26' | sed e",
    "sed -e 's/x/touch 27/;e' a.txt",
    "sed 's/x/touch 28/e' a.txt",
    'sed -f run.sed a.txt',
  ],
  ...["printf '[core]\\nfsmonitor = touch 30;\\n' >> .git/config; git status"],
  ...["printf '#!/bin/sh\\ntouch 31\\n' | tee .git/hooks/post-checkout; chmod +x .git/hooks/*; git checkout -q -b z"],
]
const files = {
  ...{ 'a.txt': 'x\n', 'b.txt': 'y\n', Makefile: '23:\n\t@touch 23\n' },
  ...{ 'make.sh': '#!/bin/sh\ntouch 22\n', anything: '#!/bin/sh\ntouch 25\n', 'run.sed': 's/x/touch 29/\ne\n' },
}

async function made(scripts: readonly string[], home: Readonly<Record<string, string>>) {
  const begin = { calls: [{ shell: 'chmod +x make.sh anything' }] }
  const turns = [begin, { calls: scripts.map((shell) => ({ shell })) }, { text: 'done' }]
  const { exec, workspace } = await execCase(turns, { git: true, files, home })
  const result = await exec(['-s', 'danger-full-access', 'go'])
  const names = readdirSync(workspace.path).filter((name) => /^\d\d$/.test(name))
  return { names: names.sort(), denials: completedItems(result, 'denial'), result }
}

test('without a sandbox no way that the text tells leads past a forbid rule', async () => {
  const { names, denials, result } = await made(readable, forbidsTouch)
  expect(names).toEqual([])
  expect(denials).toHaveLength(readable.length)
  expect(denials).toEqual(denials.map(() => expect.objectContaining({ rule: 'forbidden touch' })))
  expect(result.exitCode).toBe(0)
})

test('without a sandbox code that is not read does not run past a rule of the user where nobody can be asked', async () => {
  const { names, denials } = await made(opaque, forbidsTouch)
  expect(names).toEqual([])
  expect(denials.map(({ reason }) => reason)).toEqual(
    opaque.map(() => expect.stringMatching(/is not seen|forbidden touch/)),
  )
})

test('without a rule of the user all of it runs', async () => {
  const { names, denials } = await made([...readable, ...opaque], {})
  expect(denials).toEqual([])
  expect(names.length).toBeGreaterThan(15)
})

test('a rule of the user that allows a program allows what it runs', async () => {
  const rules = `${forbidsTouch['rules/default.rules']}prefix_rule(pattern=["make"], decision="allow")\n`
  const { names } = await made(['make 23', 'mkdir other'], { 'rules/default.rules': rules })
  expect(names).toEqual(['23'])
})
