/**
 * `node bench/scan-quality.ts [DIRECTORY…]`: what the built `code_scan` finds in the annotated code of
 * `test/fixtures/scan-corpus`, and its alarms on directories of healthy code.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { scanDirectory } from './scan-directory.ts'

const corpus = new URL('../test/fixtures/scan-corpus/', import.meta.url).pathname
const place = mkdtempSync(join(tmpdir(), 'scan-quality-'))
try {
  const annotated = join(place, 'annotated')
  for (const file of readdirSync(corpus).filter((name) => name.endsWith('.txt'))) {
    cpSync(join(corpus, file), join(annotated, file.replace(/\.txt$/, '')))
  }
  const findings = await scanDirectory(annotated)
  const counts = { flaws: 0, found: 0, rightWeakness: 0, harmless: 0, alarms: 0 }
  for (const file of readdirSync(annotated)) {
    for (const [index, line] of readFileSync(join(annotated, file), 'utf8').split('\n').entries()) {
      const cwe = /(?:\/\/|#) bad (CWE-\d+)$/.exec(line)?.[1]
      const here = findings.filter((finding) => finding.file === file && finding.range.start.line === index + 1)
      if (cwe !== undefined) {
        counts.flaws++
        if (here.length > 0) counts.found++
        else process.stdout.write(`missed  ${file}:${index + 1} ${line.trim()}\n`)
        if (here.some((finding) => finding.cwe.includes(cwe))) counts.rightWeakness++
      } else if (/(?:\/\/|#) ok$/.test(line)) {
        counts.harmless++
        if (here.length > 0) counts.alarms++
        for (const finding of here) process.stdout.write(`alarm   ${file}:${index + 1} ${finding.rule}\n`)
      }
    }
  }
  process.stdout.write(`${JSON.stringify(counts)}\n`)
  for (const directory of process.argv.slice(2)) {
    const healthy = join(place, basename(directory))
    cpSync(directory, healthy, { recursive: true, dereference: true })
    const alarms = await scanDirectory(healthy)
    const bySeverity = Object.entries(Object.groupBy(alarms, ({ severity }) => severity))
    const each = bySeverity.map(([severity, own]) => `${own.length} ${severity}`).join(', ')
    process.stdout.write(`${basename(directory)}: ${each || 'no alarm'}\n`)
    for (const { rule, file, range } of alarms) process.stdout.write(`alarm   ${file}:${range.start.line} ${rule}\n`)
  }
} finally {
  rmSync(place, { recursive: true, force: true })
}
