import { redactedMark } from '../../security/redact.ts'
import { createSecretFinder } from '../../security/secrets/find-secrets.ts'
import { createPlaceNames } from '../../thread/recording/place-names.ts'
import { readItem } from '../../thread/thread-record.ts'
import { sealedText, withoutSealedArguments } from '../../tools/sealed-arguments.ts'

/** Of a text, so many characters stay: its head, and half as much of its end. */
const maxTextLength = 3000

export interface CleanerDeps {
  /** Takes known credentials and tokens out. */
  redact(text: string): string
  readonly workspaceRoot: string
  readonly codexHome: string
  readonly homeDir: string
  /** Where the program is installed. */
  readonly packageRoot: string
  /** As the system calls the person. */
  readonly userName: string
}

/** Takes out of texts what is nobody's business, and counts. */
export interface ReportCleaner {
  text(text: string): string
  /** The texts of JSON, long ones cut in their middle. */
  value(value: unknown): unknown
  readonly removed: { readonly secrets: number; readonly longTexts: number }
}

/**
 * Takes out credentials that are known, tokens, what is assigned to a secret-looking name, and the names of the person's
 * directories. More than elsewhere is taken for a secret: nobody works on with this text.
 */
export function createReportCleaner(deps: CleanerDeps): ReportCleaner {
  const findSecrets = createSecretFinder()
  const { toNames } = createPlaceNames({
    workspace: deps.workspaceRoot,
    codex_home: deps.codexHome,
    home: deps.homeDir,
    installation: deps.packageRoot,
    // Short names and those of services are words of other texts.
    user: deps.userName.length > 3 && deps.userName !== 'root' ? deps.userName : '',
  })
  let secrets = 0
  let longTexts = 0
  const clean = (text: string): string => {
    const known = deps.redact(text)
    let cleaned = ''
    let done = 0
    for (const { start, end } of findSecrets(known, { bareValues: true, doubtful: true })) {
      cleaned += `${known.slice(done, start)}${redactedMark}`
      done = end
    }
    cleaned += known.slice(done)
    secrets += countOf(cleaned) - countOf(text)
    return toNames(cleaned)
  }
  const shortened = (text: string): string => {
    if (text.length <= maxTextLength) return text
    longTexts += 1
    const [head, tail] = [Math.round((maxTextLength * 2) / 3), Math.round(maxTextLength / 3)]
    return `${text.slice(0, head)} […${text.length - head - tail} characters left out…] ${text.slice(-tail)}`
  }
  const value = (given: unknown, key = ''): unknown => {
    if (typeof given === 'string') return key === 'encrypted_content' ? sealedText : shortened(clean(given))
    if (Array.isArray(given)) return given.map((each) => value(each))
    if (typeof given !== 'object' || given === null) return given
    return Object.fromEntries(Object.entries(openCall(given)).map(([name, inner]) => [clean(name), value(inner, name)]))
  }
  return {
    text: clean,
    value,
    get removed() {
      return { secrets, longTexts }
    },
  }
}

/** A call without what its provider has sealed of it; anything else as it is. */
function openCall(given: object): object {
  const item = 'type' in given && given.type === 'function_call' ? readItem(given) : undefined
  return item?.type === 'function_call' && item.sealed ? withoutSealedArguments(item) : given
}

function countOf(text: string): number {
  return text.split(redactedMark).length - 1
}
