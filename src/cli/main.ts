import { watchOutput } from './lost-output.ts'
import { type ProcessDeps, writeErr, writeOut } from './process-deps.ts'
import { reportError } from './report-error.ts'
import { routeArguments } from './route-arguments.ts'

/**
 * The front door: sends a command line to a thread or to an oclif command, and turns what is thrown into text and an
 * exit code. oclif is imported only for its own commands.
 */
export async function main(
  /** `calledAs`: the name that the program was called by, without directories. */
  deps: ProcessDeps & { readonly calledAs: string },
): Promise<void> {
  watchOutput()
  let isJson = false
  try {
    if (deps.calledAs === 'apply_patch') return await (await import('./run-apply-patch.ts')).runAsApplyPatch(deps)
    const route = routeArguments(deps.argv)
    isJson = (route.to === 'oclif' || route.to === 'resume') && hasFlag(route.argv, '--json')
    switch (route.to) {
      case 'apply_patch':
        return await (await import('./run-apply-patch.ts')).runApplyPatchFlag({ ...deps, argv: route.argv })
      case 'exec':
        return await (await import('./run-exec.ts')).runExec({ ...deps, argv: route.argv })
      case 'agent':
        return await (await import('./run-prompt.ts')).runAgent({ ...deps, argv: route.argv })
      case 'prompt':
        return await (await import('./run-prompt.ts')).runPrompt({ ...deps, argv: route.argv })
      case 'resume':
        return await (await import('./run-resume.ts')).runResume({ ...deps, argv: route.argv })
      case 'complete':
        return await (await import('./run-complete.ts')).runComplete({ ...deps, argv: route.argv })
      case 'version':
        return writeOut(`codex-kernel ${deps.version}\n`)
      case 'oclif':
        return await (await import('./run-oclif.ts')).runOclif({ ...deps, argv: route.argv })
    }
  } catch (error) {
    const { text, exitCode } = isJson
      ? (await import('./json-error.ts')).jsonError(error)
      : reportError(error, { debug: deps.argv.includes('--debug') })
    // Whatever an error quotes: no value of a secret variable is shown with it.
    const { createRedactor } = await import('../security/redact.ts')
    writeErr(createRedactor(process.env, [])(text))
    process.exitCode = exitCode
  }
}

/** What follows `--` is another program's. */
function hasFlag(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes(flag)
}
