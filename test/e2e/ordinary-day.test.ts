import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { ApprovalRequest, ThreadEvent } from '../../src/plugin-api/index.ts'
import { completedItems } from '../support/exec-case.ts'
import { runtimeOf } from '../support/runtime-of.ts'
import { scriptedSession } from '../support/scripted-session.ts'

/** A library for each ecosystem, and a project that uses all three. Nothing comes from a network. */
const files = {
  'library/package.json': '{ "name": "library", "version": "1.0.0", "bin": "cli.js" }',
  'library/cli.js': '#!/usr/bin/env node\nconsole.log("it runs")\n',
  'wheels/greeting/__init__.py': 'def greet(name):\n    return f"hello {name}"\n',
  'wheels/greeting-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n',
  'wheels/greeting-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  'wheels/greeting-1.0.dist-info/RECORD': '',
  'modules/sum/go.mod': 'module sum.example\n\ngo 1.18\n',
  'modules/sum/sum.go': 'package sum\n\nfunc Sum(a, b int) int { return a + b }\n',
  'seed/.gitignore': 'node_modules\n.venv\n__pycache__\ndist\n',
  'seed/web/package.json': '{ "name": "app", "version": "1.0.0", "scripts": { "test": "library" } }',
  'seed/py/test_app.py':
    'import unittest\nfrom greeting import greet\n\nclass Test(unittest.TestCase):\n    def test(self):\n        self.assertEqual(greet("a"), "hello a")\n',
  'seed/go/go.mod':
    'module app.example\n\ngo 1.18\n\nrequire sum.example v0.0.0\n\nreplace sum.example => ../../modules/sum\n',
  'seed/go/main.go':
    'package main\n\nimport "sum.example"\n\nfunc main() {\n\tif sum.Sum(1, 2) != 3 {\n\t\tpanic("no")\n\t}\n}\n',
  'seed/notes.txt': 'one\n',
}

const has = (program: string, ...argv: readonly string[]) => spawnSync(program, argv, { stdio: 'ignore' }).status === 0
const hasGo = has('go', 'version')
/** pip of the machine's Python, or what it does with a wheel: it is unpacked. */
const install = has('python3', '-m', 'pip', '--version')
  ? 'python3 -m pip --python .venv/bin/python install -q --no-index --find-links ../../wheels greeting'
  : 'python3 -m zipfile -e ../../wheels/greeting-1.0-py3-none-any.whl .venv/lib/python3*/site-packages'

const before = [
  'git init -q --bare -b main origin.git && cd seed && git init -q -b main && git add -A && git commit -qm start && git push -q ../origin.git main',
  'cd wheels && python3 -m zipfile -c greeting-1.0-py3-none-any.whl greeting greeting-1.0.dist-info',
]
const day = {
  npm: [
    'cd library && npm pack --silent',
    'git clone -q origin.git web-app && cd web-app && ls && git log --oneline | head -3',
    'cd web-app/web && npm install --silent ../../library-1.0.0.tgz 2>&1 || npm install --silent ../../library/library-1.0.0.tgz',
    'cd web-app/web && npm test 2>&1 | tail -5 && npx library',
    "cd web-app && sed -i 's/one/two/' notes.txt && git diff --stat && cat notes.txt",
    'cd web-app && rm -rf dist && mkdir dist && cp notes.txt dist/ && rm -f dist/notes.txt && rm -r dist',
    'cd web-app && git checkout -q -b change && git add -A && git commit -qm "change the notes" && git status --short',
  ],
  python: [
    'git clone -q origin.git py-app && cd py-app/py && python3 -m venv --without-pip .venv',
    `cd py-app/py && ${install}`,
    'cd py-app/py && . .venv/bin/activate && python -m unittest -q 2>&1 && find . -name "__pycache__" | head -2',
    "cd py-app && printf 'three\\n' >> notes.txt && cat > py/more.py <<'EOF'\nprint('more')\nEOF\npython3 py/more.py",
    'cd py-app && git stash -q && git stash pop -q && git commit -qam "more" && git rebase -q HEAD && git log --format=%s -1',
  ],
  go: [
    'git clone -q origin.git go-app && cd go-app/go && go run .',
    'cd go-app/go && gofmt -l . ; go build -o ../dist/ ./... && mv ../notes.txt ../NOTES.txt && chmod +x ../NOTES.txt',
    'cd go-app && git add -A && git commit -qm "rename the notes" && git show --stat HEAD | tail -3',
  ],
}
/** What a person wants to be asked about on the same day, and the rule that asks. */
const asked = {
  'cd web-app && git push -q origin change': 'prompt git push',
  'cd py-app && git reset -q --hard HEAD': 'prompt git reset (--hard|--merge|--keep)',
  'pkill no-such-name': 'prompt (shutdown|reboot|halt|poweroff|killall|pkill)',
}

test('a day of ordinary work in three ecosystems asks three questions: before it publishes, throws work away and ends processes', async () => {
  const scripts = [...Object.values(day).flat(), ...Object.keys(asked)]
  const { home, workspace } = await scriptedSession(
    [
      ...scripts.map((shell) => ({
        calls: [{ name: 'exec_command', arguments: { cmd: shell, yield_time_ms: 30_000 } }],
      })),
      { text: 'done' },
    ],
    { files },
  )
  const env = {
    SCRIPTED_MODEL_KEY: 'key',
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: home.homeDir,
  }
  writeFileSync(join(home.homeDir, '.gitconfig'), '[user]\nname = Test\nemail = test@example.invalid\n')
  for (const script of before) expect(spawnSync('sh', ['-ec', script], { cwd: workspace.path, env }).status).toBe(0)
  const runtime = await runtimeOf({ home, workspace }, env, { neverAsk: false, securityProfile: 'workspace-write' })
  onTestFinished(() => runtime.close())
  const questions: ApprovalRequest[] = []
  const events: ThreadEvent[] = []
  const approve = async (request: ApprovalRequest) => {
    questions.push(request)
    return { decision: 'once', by: 'person' } as const
  }
  const { signal } = new AbortController()
  for await (const event of runtime.run({ input: 'go', route: false, approve }, signal)) events.push(event)

  expect(questions.map(({ rule }) => rule)).toEqual(Object.values(asked))
  const scriptOf = ({ action }: ApprovalRequest) => (action.kind === 'exec' ? action.script : action.kind)
  expect(questions.map(scriptOf)).toEqual(Object.keys(asked))
  const commands = completedItems({ events }, 'command_execution')
  const isThere = (command: unknown) => hasGo || !String(command).includes('go-app')
  const failed = commands.filter(({ command, exit_code }) => exit_code !== 0 && isThere(command))
  // Nothing has that name.
  expect(failed).toMatchObject([{ command: expect.stringContaining('pkill'), exit_code: 1 }])
  expect(completedItems({ events }, 'denial')).toEqual([])
  expect(commands).toHaveLength(scripts.length)
}, 120_000)
