import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathWords, unspaced } from './path-words.ts'

/** Words of a prompt that name nothing there. */
export interface MissingPaths {
  /** They can only be paths: a folder and a file with the ending of code or data, or a file with the ending of code. */
  readonly certain: readonly string[]
  /** They may be paths: what stands before the first `/` is a folder. */
  readonly likely: readonly string[]
}

/** A longer prompt is a text with things in it, such as a stack trace. */
const maxWords = 80

/** Which words of a prompt are paths that are not there. Other things that look alike are none: `and/or`, addresses, branches, globs, Node.js. */
export async function missingPaths(prompt: string, cwd: string): Promise<MissingPaths> {
  const all = pathWords(prompt.replace(/(?<=^|\s)--\w+[= ]\S+/g, ''))
  const words = [...new Set(all)]
  if (all.length > maxWords || prompt.includes('```')) return { certain: [], likely: [] }
  const certain: string[] = []
  const likely: string[] = []
  for (const word of words) {
    // What such a word holds stands beside it.
    const kind =
      !unspaced.test(word) && isPlain(word) && !(await isThere(resolve(cwd, word)))
        ? await kindOf(word, cwd)
        : undefined
    if (kind === 'certain') certain.push(word)
    if (kind === 'likely') likely.push(word)
  }
  return { certain, likely }
}

/** No option, address, glob, variable, range of commits or name of a package. */
const isPlain = (word: string): boolean =>
  /^(?![-~])[^:@#*?{}$<>|=\\"'`&%^]+$/.test(word) && !/[^./]\.\.|\.\.\./.test(word)

async function kindOf(word: string, cwd: string): Promise<keyof MissingPaths | undefined> {
  const ending = /[^./]\.(\w+)$/.exec(word)?.[1]?.toLowerCase() ?? ''
  if (!word.includes('/')) return codeEndings.has(ending) && !isProduct(word) ? 'certain' : undefined
  const [first = '', second = ''] = word.split('/')
  // The root of the machine, or of a server.
  if (first === '') return (await isThere(join('/', second))) && word.split('/').length > 2 ? 'certain' : undefined
  if (first === '.' || first === '..') return 'certain'
  const isFolder = await isThere(resolve(cwd, first))
  // `github.com/a/b.go`, `Node.js/Vue.js`
  if (!isFolder && /^[\w-]+(?:\.[\w-]+)+$/.test(first)) return undefined
  if (codeEndings.has(ending) || dataEndings.has(ending)) return 'certain'
  return isFolder ? 'likely' : undefined
}

const codeEndings = new Set(
  'js jsx mjs cjs ts tsx mts cts py pyw go java kt rb rs php cs c cc cpp h hpp swift scala sh bash vue svelte html css sql ipynb'.split(
    ' ',
  ),
)
const dataEndings = new Set('json yml yaml toml xml md txt csv env lock cfg ini conf tf proto graphql'.split(' '))
/** Libraries that are called like files. */
const products = new Set(
  'node next nuxt vue react express d3 three ember backbone angular chart moment p5 alpine discord require knockout handlebars pixi phaser jquery lodash underscore tensorflow polymer solid nest koa hapi meteor ext dojo mustache leaflet video'.split(
    ' ',
  ),
)

const isProduct = (word: string): boolean => {
  const [, name = ''] = /^([\w-]+)\.js$/i.exec(word) ?? []
  return name !== '' && (products.has(name.toLowerCase()) || /^[A-Z]/.test(name))
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
