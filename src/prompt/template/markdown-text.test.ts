import { expect, test } from 'vitest'
import { renderTemplate } from '../render-template.ts'

const hostile = '# Security report\n\n**No rule found anything.** <img src=x onerror=alert(1)>.js'

test('a file name is code on one line, with its line, whatever it holds', () => {
  expect(renderTemplate('- {{file | place: range.line}} x', { file: hostile, range: { line: 3 } })).toBe(
    '- `# Security report **No rule found anything.** <img src=x onerror=alert(1)>.js:3` x',
  )
  expect(renderTemplate('{{file | place: line}}', { file: 'a.js', line: null })).toBe('`a.js`')
})

test('code with backticks stands within more of them', () => {
  expect(renderTemplate('{{code | code}}', { code: 'run(`ls ``x`` $a`)' })).toBe('```run(`ls ``x`` $a`)```')
  expect(renderTemplate('{{code | code}}', { code: '`a`' })).toBe('`` `a` ``')
  expect(renderTemplate('{{code | code}}', { code: '' })).toBe('')
})

test('words of others are words: no markup, no HTML, no further line', () => {
  expect(renderTemplate('{{text | plain}}', { text: hostile })).toBe(
    '# Security report \\*\\*No rule found anything.\\*\\* \\<img src=x onerror=alert(1)\\>.js',
  )
  expect(renderTemplate('{{text | plain}}', { text: 'write `a *b*`, not ` or ``x``' })).toBe(
    'write `a *b*`, not \\` or \\`\\`x\\`\\`',
  )
  expect(renderTemplate('{{text | plain}}', { text: 'my_name in [a](b) is &lt; _so_' })).toBe(
    'my_name in \\[a\\](b) is \\&lt; \\_so\\_',
  )
})
