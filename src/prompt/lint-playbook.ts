import { indexLines } from '../config/line-index.ts'
import { pathKey, scanToml } from '../config/scan-toml.ts'
import { offsetInTomlString } from '../definitions/offset-in-toml-string.ts'
import type { AgentDefinition } from '../plugin-api/agent.ts'
import type { Diagnostic } from '../plugin-api/diagnostic.ts'
import { isCodexError } from '../plugin-api/errors.ts'
import type { Playbook } from '../plugin-api/playbook.ts'
import { compileTemplate } from './compile-template.ts'
import type { TemplateNames } from './template/check-names.ts'

/** A template of a playbook, and where it stands in the file. */
interface PlaybookTemplate {
  readonly path: readonly (string | number)[]
  readonly text: string
  /** True for an expression without braces. */
  readonly isExpression: boolean
  readonly names: TemplateNames
}

/**
 * What stops the templates of a playbook from being carried out: tags that are no template, and names that are not there, a
 * step that comes later among them. Each with its line and column in the TOML `text` of `file`.
 */
export function lintPlaybook(agent: AgentDefinition, file: string, text: string): readonly Diagnostic[] {
  if (!agent.playbook) return []
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text
  const places = new Map(scanToml(source).map((place) => [pathKey(place.path), place]))
  const positionOf = indexLines(source)
  return templatesOf(agent.playbook).flatMap((template) => {
    const problem = problemOf(template)
    if (problem === undefined) return []
    const place = places.get(pathKey(template.path))
    const start = place?.valueStart
    const isString = start !== undefined && /["']/.test(source.charAt(start))
    const at = isString ? offsetInTomlString(source, start, problem.offset) : (start ?? place?.start)
    return [
      {
        ...{ severity: 'error', code: 'agent.template', message: problem.message, file },
        ...(at === undefined ? {} : positionOf(at)),
        field: template.path.join('.'),
        ...(problem.hint === undefined ? {} : { hint: problem.hint }),
      },
    ]
  })
}

function templatesOf(playbook: Playbook): readonly PlaybookTemplate[] {
  const done: string[] = []
  const found: PlaybookTemplate[] = []
  for (const [index, step] of playbook.steps.entries()) {
    const names = namesAfter(done)
    const inRound = step.for_each === undefined ? names : { ...names, item: 'any' as const, index: 'any' as const }
    const path = ['playbook', 'steps', index]
    if (step.for_each !== undefined) {
      found.push({ path: [...path, 'for_each'], text: step.for_each, isExpression: true, names })
    }
    if (step.when !== undefined) {
      found.push({ path: [...path, 'when'], text: step.when, isExpression: true, names: inRound })
    }
    for (const [inner, text] of stringsIn(step.arguments)) {
      found.push({ path: [...path, 'arguments', ...inner], text, isExpression: false, names: inRound })
    }
    done.push(step.id)
  }
  const names = namesAfter(done)
  found.push({ path: ['playbook', 'report'], text: playbook.report, isExpression: false, names })
  for (const [index, { title, when, body }] of playbook.sections.entries()) {
    const path = ['playbook', 'sections', index]
    found.push({ path: [...path, 'title'], text: title, isExpression: false, names })
    if (when !== undefined) found.push({ path: [...path, 'when'], text: when, isExpression: true, names })
    found.push({ path: [...path, 'body'], text: body, isExpression: false, names })
  }
  return found
}

/** What a template may name once these steps are done. */
function namesAfter(steps: readonly string[]): TemplateNames {
  const any = (...names: readonly string[]): TemplateNames =>
    Object.fromEntries(names.map((name) => [name, 'any'] as const))
  const result = any('text', 'structured', 'summary', 'failed', 'skipped', 'items', 'left_out')
  return {
    ...any('prompt', 'paths', 'findings', 'groups', 'checks'),
    counts: any('critical', 'high', 'medium', 'low', 'info', 'total', 'files', 'unsure'),
    steps: Object.fromEntries(steps.map((id) => [id, result])),
  }
}

function stringsIn(value: unknown): readonly (readonly [readonly (string | number)[], string])[] {
  if (typeof value === 'string') return [[[], value]]
  if (typeof value !== 'object' || value === null) return []
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value)
  return entries.flatMap(([key, inner]) => stringsIn(inner).map(([path, text]) => [[key, ...path], text] as const))
}

interface TemplateProblem {
  readonly message: string
  readonly hint?: string
  /** In the template. */
  readonly offset: number
}

function problemOf({ text, isExpression, names }: PlaybookTemplate): TemplateProblem | undefined {
  const template = isExpression ? `{{${text}}}` : text
  try {
    compileTemplate(template, 'template', 1, { names })
    return undefined
  } catch (error) {
    if (!isCodexError(error)) throw error
    const { line = 1, column = 1 } = error.location ?? {}
    const before = template
      .split('\n')
      .slice(0, line - 1)
      .reduce((sum, each) => sum + each.length + 1, 0)
    const offset = Math.max(0, before + column - 1 - (isExpression ? 2 : 0))
    const [message = ''] = error.message.split('\n')
    return { message, ...(error.hint === undefined ? {} : { hint: error.hint }), offset: Math.min(offset, text.length) }
  }
}
