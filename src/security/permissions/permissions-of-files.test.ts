import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
  type AgentDefinition,
  agentSchema,
  type CommandMetadata,
  commandMetadataSchema,
  type Definition,
  type PermissionDimension,
  type PermissionLayer,
  profileSchema,
} from '../../plugin-api/index.ts'
import { commandSubject } from './command-prefix.ts'
import { decideIn } from './decide-in.ts'
import { intersectAll } from './intersect.ts'
import { permissionsOfAgent } from './permissions-of-agent.ts'
import { permissionsOfCommand } from './permissions-of-command.ts'
import { permissionsOfProfile, settingsOfProfile } from './permissions-of-profile.ts'
import type { ToolFacts } from './tool-facts.ts'

const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'files-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const workspaceRoot = path.join(root, 'a[b]*c')
const places = { workspaceRoot, codexHome: '/home/u/.codex', homeDir: '/home/u', tempDir: '/tmp' }
mkdirSync(path.join(root, 'elsewhere'))
mkdirSync(workspaceRoot)
symlinkSync(path.join(root, 'elsewhere'), path.join(workspaceRoot, 'link'))

const core = 'core-tools'
const tools: readonly ToolFacts[] = [
  { id: 'exec_command', effects: ['exec'], plugin: core },
  { id: 'write_stdin', effects: ['exec'], plugin: core },
  { id: 'read_file', effects: ['read'], plugin: core },
  { id: 'apply_patch', effects: ['read', 'write'], plugin: core },
  { id: 'update_plan', effects: [], plugin: core },
  { id: 'code_scan', effects: ['read'], plugin: 'code-scan' },
  { id: 'db_query', effects: ['network'], plugin: 'acme' },
]
const origin = { layer: 'user', file: '/files/x', trusted: true } as const
const define = <T>(kind: string, id: string, value: T, trusted = true): Definition<T> => ({
  kind,
  id,
  value,
  origin: { ...origin, trusted },
  shadows: [],
})

function agent(permissions: unknown, trusted = true): readonly PermissionLayer[] {
  const value: AgentDefinition = agentSchema.parse({
    agent: { id: 'x', name: 'X', description: 'x' },
    ...(permissions === undefined ? {} : { permissions }),
  })
  return permissionsOfAgent(define('agent', 'x', value, trusted), { tools, places })
}
function command(value: unknown, trusted = true): readonly PermissionLayer[] {
  const metadata: CommandMetadata = commandMetadataSchema.parse(value)
  return permissionsOfCommand(define('command', 'x', metadata, trusted), { tools, places })
}
const decide = (layers: readonly PermissionLayer[], dimension: PermissionDimension, subject: string) =>
  decideIn(dimension, intersectAll(layers.map((layer) => layer.permissions)), subject)
const allowedTools = (layers: readonly PermissionLayer[]) =>
  tools.map(({ id }) => id).filter((id) => decide(layers, 'tools', id) === 'allow')
const runs = (layers: readonly PermissionLayer[], line: string) =>
  decide(layers, 'exec', commandSubject({ known: line.split(' '), open: false })) === 'allow'

test('a file without a permissions table narrows nothing', () => {
  expect(agent(undefined)).toEqual([])
  expect(command({})).toEqual([])
})

test('an empty table denies everything but tools that only think', () => {
  const layers = agent({})
  expect(decide(layers, 'read', '/x')).toBe('deny')
  expect(decide(layers, 'write', '/x')).toBe('deny')
  expect(runs(layers, 'ls')).toBe(false)
  expect(decide(layers, 'network', 'GET example.com:443')).toBe('deny')
  expect(decide(layers, 'delegate', 'other')).toBe('deny')
  expect(allowedTools(layers)).toEqual(['update_plan'])
})

test('the agent of the documentation may use cargo and the core tools', () => {
  const layers = agent({ file_access: 'read-write', shell_execution: true, allowed_commands: ['cargo', 'git diff'] })
  expect([
    runs(layers, 'cargo test'),
    runs(layers, 'git diff'),
    runs(layers, 'git push'),
    runs(layers, 'make'),
  ]).toEqual([true, true, false, false])
  expect(allowedTools(layers)).toEqual(['exec_command', 'write_stdin', 'read_file', 'apply_patch', 'update_plan'])
  expect(decide(layers, 'write', '/anywhere')).toBe('allow')
})

test('read-only reads and does not write', () => {
  const layers = agent({ file_access: 'read-only' })
  expect([decide(layers, 'read', '/x'), decide(layers, 'write', '/x')]).toEqual(['allow', 'deny'])
  expect(allowedTools(layers)).toEqual(['read_file', 'update_plan'])
})

test('a key of allowed_tools that is no tool is a program, run through the shell tool', () => {
  const layers = agent({
    file_access: 'read-only',
    allowed_tools: { grep: true, git: { commands: ['diff', 'log'] }, code_scan: true, make: false },
  })
  expect(['grep -r x', 'git diff a', 'git push', 'make', 'ls'].map((line) => runs(layers, line))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect(allowedTools(layers)).toEqual(['exec_command', 'write_stdin', 'code_scan'])
})

test('the name shell stands for the tools that run commands, in what is allowed, bounded and denied', () => {
  const allowed = agent({ file_access: 'read-only', allowed_tools: { shell: true, read_file: true } })
  expect(allowedTools(allowed)).toEqual(['exec_command', 'write_stdin', 'read_file'])
  const bounded = agent({ file_access: 'read-only', allowed_tools: { shell: { commands: ['git log'] } } })
  expect(['git log -1', 'git push'].map((line) => runs(bounded, line))).toEqual([true, false])
  expect(allowedTools(command({ description: 'x', allowed_tools: ['shell'] }))).toEqual(['exec_command', 'write_stdin'])
})

test('allowed_tools without a program does not admit the shell', () => {
  const layers = agent({ file_access: 'read-only', allowed_tools: { read_file: true, shell: false } })
  expect(allowedTools(layers)).toEqual(['read_file'])
  expect(runs(layers, 'ls')).toBe(false)
})

test('file patterns are relative to the workspace, whose name is taken literally', () => {
  const layers = agent({
    file_access: 'read-write',
    file_patterns: {
      allow_read: ['src/**'],
      deny_read: ['**/secret.*'],
      allow_write: ['src/*.ts'],
      deny_write: ['src/gen.ts'],
    },
  })
  const read = (file: string) => decide(layers, 'read', path.join(root, file))
  const write = (file: string) => decide(layers, 'write', path.join(root, file))
  expect([read('a[b]*c/src/x'), read('a[b]*c/src/secret.md'), read('a[b]*c/x'), read('abXc/src/x')]).toEqual([
    'allow',
    'deny',
    'deny',
    'deny',
  ])
  expect([write('a[b]*c/src/x.ts'), write('a[b]*c/src/gen.ts'), write('a[b]*c/src/x.js')]).toEqual([
    'allow',
    'deny',
    'deny',
  ])
})

test('a denial through a symbolic link also holds where it leads; an allowance inside the workspace does not', () => {
  const denied = agent({ file_access: 'read-only', file_patterns: { deny_read: ['link/**'] } })
  expect(decide(denied, 'read', path.join(root, 'elsewhere/x'))).toBe('deny')
  const allowed = agent({ file_access: 'read-write', file_patterns: { allow_write: ['link/**'] } })
  expect(decide(allowed, 'write', path.join(root, 'elsewhere/x'))).toBe('deny')
})

test('hosts, agents and iterations', () => {
  const layers = agent({ network_access: ['*.example.com'], can_delegate: ['writer'], max_iterations: 7 })
  expect(decide(layers, 'network', 'POST a.example.com:443')).toBe('allow')
  expect(decide(layers, 'network', 'POST example.org:443')).toBe('deny')
  expect([decide(layers, 'delegate', 'writer'), decide(layers, 'delegate', 'other')]).toEqual(['allow', 'deny'])
  expect(intersectAll(layers.map((layer) => layer.permissions)).limits).toEqual({ max_iterations: 7 })
})

test.each([
  [
    'agent',
    () => agent({ file_access: 'read-write', shell_execution: true, network_access: true, can_delegate: true }, false),
  ],
  ['agent without a table', () => agent(undefined, false)],
  [
    'command',
    () =>
      command(
        { permissions: ['read_files', 'write_files', 'execute_shell', 'execute_tools', 'network_access'] },
        false,
      ),
  ],
  ['command without a list', () => command({}, false)],
])('the %s of an untrusted repository only reads, whatever it says', (_kind, layersOf) => {
  const layers = layersOf()
  expect(decide(layers, 'read', '/x')).toBe('allow')
  expect(decide(layers, 'write', '/x')).toBe('deny')
  expect(runs(layers, 'ls')).toBe(false)
  expect(decide(layers, 'network', 'GET example.com:443')).toBe('deny')
  expect(decide(layers, 'delegate', 'x')).toBe('deny')
  expect(allowedTools(layers).filter((id) => ['exec_command', 'apply_patch', 'db_query'].includes(id))).toEqual([])
  expect(layers.at(-1)?.name).toBe('untrusted repository')
})

test('a command names what it may', () => {
  const layers = command({ permissions: ['read_files', 'execute_tools'] })
  expect([decide(layers, 'read', '/x'), decide(layers, 'write', '/x'), runs(layers, 'ls')]).toEqual([
    'allow',
    'deny',
    false,
  ])
  expect(decide(layers, 'tools', 'db_query')).toBe('allow')
  expect(allowedTools(command({ permissions: ['read_files'] }))).toEqual(['read_file', 'update_plan'])
  expect(allowedTools(command({ allowed_tools: ['code_scan'] }))).toEqual(['code_scan'])
})

const profile = (...files: readonly unknown[]) => {
  const chain = files.map((file) => profileSchema.parse(file)).map((value) => define('profile', value.id, value))
  return { id: chain.at(-1)?.id ?? '', chain }
}

test('a profile that extends another narrows it, and takes over the tables that it leaves out', () => {
  const base = {
    id: 'base',
    read: { allow: ['/**'] },
    write: { allow: [':workspace', ':caches', '~/notes'], ask: ['/**'] },
  }
  const layers = permissionsOfProfile(
    profile(base, { id: 'mine', extends: 'base', write: { allow: [':workspace/src', '/etc'] } }),
    places,
  )
  expect(layers.map((layer) => layer.name)).toEqual(['profile base', 'profile mine'])
  const write = (file: string) => decide(layers, 'write', file)
  expect([write(`${workspaceRoot}/src/x`), write(`${workspaceRoot}/x`), write('/home/u/notes/x')]).toEqual([
    'allow',
    'deny',
    'deny',
  ])
  expect(write('/etc/x')).toBe('ask')
  expect(decide(layers, 'read', '/x')).toBe('allow')
  expect(decide(permissionsOfProfile(profile(base), places), 'write', '/home/u/.npm/_cacache/x')).toBe('allow')
  expect(decide(layers, 'network', 'GET example.com:443')).toBe('deny')
})

test('read-only methods, and a denied host for all of them', () => {
  const network = { allow: ['*'], deny: ['bad.test'], methods: 'read-only' }
  const layers = permissionsOfProfile(profile({ id: 'net', network }), places)
  const answers = ['GET a.test:443', 'HEAD a.test:443', 'POST a.test:443', 'GET bad.test:443'].map((subject) =>
    decide(layers, 'network', subject),
  )
  expect(answers).toEqual(['allow', 'allow', 'deny', 'deny'])
})

test('no file of a chain loosens what another one says', () => {
  const loose = { id: 'loose', protected: false, sandbox: 'none', temp: 'host', approval_policy: 'on-request' }
  expect(settingsOfProfile(profile(loose))).toEqual({
    temp: 'host',
    protection: 'lifted',
    sandbox: 'none',
    approvalPolicy: 'on-request',
  })
  const strict = { temp: 'private', protection: 'on', sandbox: 'required', approvalPolicy: 'never' }
  expect(settingsOfProfile(profile(loose, { id: 'child', extends: 'loose' }))).toEqual(strict)
  expect(settingsOfProfile(profile({ id: 'base' }, { ...loose, extends: 'base' }))).toEqual(strict)
})
