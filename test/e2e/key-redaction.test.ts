import { chmod, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import type { CodexOptions, CodexResult } from '../support/run-codex.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

/** Of no well-known shape, so that only being known as a key can give them away. */
const keys = {
  provider: 'prvkey+1f2e3d4c/5b6a7988',
  environment: 'envkey+0a9b8c7d/6e5f4a3b',
  file: 'filkey+77aa88bb/99cc00dd',
  command: 'cmdkey+5e4d3c2b/1a0f9e8d',
} as const

/** Every way in which a key might stand in a file. */
function spellings(key: string): readonly string[] {
  const bytes = Buffer.from(key)
  const url = encodeURIComponent(key)
  return [key, bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex'), url, url.toLowerCase()]
}

/** All that a run of the program said, and every byte below the directories. */
async function everyByte(results: readonly CodexResult[], directories: readonly string[]) {
  const files: [string, string][] = []
  for (const directory of directories) {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true })
    for (const entry of entries) {
      const file = join(entry.parentPath, entry.name)
      if (entry.isFile()) files.push([file, await readFile(file, 'latin1')])
    }
  }
  const said = results.flatMap(({ stdout, stderr }, index): [string, string][] => [
    [`stdout of run ${index}`, stdout],
    [`stderr of run ${index}`, stderr],
  ])
  return [...said, ...files]
}

/** Where a key stands that has no business there. */
function leaks(places: readonly (readonly [string, string])[]): readonly string[] {
  return Object.entries(keys).flatMap(([name, key]) =>
    spellings(key).flatMap((text, index) =>
      places.flatMap(([place, content]) => (content.includes(text) ? [`${name} (spelling ${index}) in ${place}`] : [])),
    ),
  )
}

test('no key is written anywhere, whatever models, servers and commands do with it', async () => {
  const { command: _, ...known } = keys
  const quoted = JSON.stringify(known)
  const script = [
    'env | sort',
    `printf %s '${keys.provider}' | base64`,
    `echo '${keys.provider}' | base64`,
    `printf %s 'x${keys.file}' | base64 -w0`,
    `printf %s '${keys.environment}' | od -An -tx1 | tr -d ' \\n'`,
    'cat "$CODEX_HOME_OF_TEST/auth.json"',
    `curl -sv -H 'Authorization: Bearer ${keys.provider}' http://127.0.0.1:1/?k=${encodeURIComponent(keys.file)}`,
  ].join('; ')
  const split = [keys.provider.slice(0, 9), keys.provider.slice(9)]
  const failures = [
    { failure: { kind: 'status', status: 401, body: { error: { message: `bad key ${quoted}` } } } },
    {
      failure: { kind: 'status', status: 400, body: { error: { message: `headers: authorization=Bearer ${quoted}` } } },
    },
    { failure: { kind: 'status', status: 500, body: quoted } },
    { failure: { kind: 'failed', code: 'x', message: `no ${quoted}` } },
  ] as const
  const session = await execCase(
    [
      {
        text: `Your keys are ${quoted} and ${split.join('')}.`,
        reasoning: `**Keys** ${quoted}`,
        calls: [{ shell: script }, { name: 'read_file', arguments: { path: 'notes.txt' } }],
      },
      { text: `In short: ${Object.values(known).map(encodeURIComponent).join(' ')}` },
      { text: 'resumed' },
      ...failures,
      { text: `The token is ${keys.command}`, calls: [{ shell: `printf %s '${keys.command}' | base64` }] },
      { text: 'ok' },
    ],
    { files: { 'notes.txt': 'nothing here\n' } },
  )
  const temp = await makeWorkspace({ files: {}, git: false })
  await session.home.write({ 'auth.json': JSON.stringify({ auth_mode: 'apikey', OPENAI_API_KEY: keys.file }) })
  await chmod(join(session.home.codexHome, 'auth.json'), 0o600)
  const options: CodexOptions = {
    env: {
      SCRIPTED_MODEL_KEY: keys.provider,
      CODEX_API_KEY: keys.environment,
      TMPDIR: temp.path,
      CODEX_HOME_OF_TEST: session.home.codexHome,
    },
  }
  const results = [
    await session.exec(['--yolo', `Use ${quoted}, please`], options),
    await session.run(['exec', '--skip-git-repo-check', '--yolo', 'resume', '--last', `And ${keys.provider}`], options),
  ]
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  expect(session.server.requests[0]?.headers.authorization).toBe(`Bearer ${keys.provider}`)
  expect(results[0]?.stdout).toContain('[redacted]')
  for (const _ of failures) {
    const failed = await session.exec(['--debug', 'hi'], options)
    expect(failed.exitCode).toBe(1)
    results.push(failed)
  }

  // The other ways to a credential: a command that prints it and fails, a wrong file, login, and what shows the configuration.
  const auth = (script: string) =>
    `-c=model_providers.scripted.auth={command=["/bin/sh","-c",${JSON.stringify(script)}]}`
  const without = { env: { ...options.env, SCRIPTED_MODEL_KEY: undefined } }
  const more: [readonly string[], CodexOptions][] = [
    [['exec', '--skip-git-repo-check', '--json', auth('echo $K'), 'hi'], { env: { ...without.env, K: keys.command } }],
    [
      ['exec', '--skip-git-repo-check', '--debug', auth('echo $K; echo $K >&2; exit 1'), 'hi'],
      { env: { ...without.env, K: keys.command } },
    ],
    [['threads', 'list'], options],
    [['login', 'status', '--debug'], options],
    [['login', '--with-api-key', '--debug'], { ...options, stdin: `${keys.file}\n` }],
    [['login', '--with-api-key', '--debug'], { ...options, stdin: `${keys.file} ${keys.provider}\n` }],
    [['-c', `model_providers.scripted.experimental_bearer_token="${keys.provider}"`, 'status'], options],
    [['config', 'list', '-c', `model_providers.scripted.experimental_bearer_token="${keys.provider}"`], options],
    [['doctor', '--online'], options],
    [['status', '--json'], options],
  ]
  for (const [argv, each] of more) results.push(await session.run(argv, each))

  const { codexHome } = session.home
  const places = await everyByte(results, [codexHome, temp.path, session.workspace.path])
  expect(places.some(([place]) => place.includes('rollout-'))).toBe(true)
  expect(places.some(([place]) => place.includes('audit'))).toBe(true)
  const kept = join(codexHome, 'auth.json')
  expect(leaks(places.filter(([place]) => place !== kept))).toEqual([])
  await temp.remove()
})
