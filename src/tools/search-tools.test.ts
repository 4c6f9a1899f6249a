import { expect, test } from 'vitest'
import type { ToolSpec } from '../plugin-api/index.ts'
import { searchTools } from './search-tools.ts'

function spec(name: string, description: string, ...args: readonly string[]): ToolSpec {
  const properties = Object.fromEntries(args.map((each) => [each, { type: 'string' }]))
  return { type: 'function', name, description, parameters: { type: 'object', properties } }
}

const specs = [
  spec('coverage_report', 'What tests cover, read from coverage files that are there.', 'path'),
  spec('dependency_scan', 'Finds risky dependencies in manifests and lockfiles.', 'paths'),
  spec('create_issue', 'Opens a ticket.', 'title', 'repository'),
  spec('listCommits', 'History of a repository.', 'branch'),
]
const namesFor = (query: string, limit = 10) => searchTools(specs, query, limit).map(({ name }) => name)

test('a word in a name is worth more than one in a description, and that more than an argument', () => {
  expect(namesFor('repository issue')).toEqual(['create_issue', 'listCommits'])
  expect(namesFor('coverage')).toEqual(['coverage_report'])
  expect(namesFor('branch')).toEqual(['listCommits'])
})

test('other endings of a word, and names in camel case, are found', () => {
  expect(namesFor('commit')).toEqual(['listCommits'])
  expect(namesFor('scanning dependencies')).toEqual(['dependency_scan'])
})

test('an exact name comes first, however often the other words stand elsewhere', () => {
  expect(namesFor('coverage tests files coverage_report create_issue', 2)).toEqual(['coverage_report', 'create_issue'])
})

test('what no tool is about finds none, and the limit holds', () => {
  expect(namesFor('weather')).toEqual([])
  expect(namesFor('repository', 1)).toHaveLength(1)
})
