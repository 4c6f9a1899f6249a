/** A worker thread that scans one text after the other, so that one that hangs can be ended. Started by `openScanPool`. */
import { parentPort, workerData } from 'node:worker_threads'
import { openParser } from './open-parser.ts'
import { progressFields, type ScanAnswer, type ScanTask, type WorkerSetup } from './scan-task.ts'
import { scanText } from './scan-text.ts'

const { rules, progress }: WorkerSetup = workerData // what `openScanPool` gives
const fields = new Int32Array(progress)
const places = new Map(rules.map((rule, place) => [rule, place]))
const rulesOf = Map.groupBy(
  rules.flatMap((rule) => [rule.language].flat().map((language) => ({ language, rule }))),
  ({ language }) => language,
)

parentPort?.on('message', async (task: ScanTask) => {
  parentPort?.postMessage(await answer(task))
})

async function answer({ text, language, isTest, withoutRules }: ScanTask): Promise<ScanAnswer> {
  try {
    startStep(-1)
    const parser = await openParser()
    const fitting = (rulesOf.get(language.name) ?? []).flatMap(({ rule }) =>
      withoutRules.includes(rule.id) ? [] : [rule],
    )
    const started = (rule: (typeof rules)[number]): void => startStep(places.get(rule) ?? -1)
    return { scan: scanText({ text, language, isTest }, fitting, parser, started) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function startStep(rule: number): void {
  Atomics.store(fields, progressFields.rule, rule)
  Atomics.add(fields, progressFields.step, 1)
}
