import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completedItems, type ExecCase, execCase } from '../support/exec-case.ts'

const providerKey = 'prov-1f2e3d4c5b6a79880'
const secrets = {
  SCRIPTED_MODEL_KEY: providerKey,
  OPENAI_API_KEY: 'oak-0a9b8c7d6e5f4a3b2c1d',
  MY_SERVICE_TOKEN: 'tok-5e4d3c2b1a0f9e8d7c6b',
  DB_PASSWORD: 'pass-77aa88bb99cc00dd',
}

/** Every file below the home that tells of runs, as one text. */
async function written({ home }: ExecCase): Promise<string> {
  const entries = await readdir(home.codexHome, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes(join('cache', 'node')))
  return (await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')))).join('\n')
}

test('secrets of the environment reach no command, and what prints them shows none', async () => {
  const session = await execCase([
    { calls: [{ shell: 'env | sort; cat /proc/self/environ /proc/$PPID/environ | tr "\\0" "\\n"' }] },
    { text: 'ok' },
  ])
  const result = await session.exec(['-s', 'workspace-write', 'print all'], {
    env: { ...secrets, PLAIN: 'plain-value' },
  })
  const [item] = completedItems(result, 'command_execution')
  expect(item?.aggregated_output).toContain('PATH=')
  for (const name of Object.keys(secrets)) expect(item?.aggregated_output).not.toContain(name)
  const everything = `${result.stdout}${result.stderr}${await written(session)}`
  for (const value of Object.values(secrets)) expect(everything).not.toContain(value)
  const [, second] = session.server.requests
  for (const value of Object.values(secrets)) expect(JSON.stringify(second?.body)).not.toContain(value)
})

test('a secret that a command prints is taken out of every place that it would be written to', async () => {
  const session = await execCase(
    [
      {
        calls: [
          { shell: `cat notes.txt; echo ${secrets.MY_SERVICE_TOKEN}` },
          { name: 'read_file', arguments: { path: 'notes.txt' } },
        ],
      },
      { text: 'ok' },
    ],
    { files: { 'notes.txt': `the token is ${secrets.MY_SERVICE_TOKEN}.\nand ghp_${'a1'.repeat(18)}\n` } },
  )
  const result = await session.exec(['go'], { env: secrets })
  const [item] = completedItems(result, 'command_execution')
  expect(item?.aggregated_output).toContain('the token is [redacted].')
  const audit = await session.audit()
  for (const text of [String(item?.aggregated_output), audit]) {
    expect(text).not.toContain(secrets.MY_SERVICE_TOKEN)
    expect(text).not.toContain('ghp_')
  }
  const outputs = JSON.stringify(session.server.requests[1]?.body.input).match(/"output":"(?:[^"\\]|\\.)*"/g) ?? []
  expect(outputs).toHaveLength(2)
  for (const output of outputs) {
    expect(output).not.toContain(secrets.MY_SERVICE_TOKEN)
    expect(output).toContain('[redacted]')
  }
})

test('the key that the provider quotes back is shown nowhere', async () => {
  const body = { error: { message: `Incorrect API key provided: ${providerKey}` } }
  const session = await execCase([
    { failure: { kind: 'status', status: 401, body } },
    { failure: { kind: 'status', status: 400, body } },
    { failure: { kind: 'failed', code: 'x', message: `no ${providerKey}` } },
  ])
  for (const argv of [[], [], []]) {
    const result = await session.exec([...argv, 'hi'], { env: secrets })
    expect(result.exitCode).toBe(1)
    expect(`${result.stdout}${result.stderr}`).not.toContain(providerKey)
    expect(result.events.at(-1)?.error).toMatchObject({ message: expect.stringContaining('[redacted]') })
  }
  expect(await written(session)).not.toContain(providerKey)
})

test('a command gets a secret only where the configuration of the user says so', async () => {
  const { exec } = await execCase(
    [{ calls: [{ shell: 'test -n "$MY_SERVICE_TOKEN" && echo present' }] }, { text: 'ok' }],
    {
      config: 'shell_environment_policy.inherit = "all"\nshell_environment_policy.ignore_default_excludes = true',
    },
  )
  const result = await exec(['go'], { env: secrets })
  expect(completedItems(result, 'command_execution')[0]?.aggregated_output).toBe('present\n')
})
