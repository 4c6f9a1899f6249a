import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commandManifest } from '../scripts/command-manifest.ts'
import { threadOptions } from '../src/cli/thread-options.ts'

interface Described {
  readonly description?: string
  readonly hidden?: boolean
}

interface CommandManifest {
  readonly version: string
  readonly commands: Readonly<Record<string, ManifestCommand>>
}

interface ManifestCommand {
  readonly summary?: string
  readonly flags: Readonly<Record<string, Described>>
  readonly args: Readonly<Record<string, Described>>
}

const text = readFileSync('oclif.manifest.json', 'utf8')
const manifest: CommandManifest = JSON.parse(text) // written by the build

test('the manifest of commands is what the build makes again', () => {
  expect(commandManifest(process.cwd())).toBe(text)
})

test('every command file is in the manifest by its path, and nothing else is', () => {
  const ids = globSync('src/cli/commands/**/*.ts')
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => file.replace('src/cli/commands/', '').replace(/\.ts$/, '').replaceAll('/', ':'))
  expect(ids.length).toBeGreaterThan(15)
  expect(Object.keys(manifest.commands)).toEqual(ids.sort())
})

test('every command, argument and flag says what it is for', () => {
  const silent = Object.entries(manifest.commands).flatMap(([id, { summary, flags, args }]) => [
    ...(summary ? [] : [id]),
    ...Object.entries({ ...args, ...flags }).flatMap(([name, { description }]) =>
      description ? [] : [`${id} ${name}`],
    ),
  ])
  expect(silent).toEqual([])
})

test.each(['exec', 'agent'])('codex %s shows the options that its parser knows, and no others', (id) => {
  const shown = Object.keys(manifest.commands[id]?.flags ?? {})
  expect(shown.sort()).toEqual(threadOptions.map(({ name }) => name).sort())
})

test('the manifest has the version of the package', () => {
  expect(manifest.version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
})
