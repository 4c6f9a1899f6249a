import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase } from '../support/exec-case.ts'
import { makeWorkspace } from '../support/temp-workspace.ts'

/** Of no well-known shape: their names alone give them away. */
const env = {
  GITHUB_TOKEN: 'plain-1f2e3d4c5b6a7988',
  DB_PASSWORD: 'pass+0a9b8c7d/6e5f4a3b',
  AWS_SECRET_ACCESS_KEY: 'aws77aa88bb99cc00ddEE',
  // Passphrases have white space, at which a text that comes in pieces is shown.
  SIGNING_PASSPHRASE: 'correct horse battery staple',
}
const all = Object.values(env).join(' and ')

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.flatMap((entry) => (entry.isFile() ? join(entry.parentPath, entry.name) : []))
}

test('values of secret-named variables are in nothing that is shown or kept of a prompt, an answer or a call', async () => {
  const session = await execCase(
    [
      {
        reasoning: `Thinking of ${all}`,
        text: `I saw ${all}.`,
        calls: [{ shell: `: '${all}'; echo made > made.txt` }],
      },
      { text: `Done with ${all}` },
    ],
    { git: true },
  )
  const temp = await makeWorkspace({ files: {}, git: false })
  const file = (name: string) => join(temp.path, name)
  const options = { env: { ...env, TMPDIR: temp.path } }
  const run = ['-s', 'workspace-write', '--record', file('run.jsonl'), '-o', file('last.txt'), `Use ${all}`]
  const results = [await session.exec(run, options)]
  expect(results[0]?.exitCode).toBe(0)
  // Without the variables, so that what was kept shows as it is.
  for (const argv of [
    ['threads', 'list', '--json'],
    ['threads', 'show', 'last'],
    ['threads', 'export', 'last', '-o', file('thread.html')],
    ['undo', '--list', '--json'],
    ['audit', 'query', '--json'],
  ])
    results.push(await session.run(argv, { env: { TMPDIR: temp.path } }))

  const files = [...(await filesBelow(session.home.homeDir)), ...(await filesBelow(session.home.codexHome))]
  const texts = [
    ...results.flatMap(({ stdout, stderr }, index) => [[`run ${index}`, `${stdout}${stderr}`] as const]),
    ...(await Promise.all(
      [...files, ...(await filesBelow(temp.path))].map(async (path) => [path, await readFile(path, 'latin1')] as const),
    )),
  ]
  const leaks = Object.entries(env).flatMap(([name, value]) =>
    texts.flatMap(([place, text]) =>
      text.includes(value) || text.includes(JSON.stringify(value).slice(1, -1)) ? [`${name} in ${place}`] : [],
    ),
  )
  expect(leaks).toEqual([])
  expect(texts.some(([place]) => place.includes('turns.jsonl'))).toBe(true)
  // What the person wrote is sent as it was written.
  expect(JSON.stringify(session.server.requests[0]?.body)).toContain(env.GITHUB_TOKEN)
  await temp.remove()
})

test('a secret that comes in pieces is shown by none of them, in what people read as in what programs read', async () => {
  const said = { text: `The words are ${env.SIGNING_PASSPHRASE}, and ${env.DB_PASSWORD}.` }
  const session = await execCase([said, said])
  const json = await session.exec(['Say it'], { env })
  const human = await session.run(['exec', '--skip-git-repo-check', 'Say it again'], { env })
  for (const { stdout, stderr, exitCode } of [json, human]) {
    expect(exitCode).toBe(0)
    expect(`${stdout}${stderr}`).not.toMatch(/horse|battery|0a9b8c7d/)
  }
  expect(json.stdout).toContain('The words are [redacted], and [redacted].')
})
