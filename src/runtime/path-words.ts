/** Words of a prompt that are looked up as paths; a longer prompt is text, not a list of files. */
const maxWords = 200

/** Scripts that write words without blanks between them, or endings at them. */
export const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u

/** The words of a prompt that could be paths, without what a sentence puts around them, and without a line behind them (`a.js:12`). */
export function pathWords(prompt: string): readonly string[] {
  return prompt
    .split(/\s+/)
    .slice(0, maxWords)
    .flatMap((word) => {
      const bare = bareWord(bareWord(word))
      return unspaced.test(bare) ? [bare, ...(bare.match(/[\w./~+-]*[\w/]/g) ?? [])] : [bare]
    })
}

function bareWord(word: string): string {
  return word
    .replace(/^["'`(<[«“”‘„‚「『《（¿¡]+/, '')
    .replace(/["'`)>\],;:!?»“”‘’」』》）。，、！？；：،؟؛।…]+$/, '')
    .replace(/(?<=[^.])\.$/, '')
    .replace(/(?<=\w):\d+(?:[:-]\d+)?$/, '')
}
