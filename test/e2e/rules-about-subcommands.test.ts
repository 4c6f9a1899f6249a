import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, execCase } from '../support/exec-case.ts'

const policy = `id = "mine"
description = "Releases are made by people."

[[rules]]
pattern = ["make", ["release", "tag"]]
decision = "forbidden"

[[rules]]
pattern = [["npm", "yarn"], "publish"]
decision = "forbidden"

[[rules]]
pattern = ["git", "push"]
decision = "forbidden"

[[rules]]
pattern = ["tool", "deploy"]
decision = "forbidden"
`

/** Each makes the file \`made/NN\` by a real make, npm, git or program of the project. */
const ways = [
  'OUT=01 make -C . release',
  'OUT=02 make V=1 release',
  'OUT=03 make -f Makefile release',
  'OUT=04 make -j 2 release',
  'OUT=05 make test release',
  'OUT=06 make -l 2 ./release',
  'OUT=07 make .DEFAULT_GOAL=release',
  'OUT=08 make -ksC . --directory . tag',
  "OUT=09 MAKEFLAGS='--eval=.DEFAULT_GOAL=release' make",
  "export OUT=10 MAKEFLAGS='--eval=x:release'; make x",
  'OUT=16; export OUT; cp "$(command -v make)" mk; ./mk release',
  'OUT=17; export OUT; hash -p "$(command -v make)" mk2; mk2 release',
  'OUT=11 npm pu --dry-run',
  'OUT=12 npm --loglevel silent publish --dry-run',
  'OUT=13 npm --registry http://127.0.0.1:9 publis --dry-run',
  'OUT=14 npm --dry-run true -C . publish',
  "OUT=15 NPM_CONFIG_CALL='npm publish --dry-run' npm exec",
  'git send-pack ./made/bare.git HEAD:refs/heads/21',
  'git -C . send-pack ./made/bare.git HEAD:refs/heads/22',
  '$(git --exec-path)/git-send-pack ./made/bare.git HEAD:refs/heads/23',
  'git -c help.autocorrect=immediate psuh ./made/bare.git HEAD:refs/heads/24',
  'git -c x.y=. for-each-repo --config=x.y push ./made/bare.git HEAD:refs/heads/25',
  'OUT=31 ./tool --new-option x deploy',
  'OUT=32 ./tool --new-option A=1 deploy',
  'OUT=33 sh ./tool deploy',
  'OUT=34; export OUT; . ./tool deploy',
  'OUT=35 bash -x tool.sh deploy',
  'OUT=36 node tool.js deploy',
  'OUT=37 node "$(ls -d "$PWD"/*.js)" deploy',
]
/** The same programs, for other things. */
const ordinary = [
  'OUT=41 make -C . build V=release',
  'OUT=42 npm run --silent publish-notes',
  'OUT=43 npm --prefix . run publish-notes',
  'git log --grep push -1 && touch made/44',
  'git -c push.default=simple status && touch made/45',
  'OUT=46 ./tool --deploy=x build deploy',
  'OUT=47 sh ./tool build deploy',
  'OUT=48 node tool.js build deploy',
  'OUT=49 MAKEFLAGS=-j4 make build',
  'git -c help.autocorrect=immediate stauts && touch made/50',
]
const files = {
  'made/.keep': '',
  Makefile: ['build release tag:', '\t@touch made/$(OUT)', 'test:', '\t@true', ''].join('\n'),
  'package.json': JSON.stringify({
    ...{ name: 'library', version: '1.0.0' },
    scripts: { prepack: 'touch made/$OUT', 'publish-notes': 'touch made/$OUT' },
  }),
  tool: '#!/bin/sh\ntouch made/$OUT\n',
  'tool.sh': 'touch made/$OUT\n',
  'tool.js': "require('node:fs').writeFileSync('made/' + process.env.OUT, '')\n",
}

const begin = 'chmod +x tool && git init -q --bare made/bare.git'
const environment = { npm_config_fetch_retries: '0', npm_config_update_notifier: 'false' }

async function lab(turns: Parameters<typeof execCase>[0], home: Readonly<Record<string, string>>) {
  const { exec, workspace } = await execCase(turns, { git: true, files, home })
  const made = () =>
    ['made', 'made/bare.git/refs/heads']
      .flatMap((directory) => readdirSync(join(workspace.path, directory)))
      .filter((name) => /^\d\d$/.test(name))
      .sort()
  return { exec, made, path: workspace.path }
}

/** In the sandbox, under rules of the user. */
async function carriedOut(scripts: readonly string[]) {
  const turns = [{ calls: [{ shell: begin }] }, { calls: scripts.map((shell) => ({ shell })) }, { text: 'done' }]
  const { exec, made } = await lab(turns, { 'policies/mine.toml': policy })
  const result = await exec(['-s', 'workspace-write', 'go'])
  return { made: made(), denials: completedItems(result, 'denial') }
}

function numbers(scripts: readonly string[]): readonly string[] {
  return scripts.flatMap((script) => /(?:OUT=|heads\/|made\/)(\d\d)/.exec(script)?.[1] ?? [])
}

test('what is forbidden of make, npm, git and a program of the project does not happen, however it is written', async () => {
  const { made, denials } = await carriedOut(ways)
  expect(made).toEqual([])
  expect(denials.map(({ rule }) => rule)).toEqual(ways.map(() => expect.stringMatching(/^forbidden /)))
}, 120_000)

test('without these rules and without this program all of it happens', async () => {
  const { path, made } = await lab([], {})
  for (const script of [begin, ...ways])
    spawnSync('bash', ['-c', script], { cwd: path, env: { ...process.env, ...environment }, stdio: 'ignore' })
  expect(made()).toEqual(numbers(ways).toSorted())
}, 120_000)

test('what only looks like it runs under these rules', async () => {
  const { made, denials } = await carriedOut(ordinary)
  expect(denials).toEqual([])
  expect(made).toEqual(numbers(ordinary).toSorted())
}, 120_000)
