/** Directories and ids that differ from machine to machine and from run to run, by the names that recordings have for them. */
export type Places = Readonly<Record<string, string>>

/** Takes real places to their names in recordings, and back. */
export interface PlaceNames {
  /** `/home/me/shop/src` is `<<workspace>>/src`. */
  toNames(text: string): string
  /** The other way round. */
  toPlaces(text: string): string
}

/** The longest place counts where one lies in another; a name of one letter or the root directory is no place. */
export function createPlaceNames(places: Places): PlaceNames {
  const known = Object.entries(places).filter(([, place]) => place.length > 1)
  const nameOf = new Map(known.toReversed().map(([name, place]) => [place, `<<${name}>>`]))
  const placeOf = new Map(known.map(([name, place]) => [`<<${name}>>`, place]))
  const byLength = [...nameOf.keys()].sort((a, b) => b.length - a.length)
  // A place ends where its last name ends: /tmp/a is not in /tmp/ab, /tmp/a-b or /tmp/a.b.
  const anyPlace = new RegExp(`(?<![\\w.-])(?:${byLength.map(escaped).join('|')})(?![\\w-]|\\.\\w)`, 'g')
  const anyName = new RegExp([...placeOf.keys()].map(escaped).join('|'), 'g')
  if (known.length === 0) return { toNames: (text) => text, toPlaces: (text) => text }
  return {
    toNames: (text) => text.replace(anyPlace, (place) => nameOf.get(place) ?? place),
    toPlaces: (text) => text.replace(anyName, (name) => placeOf.get(name) ?? name),
  }
}

/** Plain data with all its texts changed, and with `changeKey` the names of its fields. */
export function mapTexts(
  value: unknown,
  change: (text: string) => string,
  changeKey: (key: string) => string = (key) => key,
): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change, changeKey))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [changeKey(key), mapTexts(inner, change, changeKey)]),
  )
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
