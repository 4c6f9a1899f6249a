import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PermissionLayer } from '../plugin-api/index.ts'
import { auditPlace, createExecPolicy, createGate, everything, openAudit } from '../security/index.ts'
import { type InstructionsRequest, loadInstructions } from './load-instructions.ts'

const signal = new AbortController().signal
let root: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'instructions-')))
  mkdirSync(join(root, 'ws/sub/deep'), { recursive: true })
  mkdirSync(join(root, 'home'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(file: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root, file)), { recursive: true })
  writeFileSync(join(root, file), text)
}

async function load(options: Partial<InstructionsRequest> & { deny?: string[] } = {}) {
  const { deny = [], ...request } = options
  const read = { allow: ['/**'], deny }
  const layer: PermissionLayer = {
    name: 'profile test',
    permissions: { ...everything, read: { allow: [read], askable: [read] } },
  }
  const gate = createGate({
    threadId: 't',
    layers: [layer],
    places: {
      workspaceRoot: join(root, 'ws'),
      codexHome: join(root, 'home'),
      homeDir: join(root, 'home'),
      tempDir: root,
    },
    protection: 'on',
    execPolicy: createExecPolicy([]),
    approvalPolicy: 'never',
    sandbox: { required: false, find: async () => ({ available: true, backend: 'test' }) },
    audit: await openAudit(auditPlace(root), {
      now: () => new Date(),
      redact: (text) => text,
      hideNames: (text) => text,
    }),
  })
  return loadInstructions(
    {
      codexHome: join(root, 'home'),
      projectRoot: join(root, 'ws'),
      cwd: join(root, 'ws/sub'),
      fallbackNames: [],
      maxBytes: 32768,
      ...request,
    },
    { gate },
    signal,
  )
}

const message = (body: string) =>
  `# AGENTS.md instructions for ${join(root, 'ws/sub')}\n\n<INSTRUCTIONS>\n${body}\n</INSTRUCTIONS>`

test('the global file stands first, then the project from its root down', async () => {
  write('home/AGENTS.md', 'GLOBAL\n')
  write('ws/AGENTS.md', 'ROOT\n')
  write('ws/sub/AGENTS.md', 'SUB\n')
  write('AGENTS.md', 'above the root')
  write('ws/sub/deep/AGENTS.md', 'below the working directory')
  const { text, files, notes } = await load()
  expect(text).toBe(message('GLOBAL\n\n--- project-doc ---\n\nROOT\n\nSUB'))
  expect(files).toEqual(['home/AGENTS.md', 'ws/AGENTS.md', 'ws/sub/AGENTS.md'].map((file) => join(root, file)))
  expect(notes).toEqual([])
})

test('there is no separator without both sides, and no message without a file', async () => {
  expect((await load()).text).toBeUndefined()
  write('ws/AGENTS.md', ' \n')
  expect((await load()).text).toBeUndefined()
  write('ws/AGENTS.md', 'ROOT')
  expect((await load()).text).toBe(message('ROOT'))
  rmSync(join(root, 'ws/AGENTS.md'))
  write('home/AGENTS.md', 'GLOBAL')
  expect((await load()).text).toBe(message('GLOBAL'))
})

test('an override goes before AGENTS.md, and that before a fallback name', async () => {
  write('ws/AGENTS.override.md', 'OVERRIDE')
  write('ws/AGENTS.md', 'hidden')
  write('ws/sub/CLAUDE.md', 'second choice')
  write('ws/sub/NOTES.md', 'FALLBACK')
  expect((await load()).text).toBe(message('OVERRIDE'))
  expect((await load({ fallbackNames: ['NOTES.md', 'CLAUDE.md'] })).text).toBe(message('OVERRIDE\n\nFALLBACK'))
  write('home/AGENTS.md', 'hidden too')
  write('home/AGENTS.override.md', 'MINE')
  expect((await load()).text).toBe(message('MINE\n\n--- project-doc ---\n\nOVERRIDE'))
})

test('an AGENTS.md that is a directory, a link to nothing or a pipe is told of, and the others are read', async () => {
  mkdirSync(join(root, 'ws/AGENTS.md'))
  symlinkSync(join(root, 'gone'), join(root, 'home/AGENTS.md'))
  execFileSync('mkfifo', [join(root, 'ws/sub/AGENTS.override.md')])
  write('ws/sub/AGENTS.md', 'of sub')
  const { text, files, notes } = await load({ cwd: join(root, 'ws/sub') })
  expect(text).toContain('of sub')
  expect(files).toEqual([join(root, 'ws/sub/AGENTS.md')])
  expect(notes).toEqual([
    `${join(root, 'home/AGENTS.md')} is not loaded: it is a symbolic link that leads to nothing`,
    `${join(root, 'ws/AGENTS.md')} is not loaded: it is a directory, and has to be a file`,
    expect.stringMatching(/AGENTS\.override\.md is not loaded: EINVAL: not a regular file/),
  ])
})

test('outside of its project a directory is read alone', async () => {
  write('home/AGENTS.md', 'GLOBAL')
  write('ws/AGENTS.md', 'ROOT')
  write('ws/sub/AGENTS.md', 'SUB')
  const { text } = await load({ projectRoot: join(root, 'home'), codexHome: join(root, 'nowhere') })
  expect(text).toBe(message('SUB'))
})

test('the project is cut at its number of bytes, and a note says so', async () => {
  write('home/AGENTS.md', 'GLOBAL is not counted')
  write('ws/AGENTS.md', '0123456789ABCDEF')
  write('ws/sub/AGENTS.md', 'SUB')
  const { text, notes } = await load({ maxBytes: 10 })
  expect(text).toBe(message('GLOBAL is not counted\n\n--- project-doc ---\n\n0123456789'))
  expect(notes).toEqual([
    `Loaded only 10 of 16 bytes from ${join(root, 'ws/AGENTS.md')}`,
    `Loaded only 0 of 3 bytes from ${join(root, 'ws/sub/AGENTS.md')}`,
  ])
  expect((await load({ maxBytes: 0 })).text).toBe(message('GLOBAL is not counted'))
  write('ws/AGENTS.md', 'aéé')
  expect((await load({ maxBytes: 4 })).text).toContain('\n\naé\n')
})

test('a file that may not be read, or is not UTF-8, is left out with a note', async () => {
  write('ws/AGENTS.md', 'ROOT')
  write('ws/sub/AGENTS.md', Buffer.from([0x61, 0xe9, 0x0a]))
  const denied = await load({ deny: [join(root, 'ws/AGENTS.md')] })
  expect(denied.text).toBeUndefined()
  expect(denied.notes).toEqual([
    expect.stringContaining(`${join(root, 'ws/AGENTS.md')} is not loaded: Not permitted`),
    expect.stringContaining(`${join(root, 'ws/sub/AGENTS.md')} is not loaded: Not valid UTF-8`),
  ])
})

test('a link to a secret is not followed', async () => {
  write('ws/.env', 'TOKEN=hunter2')
  symlinkSync(join(root, 'ws/.env'), join(root, 'ws/AGENTS.md'))
  const { text, notes } = await load()
  expect(text).toBeUndefined()
  expect(notes).toHaveLength(1)
  expect(notes.join()).not.toContain('hunter2')
})
