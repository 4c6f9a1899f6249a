import { expect, test } from 'vitest'
import { readRequests } from './read-requests.ts'
import { tokenise } from './tokenise.ts'

const read = (prompt: string) =>
  readRequests(tokenise(prompt)).requests.map(({ acts, object }) => ({ acts: [...acts], object: [...object] }))
const first = (prompt: string) => read(prompt)[0]

test('a word that only describes another is not what an act is done to', () => {
  expect(first('add a review page')?.object).toEqual(['thing'])
  expect(first('add unit tests for the review page')?.object).toEqual(['tests'])
  expect(first('añade una página de pruebas')?.object).toEqual(['thing'])
})

test('what is negated is not asked for', () => {
  expect(read("don't review security").flatMap(({ acts }) => acts)).toEqual([])
  expect(read('テストは不要なので実装だけ').flatMap(({ object }) => object)).not.toContain('tests')
  expect(readRequests(tokenise('no tests, just add the field')).negated).toContain('tests')
})

test('what was done already is not asked for', () => {
  expect(read('I refactored the scheduler, please review it').flatMap(({ acts }) => acts)).toEqual(['judge'])
})

test('what was pasted says nothing', () => {
  const pasted = 'what is this?\n\nTypeError: security review failed\n    at test (review.ts:3:1)'
  expect(readRequests(tokenise(pasted)).topics).not.toContain('security')
})

test('an object is found before a verb at the end, and after one in front', () => {
  expect(first('ログイン処理のテストを書いて')).toEqual({ acts: ['create'], object: ['tests'] })
  expect(first('Bitte Tests für die Klasse schreiben')).toEqual({ acts: ['create'], object: ['tests'] })
})

test('a typing mistake in a long word is forgiven, and a short word stays what it is', () => {
  expect(first('reveiw the parser')?.acts).toEqual(['judge'])
  expect(first('reading the text')?.object).not.toContain('tests')
})
