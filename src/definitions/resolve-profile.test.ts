import { expect, test } from 'vitest'
import { type Definition, type ProfileDefinition, profileSchema } from '../plugin-api/index.ts'
import { resolveProfile } from './resolve-profile.ts'

function profile(id: string, base?: string, trusted = true): Definition<ProfileDefinition> {
  const name = id.replace('project:', '')
  return {
    kind: 'profile',
    id,
    value: profileSchema.parse({ id: name, ...(base === undefined ? {} : { extends: base }) }),
    origin: { layer: trusted ? 'user' : 'project', file: `/profiles/${name}.toml`, trusted },
    shadows: [],
  }
}

test('the chain begins with the profile that extends nothing', () => {
  const profiles = [profile('ci', 'team'), profile('team', 'offline'), profile('offline')]
  const { id, chain } = resolveProfile('ci', profiles)
  expect(id).toBe('ci')
  expect(chain.map((step) => step.id)).toEqual(['offline', 'team', 'ci'])
})

test('a cycle is shown with the files in it, and only those', () => {
  const profiles = [profile('start', 'a'), profile('a', 'b'), profile('b', 'a')]
  expect(() => resolveProfile('start', profiles)).toThrow(
    expect.objectContaining({
      code: 'definition.invalid',
      message: 'Profiles extend each other: a (/profiles/a.toml) -> b (/profiles/b.toml) -> a (/profiles/a.toml)',
      location: { file: '/profiles/b.toml', field: 'extends' },
    }),
  )
  expect(() => resolveProfile('self', [profile('self', 'self')])).toThrow('self (/profiles/self.toml) -> self')
})

test('an unknown base, or an unknown profile, is answered with the nearest names', () => {
  const profiles = [profile('ci', 'offlin'), profile('offline')]
  expect(() => resolveProfile('ci', profiles)).toThrow(
    expect.objectContaining({ code: 'definition.invalid', hint: 'Did you mean offline?' }),
  )
  expect(() => resolveProfile('zzz', profiles)).toThrow(
    expect.objectContaining({ code: 'usage.unknown_definition', hint: 'There are: ci, offline.' }),
  )
})

test('a profile of an untrusted repository finds its own base first', () => {
  const other = [profile('team'), profile('project:base', 'team', false), profile('project:ci', 'base', false)]
  expect(resolveProfile('project:ci', other).chain.map((step) => step.id)).toEqual([
    'team',
    'project:base',
    'project:ci',
  ])
})

test("a repository's profile that extends its own name means the one below it", () => {
  const ids = (id: string, profiles: readonly Definition<ProfileDefinition>[]) =>
    resolveProfile(id, profiles).chain.map((step) => [step.id, step.origin.layer])
  const untrusted = [profile('base'), profile('project:base', 'base', false), profile('project:ci', 'base', false)]
  const below = [
    ['base', 'user'],
    ['project:base', 'project'],
  ]
  expect(ids('project:base', untrusted)).toEqual(below)
  expect(ids('project:ci', untrusted)).toEqual([...below, ['project:ci', 'project']])
  const own = profile('base', 'base')
  const trusted = [profile('base'), { ...own, origin: { ...own.origin, layer: 'project' as const } }]
  expect(ids('base', trusted)).toEqual([
    ['base', 'user'],
    ['base', 'project'],
  ])
  expect(() => resolveProfile('project:base', [profile('project:base', 'base', false), profile('offline')])).toThrow(
    expect.objectContaining({ hint: 'There are: offline.', message: expect.stringContaining('no other profile') }),
  )
})
