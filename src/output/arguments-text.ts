import { terminalLine } from '../plugin-api/terminal-text.ts'

const maxValueLength = 60
const maxLength = 120

/** The arguments of a call in short, on one line: `pattern=TODO path=src`. Empty where there are none. */
export function argumentsText(given: unknown): string {
  const words =
    typeof given === 'object' && given !== null && !Array.isArray(given)
      ? Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${valueText(value)}`]))
      : given === undefined || given === null
        ? []
        : [valueText(given)]
  return cut(terminalLine(words.join(' ')), maxLength)
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' && /^[^\s"]+$/.test(value) ? value : (JSON.stringify(value) ?? '')
  return cut(text, maxValueLength)
}

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text)
