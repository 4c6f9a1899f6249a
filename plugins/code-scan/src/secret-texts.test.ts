import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { exampleLanguage, rulesByLanguage } from './language-of.ts'
import { openParser } from './open-parser.ts'
import { definitionKind, type RuleLanguage, type ScanRule } from './scan-rule.ts'
import { scanText } from './scan-text.ts'

const rulesDir = fileURLToPath(new URL('../scan-rules/', import.meta.url))
const rules = readdirSync(rulesDir, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yml'))
  .flatMap((file) => definitionKind.parse({ file, text: readFileSync(`${rulesDir}${file}`, 'utf8') }))
  .flatMap((result): ScanRule[] => (result.id === undefined ? [] : [result.value]))

test.each<[id: string, language: RuleLanguage, code: string, shown: string]>([
  ['js-fixed-key', 'javascript', "createHmac('sha256', 'keyboard cat')", "createHmac('sha256', '[redacted]')"],
  ['js-fixed-key', 'javascript', "jwt.sign({ id: user.id }, 'id')", "jwt.sign({ id: user.id }, '[redacted]')"],
  ['py-hardcoded-key', 'python', "jwt.encode(claims, 'kitten', 'HS256')", "jwt.encode(claims, '[redacted]', 'HS256')"],
  ['js-password-in-code', 'javascript', "password === 'letmein42'", "password === '[redacted]'"],
  ['docker-secret-in-image', 'dockerfile', 'ENV DB_PASSWORD=kitten', 'ENV DB_PASSWORD=[redacted]'],
  ['docker-secret-in-image', 'dockerfile', 'ENV API_KEY kitten', 'ENV API_KEY [redacted]'],
  ['sh-fixed-password', 'bash', "echo 'root:kitten' | chpasswd", "echo '[redacted]' | chpasswd"],
  [
    'sh-fixed-password',
    'bash',
    'git clone https://ci:Zk3vQ9xLm2Tb@git.example.com/app.git',
    'git clone https://ci:[redacted]@git.example.com/app.git',
  ],
])('what %s finds in %s is shown without the credential alone: %s', async (id, name, code, shown) => {
  const chosen = rules.filter((rule) => rule.id === id)
  const source = { text: `${code}\n`, language: exampleLanguage(name), isTest: false }
  const { findings } = await scanText(source, rulesByLanguage(chosen), await openParser())
  expect(findings.map(({ snippet }) => snippet)).toEqual([shown])
})
