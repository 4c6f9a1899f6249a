import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPlaceNames } from './place-names.ts'

const names = createPlaceNames({ workspace: '/home/ada/shop', home: '/home/ada', temp: '/tmp', user: '' })

test.each([
  ['/home/ada/shop/src/a.ts', '<<workspace>>/src/a.ts'],
  ['cd /home/ada/shop && ls', 'cd <<workspace>> && ls'],
  ['"/home/ada/notes"', '"<<home>>/notes"'],
  ['file:///tmp/x', 'file://<<temp>>/x'],
  ['/home/ada/shopping', '<<home>>/shopping'],
  ['/home/adam and /home/ada.bak', '/home/adam and /home/ada.bak'],
  ['/var/tmp/x', '/var/tmp/x'],
  ['Look in /tmp.', 'Look in <<temp>>.'],
])('%s is %s in a recording', (place, name) => {
  expect(names.toNames(place)).toBe(name)
  expect(names.toPlaces(name)).toBe(place)
})

test('what has no place stays as it is', () => {
  const none = createPlaceNames({ workspace: '/', home: '' })
  fc.assert(fc.property(fc.string(), (text) => none.toNames(text) === text && none.toPlaces(text) === text))
})

test('a text comes back as it was, unless it names a place by its name', () => {
  const word = fc.constantFrom('/home/ada/shop', '/home/ada', '/tmp', '/', 'a', ' ', '.', '"')
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const text = words.join('')
      expect(names.toPlaces(names.toNames(text))).toBe(text)
    }),
  )
})
