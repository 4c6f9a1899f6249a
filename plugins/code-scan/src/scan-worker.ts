/** A worker thread that scans one text after the other, so that one that hangs can be ended. Started by `openScanPool`. */
import { parentPort, workerData } from 'node:worker_threads'
import { rulesByLanguage } from './language-of.ts'
import { measureText } from './measure-text.ts'
import { type CodeParser, openParser } from './open-parser.ts'
import type { ScanRule } from './scan-rule.ts'
import { progressFields, type ScanAnswer, type ScanTask, type WorkerSetup } from './scan-task.ts'
import { type RulesOf, type SourceText, scanText, type TextScan } from './scan-text.ts'

const { rules, measures, progress }: WorkerSetup = workerData // what `openScanPool` gives
const fields = new Int32Array(progress)
const places = new Map(rules.map((rule, place) => [rule, place]))
const rulesOfLanguage = rulesByLanguage(rules)

parentPort?.on('message', async (task: ScanTask) => {
  parentPort?.postMessage(await answer(task))
})

async function answer({ text, language, isTest, withoutRules }: ScanTask): Promise<ScanAnswer> {
  try {
    const parser = await openParser()
    startStep(-1)
    const rulesOf: RulesOf = (name) => rulesOfLanguage(name).filter((rule) => !withoutRules.includes(rule.id))
    const started = (rule: ScanRule): void => startStep(places.get(rule) ?? -1)
    const source = { text, language, isTest }
    const scan = scanText(source, rulesOf, parser, started)
    return { scan: measures ? { ...scan, ...measuresOf(source, parser) } : scan }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function measuresOf(source: SourceText, parser: CodeParser): Pick<TextScan, 'measures'> {
  startStep(-1)
  const measured = measureText(source, parser)
  return measured ? { measures: measured } : {}
}

function startStep(rule: number): void {
  Atomics.store(fields, progressFields.rule, rule)
  Atomics.add(fields, progressFields.step, 1)
}
