/** What the platform has by now, or what does the same with less; by package, from the documentation of Node and of the packages. */
const lighterWays: Readonly<Record<string, string>> = {
  moment: 'Its authors advise against it for new code; Intl.DateTimeFormat, or a library of single functions',
  'moment-timezone': 'Intl.DateTimeFormat knows the time zones',
  lodash: 'Import single functions (lodash/merge), or use the methods of Array and Object',
  underscore: 'Use the methods of Array and Object',
  request: 'It is no longer maintained; fetch is built in',
  'request-promise': 'It is no longer maintained; fetch is built in',
  'node-fetch': 'fetch is built in',
  'cross-fetch': 'fetch is built in',
  axios: 'fetch is built in; keep it where its interceptors are used',
  got: 'fetch is built in; keep it where its retries are used',
  bluebird: 'Promises are built in',
  q: 'Promises are built in',
  async: 'async and await, Promise.all',
  rimraf: 'fs.rm with recursive',
  mkdirp: 'fs.mkdir with recursive',
  glob: 'fs.glob, from Node 22',
  chalk: 'util.styleText, from Node 20',
  colors: 'util.styleText, from Node 20',
  dotenv: 'node --env-file, from Node 20',
  uuid: 'crypto.randomUUID for version 4',
  'aws-sdk': 'Version 2 is no longer maintained and is one package; version 3 has one for each service',
  'core-js': 'Only what the oldest supported browser lacks',
  'left-pad': 'String.padStart',
  'is-promise': 'One line of code',
  jquery: 'querySelector and fetch',
  minimist: 'util.parseArgs',
  'object-assign': 'Object.assign',
  'string.prototype.trim': 'String.trim',
}
/** What builds and checks a program is not part of it. */
const buildTools =
  /^(?:typescript|ts-node|tsx|webpack(?:-.*)?|vite|rollup|esbuild|babel-.*|@babel\/(?!runtime).*|eslint(?:-.*)?|prettier|jest|vitest|mocha|chai|nodemon|@types\/.*|faker|@faker-js\/faker|husky|lint-staged)$/

/** A lighter way to what a dependency does; empty where none is known. */
export function adviceOn(name: string): string {
  if (Object.hasOwn(lighterWays, name)) return lighterWays[name] ?? ''
  return buildTools.test(name)
    ? 'It builds or checks the program: devDependencies is its place, unless the program runs it'
    : ''
}
