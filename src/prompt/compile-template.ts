import Handlebars from 'handlebars'
import { evaluate, type Scope, scopeOf, type TemplateFunctions, type TemplateValues } from './template/evaluate.ts'
import { formatValue, isTruthy } from './template/format-value.ts'
import { keepProgram, reviveProgram } from './template/kept-program.ts'
import { type ParseOptions, parseTemplate, type Slot } from './template/parse-template.ts'
import { type TemplateSource, templateError } from './template/template-source.ts'
import type { TemplateCache } from './template-cache.ts'

/** A template that can be rendered any number of times. */
export interface CompiledTemplate {
  /** The text for these values. Pure: files and context come as values and functions, if at all. @throws CodexError `command.template` */
  render(values: TemplateValues, functions?: TemplateFunctions): string
}

/**
 * Compiles a template of docs/template-grammar.md. Errors cite `file` from `firstLine` on. Import this module when a
 * template is needed: it loads Handlebars. `cache` keeps what was parsed; absent, nothing is kept.
 * @throws CodexError `command.template` with location
 */
export function compileTemplate(
  template: string,
  file: string,
  firstLine: number,
  options: ParseOptions = {},
  cache?: TemplateCache,
): CompiledTemplate {
  const source: TemplateSource = { text: template, file, firstLine }
  const parsed = cache ? parseOnce(source, options, cache) : parse(source, options)
  if (parsed === undefined) return { render: () => template }
  const handlebars = createHandlebars(parsed.slots)
  const renderProgram = handlebars.compile(parsed.program, {
    noEscape: true,
    knownHelpersOnly: true,
    knownHelpers: { value: true, test: true, loop: true, enter: true },
  })
  return {
    render(values, functions = new Map()) {
      const data: Frame = { scope: scopeOf(values), evaluation: { source, functions } }
      return renderProgram({}, { data, allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false })
    },
  }
}

interface Parsed {
  readonly slots: readonly Slot[]
  readonly program: hbs.AST.Program
}

/** Undefined for a text without tags. @throws CodexError `command.template` */
function parse(source: TemplateSource, options: ParseOptions): Parsed | undefined {
  const { slots, text } = parseTemplate(source, options)
  if (slots.length === 0 && !text.includes('{{')) return undefined
  const nul = source.text.indexOf('\0')
  if (nul >= 0) throw templateError(source, nul, 'A template cannot hold the character NUL')
  return { slots, program: Handlebars.parse(text) }
}

/** The same, from the cache where it is there. What has an error is not kept: its message cites the file. */
function parseOnce(source: TemplateSource, options: ParseOptions, cache: TemplateCache): Parsed | undefined {
  const kept = cache.read(source.text, options)
  const program = kept && reviveProgram(kept.nodes)
  if (program) return { slots: kept.slots, program }
  const parsed = parse(source, options)
  const nodes = parsed && keepProgram(parsed.program)
  if (nodes) cache.write(source.text, options, { slots: parsed.slots, nodes })
  return parsed
}

/** What goes along with the rendering, and is replaced inside of `each` and `with`. */
interface Frame {
  readonly scope: Scope
  readonly evaluation: { readonly source: TemplateSource; readonly functions: TemplateFunctions }
}

/** The helpers that the rewritten text calls; each takes the number of a slot. */
function createHandlebars(slots: readonly Slot[]): typeof Handlebars {
  const handlebars = Handlebars.create()
  for (const name of Object.keys(handlebars.helpers)) {
    if (name !== 'if' && name !== 'unless') handlebars.unregisterHelper(name)
  }
  const slotValue = (slot: number, frame: Frame): unknown => {
    const expression = slots[slot]?.expression
    return expression && evaluate(expression, frame.scope, frame.evaluation)
  }
  const renderWith = (
    slot: number,
    options: Handlebars.HelperOptions,
    item: unknown,
    names: readonly unknown[],
    at: object,
  ) => {
    const frame = frameOf(options)
    const parameters = (slots[slot]?.parameters ?? []).map((name, index) => [name, names[index]] as const)
    const scope: Scope = { outer: frame.scope, item, names: new Map([...Object.entries(at), ...parameters]) }
    return options.fn({}, { data: Object.assign(Handlebars.createFrame(frame), { scope }) })
  }
  handlebars.registerHelper({
    value: (slot: number, options: Handlebars.HelperOptions) => formatValue(slotValue(slot, frameOf(options))),
    test: (slot: number, options: Handlebars.HelperOptions) => isTruthy(slotValue(slot, frameOf(options))),
    enter(slot: number, options: Handlebars.HelperOptions) {
      const value = slotValue(slot, frameOf(options))
      return isTruthy(value) ? renderWith(slot, options, value, [value], {}) : options.inverse({})
    },
    loop(slot: number, options: Handlebars.HelperOptions) {
      const entries = entriesOf(slotValue(slot, frameOf(options)))
      if (entries.length === 0) return options.inverse({})
      return entries
        .map(([key, item], index) =>
          renderWith(slot, options, item, [item, key], {
            '@index': index,
            '@key': key,
            '@first': index === 0,
            '@last': index === entries.length - 1,
          }),
        )
        .join('')
    },
  })
  return handlebars
}

function frameOf(options: Handlebars.HelperOptions): Frame {
  // Handlebars hands through what `render` gave it; this module alone writes it.
  return options.data as Frame
}

/** The items of a list, the fields of a table; nothing of anything else. */
function entriesOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return value.map((item, index) => [index, item] as const)
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
