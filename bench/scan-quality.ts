/**
 * `node bench/scan-quality.ts [--misses] [set-aside|open|seen|DIRECTORY…]`: what the built `code_scan` finds in the
 * annotated code of `test/fixtures/scan-corpus` (absent: in that which was set aside), by weakness, and how many alarms it gives for
 * harmless lines; of a directory of healthy code its grave alarms per line.
 */
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Finding } from '../src/plugin-api/index.ts'
import { scanDirectory } from './scan-directory.ts'

const corpora = new URL('../test/fixtures/scan-corpus/', import.meta.url).pathname
const annotation = /\s*(?:\/\/|#|\{\/\*)\s*(bad|ok)(?:\s+(CWE-\d+))?\s*(?:\*\/\})?\s*$/

interface Mark {
  readonly file: string
  readonly line: number
  readonly text: string
  /** Absent: the line is harmless. */
  readonly cwe?: string
}

/** Copies the code without what it says of itself, a workflow to where workflows are. */
function unmarked(corpus: string, target: string): readonly Mark[] {
  return readdirSync(corpus).flatMap((name) => {
    const plain = name.replace(/\.txt$/, '')
    const file = plain.endsWith('.yml') ? `.github/workflows/${plain}` : plain
    const lines = readFileSync(join(corpus, name), 'utf8').split('\n')
    mkdirSync(dirname(join(target, file)), { recursive: true })
    writeFileSync(join(target, file), lines.map((line) => line.replace(annotation, '')).join('\n'))
    return lines.flatMap((text, index): Mark[] => {
      const found = annotation.exec(text)
      if (!found) return []
      return [{ file, line: index + 1, text: text.trim(), ...(found[2] ? { cwe: found[2] } : {}) }]
    })
  })
}

/** Findings that begin on the line, or else short ones around it: the line of a call may be that of one of its arguments. */
function findingsAt(findings: readonly Finding[], { file, line }: Mark): readonly Finding[] {
  const own = findings.filter((finding) => finding.file === file)
  const exact = own.filter(({ range }) => range.start.line === line)
  if (exact.length > 0) return exact
  return own.filter(
    ({ range }) => range.start.line <= line && line <= range.end.line && range.end.line - range.start.line < 6,
  )
}

async function measureCorpus(name: string, place: string, showsMisses: boolean): Promise<void> {
  const marks = unmarked(join(corpora, name), place)
  const findings = await scanDirectory(place)
  const byLanguage = Object.groupBy(marks, ({ file }) => languageOf(file))
  for (const [language, own] of Object.entries(byLanguage))
    process.stdout.write(`${language}: ${figures(own, findings)}\n`)
  process.stdout.write(`${name}: ${figures(marks, findings)}\n`)
  const flaws = marks.filter(({ cwe }) => cwe !== undefined)
  const weaknesses = Object.entries(Object.groupBy(flaws, ({ cwe }) => cwe ?? '')).map(([cwe, own = []]) => {
    return { cwe, count: own.length, found: own.filter((mark) => findingsAt(findings, mark).length > 0).length }
  })
  const table = weaknesses
    .toSorted((a, b) => b.count - a.count)
    .map(({ cwe, count, found }) => `${cwe} ${found}/${count}`)
  process.stdout.write(`${table.join(', ')}\n`)
  if (!showsMisses) return
  for (const mark of marks) {
    const here = findingsAt(findings, mark)
    const rules = here.map(({ rule }) => rule).join(', ')
    const isMiss = mark.cwe !== undefined && here.length === 0
    const isOther = mark.cwe !== undefined && here.length > 0 && !here.some(({ cwe }) => cwe.includes(mark.cwe ?? ''))
    const isAlarm = mark.cwe === undefined && here.length > 0
    if (isMiss || isOther || isAlarm) {
      process.stdout.write(
        `${isMiss ? 'missed' : isOther ? `other weakness, ${rules}` : `alarm, ${rules}`}: ${mark.file}:${mark.line} ${mark.text}\n`,
      )
    }
  }
}

function languageOf(file: string): string {
  if (/\.(?:[cm]?[jt]sx?)$/.test(file)) return 'JavaScript, TypeScript'
  if (file.endsWith('.py')) return 'Python'
  return /\.(?:go|java)$/.test(file) ? 'Go, Java' : 'Shell, Docker, workflows'
}

function figures(marks: readonly Mark[] = [], findings: readonly Finding[]): string {
  const flaws = marks.filter(({ cwe }) => cwe !== undefined)
  const harmless = marks.filter(({ cwe }) => cwe === undefined)
  const found = flaws.filter((mark) => findingsAt(findings, mark).length > 0)
  const right = found.filter((mark) => findingsAt(findings, mark).some(({ cwe }) => cwe.includes(mark.cwe ?? '')))
  const alarms = harmless.filter((mark) => findingsAt(findings, mark).length > 0)
  const share = (part: number, whole: number) =>
    `${part} of ${whole} (${((100 * part) / Math.max(1, whole)).toFixed(1)} %)`
  return `found ${share(found.length, flaws.length)}, weakness right ${share(right.length, flaws.length)}, harmless lines with an alarm ${share(alarms.length, harmless.length)}`
}

async function measureHealthy(directory: string, place: string): Promise<void> {
  const code = join(place, basename(directory))
  cpSync(directory, code, { recursive: true, dereference: true })
  const files = globSync('**/*.{js,cjs,mjs,ts,cts,mts,tsx,py,go,java,sh}', {
    cwd: code,
    exclude: ['**/*.d.*ts', '**/*.min.js'],
  })
  const lines = files.reduce((sum, file) => sum + readFileSync(join(code, file), 'utf8').split('\n').length, 0)
  const findings = await scanDirectory(place)
  const grave = findings.filter(({ severity }) => severity === 'critical' || severity === 'high')
  process.stdout.write(
    `${basename(directory)}: ${lines} lines, ${findings.length} alarms, ${grave.length} of them critical or high\n`,
  )
  for (const { rule, file, range } of grave) process.stdout.write(`  ${rule} ${file}:${range.start.line}\n`)
}

const wanted = process.argv.slice(2).filter((each) => each !== '--misses')
for (const each of wanted.length > 0 ? wanted : ['set-aside']) {
  const place = mkdtempSync(join(tmpdir(), 'scan-quality-'))
  try {
    if (existsSync(join(corpora, each))) await measureCorpus(each, place, process.argv.includes('--misses'))
    else await measureHealthy(each, place)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
