import { expect, onTestFinished, test } from 'vitest'
import { makeWorkspace } from '../../test/support/temp-workspace.ts'
import { missingPaths } from './missing-paths.ts'

async function missing(prompt: string) {
  const files = { 'src/pay.js': '', 'frontend/a.ts': '', 'test/a.test.ts': '', 'app/[id]/page.tsx': '' }
  const workspace = await makeWorkspace({ files })
  onTestFinished(() => workspace.remove())
  return await missingPaths(prompt, workspace.path)
}

test.each([
  ['audit src/nope.js', 'src/nope.js'],
  ['prüfe bitte „lib/nope.py“.', 'lib/nope.py'],
  ['audite le fichier « src/nope.ts », s’il te plaît', 'src/nope.ts'],
  ['¿puedes revisar (src/nope.go)?', 'src/nope.go'],
  ['проверь src/nope.js:12', 'src/nope.js'],
  ['审查src/nope.js。', 'src/nope.js'],
  ['src/nope.jsを見て', 'src/nope.js'],
  ['src/nope.js를 검토해 줘', 'src/nope.js'],
  ['راجع src/nope.js،', 'src/nope.js'],
  ['review nope.py', 'nope.py'],
  ['look at ./nope and say what it does', './nope'],
  ['audit ../elsewhere/nope', '../elsewhere/nope'],
  ['audit config/settings.yaml', 'config/settings.yaml'],
])('"%s" names %s, which is not there', async (prompt, word) => {
  expect(await missing(prompt)).toEqual({ certain: [word], likely: [] })
})

test('a word behind a folder that is there may be a path', async () => {
  expect(await missing('audit src/nope')).toEqual({ certain: [], likely: ['src/nope'] })
})

test.each([
  'audit src/pay.js and src, app/[id]/page.tsx:3 too',
  'audit the input/output of this and/or CI/CD, 24/7, TCP/IP',
  'is the client/server part safe?',
  'see https://example.com/a/b.js and example.com/path.html',
  'github.com/gin-gonic/gin/context.go is where it comes from',
  'a Node.js app with Vue.js, next.js and d3.js, such as React.js/Vue.js',
  'all *.ts files, src/**/*.js, and {a,b}.js',
  'the routes /login, /api/users and /api/users.json',
  'what changed in main..feature/login.js, HEAD~2..HEAD~1, since origin/main',
  'write to me@example.py, --diff origin/main.js, @scope/pkg/index.js, $HOME/a.js, ~/a.js',
  'prüfe Ein-/Ausgabe und Lese-/Schreibrechte',
  '审查输入/输出',
  'the .js files, e.g. those of v1.2.3, i.e. response.json and console.log',
  `${'a long text '.repeat(40)} src/nope.js`,
  'fix\n```\nimport x from "lib/nope.js"\n```',
])('nothing is missing in "%s"', async (prompt) => {
  expect(await missing(prompt)).toEqual({ certain: [], likely: [] })
})
