import { existsSync } from 'node:fs'
import { Args, BaseCommand, Flags } from '../../plugin-api/base-command.ts'
import { categories } from '../../plugin-api/finding.ts'
import { severities } from '../../plugin-api/severity.ts'
import { withDiffValue } from '../scan/diff-argument.ts'
import { scanParts } from '../scan/scan-parts.ts'
import { scanRequest } from '../scan/scan-request.ts'
import { plainFlag, wantsPlain } from '../wants-plain.ts'

const formats = ['human', 'json', 'sarif', 'markdown', 'html'] as const

export default class Scan extends BaseCommand {
  static override summary = 'Find flaws, secrets and risky dependencies. Exit 3: findings from --fail-on on.'
  static override description =
    'No code is run, no model is asked, nothing leaves the machine. docs/scan-a-code-base.md has recipes for CI.'
  static override strict = false
  static override args = {
    paths: Args.string({ description: 'Files and folders. Default: the working directory.', ignoreStdin: true }),
  }
  static override flags = {
    format: Flags.option({ options: formats, description: 'Default human, or by the name of --output.' })(),
    output: Flags.string({ char: 'o', description: 'File to write the report to, whole.' }),
    group: Flags.option({
      options: ['severity', 'file'] as const,
      default: 'severity',
      description: 'Order of the human report.',
    })(),
    'fail-on': Flags.option({ options: severities, description: 'Exit 3 if a finding is at least that severe.' })(),
    severity: Flags.option({ options: severities, default: 'info', description: 'Least severity to report.' })(),
    only: Flags.option({
      options: scanParts,
      multiple: true,
      delimiter: ',',
      multipleNonGreedy: true,
      description: 'Look for this alone. Default: code, secrets, dependencies.',
    })(),
    history: Flags.boolean({ description: 'Look for secrets in the commits of the repository as well.' }),
    rule: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'Report findings of this rule alone. May be repeated.',
    }),
    category: Flags.option({
      options: [...categories, 'all'] as const,
      multiple: true,
      multipleNonGreedy: true,
      description:
        'Rules of this category alone. May be repeated. Default: security and correctness, and your own rules.',
    })(),
    diff: Flags.string({
      helpValue: '[BASE]',
      description: 'Report only lines that differ from BASE. Default: the merge base with the main branch, else HEAD.',
    }),
    baseline: Flags.string({ description: 'File of accepted findings, which do not count.' }),
    'write-baseline': Flags.boolean({ description: 'Write the findings of this run to --baseline.' }),
    'with-accepted': Flags.boolean({
      description: 'SARIF: findings of the baseline are there as suppressed, for viewers that know it.',
    }),
    trust: Flags.boolean({ description: "Let this repository's own suppressions count, for this run." }),
    fix: Flags.boolean({ description: 'Show mechanical fixes and apply them, after a yes.' }),
    plain: plainFlag,
    yes: Flags.boolean({ description: 'Apply without asking.', dependsOn: ['fix'] }),
  }
  static override examples = [
    '<%= config.bin %> scan src --fail-on high',
    '<%= config.bin %> scan --output report.html',
    '<%= config.bin %> scan --only secrets --history',
    '<%= config.bin %> scan --diff --format sarif --output changes.sarif',
  ]

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Scan, withDiffValue(this.argv, existsSync))
    const { runScan } = await import('../scan/run-scan.ts')
    const plain = await wantsPlain(flags, () => this.kernel(flags))
    const { request, place } = scanRequest(argv.map(String), { ...flags, plain }, this.config)
    process.exitCode = await runScan(request, place, this.signal)
  }
}
