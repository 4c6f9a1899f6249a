import { expect, test } from 'vitest'
import { placesWithSlashes } from './places.ts'
import { protectedPaths } from './protected-paths.ts'

const windows = {
  workspaceRoot: 'C:\\work',
  codexHome: 'C:\\Users\\me\\.codex',
  homeDir: 'C:\\Users\\me',
  tempDir: 'C:\\Temp',
}

test('on Windows places are spelled as the paths that are compared with them, so that secrets are found in them', () => {
  const places = placesWithSlashes(windows, 'win32')
  expect(places.homeDir).toBe('C:/Users/me')
  const { secret, writeProtected } = protectedPaths(places)
  expect(secret('C:/Users/me/.ssh/id')).toBeDefined()
  expect(secret('c:/users/me/.codex/auth.json')).toBeDefined()
  expect(writeProtected('C:/Users/me/.codex/config.toml')).toBeDefined()
  expect(secret('C:/work/a.txt')).toBeUndefined()
})

test('elsewhere a backslash is a character of a name', () => {
  const places = { ...windows, homeDir: '/home/a\\b' }
  expect(placesWithSlashes(places, 'linux')).toBe(places)
})
