import Handlebars from 'handlebars'
import { evaluate, type Scope, scopeOf, type TemplateFunctions, type TemplateValues } from './template/evaluate.ts'
import { formatValue, isTruthy } from './template/format-value.ts'
import { type ParsedTemplate, type ParseOptions, parseTemplate } from './template/parse-template.ts'
import { type TemplateSource, templateError } from './template/template-source.ts'

/** A template that can be rendered any number of times. */
export interface CompiledTemplate {
  /** The text for these values. Pure: files and context come as values and functions, if at all. @throws CodexError `command.template` */
  render(values: TemplateValues, functions?: TemplateFunctions): string
}

/**
 * Compiles a template of docs/template-grammar.md. Errors cite `file` from `firstLine` on. Import this module when a
 * template is needed: it loads Handlebars.
 * @throws CodexError `command.template` with location
 */
export function compileTemplate(
  template: string,
  file: string,
  firstLine: number,
  options: ParseOptions = {},
): CompiledTemplate {
  const source: TemplateSource = { text: template, file, firstLine }
  const parsed = parseTemplate(source, options)
  if (parsed.slots.length === 0 && !parsed.text.includes('{{')) return { render: () => template }
  const nul = template.indexOf('\0')
  if (nul >= 0) throw templateError(source, nul, 'A template cannot hold the character NUL')
  const handlebars = createHandlebars(parsed)
  const renderProgram = handlebars.compile(handlebars.parse(parsed.text), {
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

/** What goes along with the rendering, and is replaced inside of `each` and `with`. */
interface Frame {
  readonly scope: Scope
  readonly evaluation: { readonly source: TemplateSource; readonly functions: TemplateFunctions }
}

/** The helpers that the rewritten text calls; each takes the number of a slot. */
function createHandlebars({ slots }: ParsedTemplate): typeof Handlebars {
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
