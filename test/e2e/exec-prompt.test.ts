import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { execCase, inputOf } from '../support/exec-case.ts'
import { codexBin } from '../support/run-codex.ts'
import { lastUserText, sentBody } from '../support/scripted-session.ts'

const additional = 'Reading additional input from stdin...'
const prompt = 'Reading prompt from stdin...'

const sources: readonly [string, readonly string[], string, string, string][] = [
  ['no argument: standard input, verbatim', [], 'hello', 'hello', prompt],
  ['no argument: its newline is kept', [], 'hello\n', 'hello\n', prompt],
  ['a dash: standard input, without a notice', ['-'], 'dash\n', 'dash\n', ''],
  ['an argument and text: a stdin block after it', ['p'], 'x', 'p\n\n<stdin>\nx\n</stdin>', additional],
  ['an argument and text that ends in a newline: none is added', ['p'], 'x\n', 'p\n\n<stdin>\nx\n</stdin>', additional],
  ['an argument and nothing: the argument alone', ['p'], '', 'p', additional],
  ['what follows two dashes: also where it looks like an option', ['--', '-x y'], '', '-x y', additional],
  ['text that begins like an unknown command: as it is', ['/no-such-command a'], '', '/no-such-command a', additional],
  ['text that begins like an unknown agent: as it is', ['@nobody a'], '', '@nobody a', additional],
]

test.for(sources)('the prompt of %s', async ([, argv, stdin, text, notice]) => {
  const { exec, server } = await execCase([{ text: 'ok' }])
  const result = await exec(argv, { stdin })
  expect(result).toMatchObject({ exitCode: 0, stderr: notice === '' ? '' : `${notice}\n` })
  expect(lastUserText(sentBody(server, 0))).toBe(text)
})

test('no prompt and nothing on standard input is an error before a thread begins', async () => {
  const { exec, server, rollouts } = await execCase([])
  const result = await exec([])
  expect(result).toMatchObject({ exitCode: 1, stdout: '' })
  expect(result.stderr).toMatch(/^Reading prompt from stdin\.\.\.\n(?:.|\n)*No prompt provided via stdin\./)
  expect([server.requests.length, (await rollouts()).length]).toEqual([0, 0])
})

test('an empty argument is no prompt: nothing is sent, by exec, by resume, or by codex resume', async () => {
  const { exec, run, server, rollouts } = await execCase([{ text: 'ok' }])
  await exec(['hi'])
  const empty = { exitCode: 1, stdout: '', stderr: expect.stringContaining('The prompt is empty, so nothing is sent') }
  expect(await exec([''])).toMatchObject(empty)
  expect(await exec(['resume', '--last', ' '])).toMatchObject(empty)
  expect(await run(['resume', '--last', ''])).toMatchObject(empty)
  expect([server.requests.length, (await rollouts()).length]).toEqual([1, 1])
})

test('standard input in UTF-16 is understood; other bytes are refused with their place', async () => {
  const { home, workspace, server } = await execCase([{ text: 'ok' }])
  const run = async (input: Buffer) => {
    const env = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, SCRIPTED_MODEL_KEY: 'key' }
    const argv = [codexBin, 'exec', '--skip-git-repo-check', '--json']
    const child = spawn(process.execPath, argv, { cwd: workspace.path, env })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk
    })
    child.stdout.resume()
    child.stdin.end(input)
    const [exitCode] = await once(child, 'close')
    return { exitCode, stderr }
  }
  expect(await run(Buffer.from('\ufeffgrüße', 'utf16le'))).toMatchObject({ exitCode: 0 })
  expect(lastUserText(sentBody(server, 0))).toBe('grüße')
  const refused = await run(Buffer.from([0x68, 0x69, 0xff, 0x21]))
  expect(refused.exitCode).toBe(1)
  expect(refused.stderr).toContain(
    'Failed to read prompt from stdin: input is not valid UTF-8 (invalid byte at offset 2).',
  )
  expect(server.requests).toHaveLength(1)
})

test('images go with the prompt; one that is missing is said in its place, and to the person', async () => {
  const { exec, server, workspace } = await execCase([{ text: 'ok' }])
  await workspace.write({ 'a.png': 'not really a picture' })
  const file = join(workspace.path, 'a.png')
  const { exitCode, events } = await exec(['-i', file, '--image', 'none.png', '--', 'look'])
  expect(exitCode).toBe(0)
  expect(events).toContainEqual(
    expect.objectContaining({
      item: expect.objectContaining({ type: 'error', message: expect.stringContaining('none.png could not be read') }),
    }),
  )
  const content = inputOf(sentBody(server, 0)).at(-1)?.content
  expect(content).toEqual([
    { type: 'input_text', text: `<image name=[Image #1] path="${file}">` },
    {
      type: 'input_image',
      image_url: `data:image/png;base64,${Buffer.from('not really a picture').toString('base64')}`,
      detail: 'original',
    },
    { type: 'input_text', text: '</image>' },
    { type: 'input_text', text: expect.stringContaining('Codex could not read the local image at `none.png`: ') },
    { type: 'input_text', text: 'look' },
  ])
})

test('an image is told by its content before its name; what is neither is said', async () => {
  const { exec, server, workspace } = await execCase([{ text: 'ok' }])
  const gif = Buffer.from('R0lGODlhAQABAAAAACw=', 'base64')
  for (const name of ['shot', 'shot.png']) await writeFile(join(workspace.path, name), gif)
  await workspace.write({ 'empty.png': '', 'page.pdf': '%PDF-1.7' })
  const { stdout } = await exec(['-i', 'shot', 'shot.png', 'empty.png', 'page.pdf', '--', 'look'])
  const sent = JSON.stringify(inputOf(sentBody(server, 0)).at(-1)?.content)
  expect(sent.match(/data:image\/gif;base64,R0lG/g)).toHaveLength(2)
  expect(sent.match(/data:/g)).toHaveLength(2)
  expect(stdout).toContain('The image empty.png could not be read: it is empty')
  expect(stdout).toContain('The image page.pdf could not be read: it is a PDF document. Images are PNG')
})

test('a resumed thread with a prompt does not wait for standard input', async () => {
  const { exec, home, workspace, server } = await execCase([{ text: 'one' }, { text: 'two' }])
  const first = await exec(['begin'])
  const id = String(first.events[0]?.thread_id)
  const env = { PATH: process.env.PATH, HOME: home.homeDir, CODEX_HOME: home.codexHome, SCRIPTED_MODEL_KEY: 'key' }
  const argv = [codexBin, 'exec', '--skip-git-repo-check', '--json', 'resume', id, 'more']
  const child = spawn(process.execPath, argv, { cwd: workspace.path, env, stdio: ['pipe', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk
  })
  // The pipe stays open until the program has ended by itself.
  const [exitCode] = await once(child, 'close')
  child.stdin.destroy()
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(lastUserText(sentBody(server, 1))).toBe('more')
})

test('a resumed thread without a prompt takes it from standard input', async () => {
  const { exec, server } = await execCase([{ text: 'one' }, { text: 'two' }, { text: 'three' }, { text: 'four' }])
  const id = String((await exec(['begin'])).events[0]?.thread_id)
  expect(await exec(['resume', id], { stdin: 'a\n' })).toMatchObject({ exitCode: 0, stderr: `${prompt}\n` })
  expect(await exec(['resume', '--last'], { stdin: 'b' })).toMatchObject({ exitCode: 0, stderr: `${prompt}\n` })
  expect(await exec(['resume', id, '-'], { stdin: 'c' })).toMatchObject({ exitCode: 0, stderr: '' })
  expect([1, 2, 3].map((index) => lastUserText(sentBody(server, index)))).toEqual(['a\n', 'b', 'c'])
})
