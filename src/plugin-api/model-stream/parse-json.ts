/** The value of a JSON text; undefined where it is none, as the page of a proxy is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
