import { defineTool, type ToolContext, type ToolEvent, type ToolOutput, z } from 'codex-kernel/plugin-api'
import { renderScan } from './render-scan.ts'
import { scanHistory } from './scan-history.ts'
import { scanTree } from './scan-tree.ts'
import { summarizeScan } from './summarize-scan.ts'

const input = z.strictObject({
  paths: z.array(z.string()).default([]).describe('Files and directories. Empty: the working directory.'),
  history: z.boolean().default(false).describe('Also what commits of all branches added, within limits.'),
})

export const tool = defineTool({
  name: 'secret_scan',
  description:
    'Find credentials in files, and with `history` in the commits of the repository: tokens and keys of known issuers, ' +
    'private keys, passwords in addresses, random values given to names of secrets. No value is shown in full.',
  input,
  effects: ['read'],
  parallel: true,
  run: scan,
})

async function* scan(request: z.output<typeof input>, ctx: ToolContext): AsyncGenerator<ToolEvent, ToolOutput> {
  const files = await scanTree(request.paths.length > 0 ? request.paths : [ctx.cwd], ctx)
  const history = request.history ? await scanHistory(request.paths, files.valuesSeen, ctx) : undefined
  const report = summarizeScan(files, history)
  for (const finding of report.findings) yield { type: 'finding', finding }
  return renderScan(report)
}
