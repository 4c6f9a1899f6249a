import type { ProgramSpec, ProgramSpecs } from './program-spec.ts'
import { changing } from './taking-command.ts'

const inPlace = 'runs a program in its own place'

/** `X run CMD`, `X exec -- CMD`: the command stands behind the options of the subcommand. */
const running: ProgramSpec = {
  operands: ['command'],
  options: { shell: '--command=' },
  ...{ unlisted: 'unknown', effect: inPlace },
}
/** A word stands before it, which may be left out: a version, a profile. */
const runningIn: ProgramSpec = { ...running, operands: ['maybe', 'command'] }
/** What stands before the command has no one form. */
const runningAnywhere: ProgramSpec = { anywhere: inPlace }
const project: ProgramSpec = { style: 'whole', opaque: true, options: { inert: '--version -V' } }

/** Programs that run a command with tools, variables or secrets of their own: of versions, of virtual environments, of vaults. */
export const environments: ProgramSpecs = {
  'poetry pipenv pdm rye pixi bundle rtx volta pyenv rbenv nodenv goenv jenv phpenv plenv asdf devbox dotenvx doppler infisical teller op heroku railway hatch':
    { ...project, subcommands: { 'run exec x local:run': running } },
  'mise uv': {
    ...project,
    options: { inert: '--version -V', plain: '-C= --cd= --directory= --project=' },
    subcommands: { 'run exec x tool': runningAnywhere },
  },
  uvx: { ...project, ...running },
  pipx: { ...project, subcommands: { run: running } },
  'nvm fnm n aws-vault chamber berglas pew': { ...project, subcommands: { 'run exec in as': runningIn } },
  'conda mamba micromamba': {
    ...project,
    subcommands: {
      run: {
        ...running,
        options: {
          plain:
            '-n= --name= -p= --prefix= -v --verbose --dev --debug-wrapper-scripts --cwd= --no-capture-output --live-stream',
        },
      },
    },
  },
  direnv: { ...project, subcommands: { exec: { ...running, operands: ['text', 'command'] } } },
  // Several programs have this name: of Python `dotenv run CMD`, of Ruby and Node `dotenv -e FILE CMD`.
  'dotenv dotenv-cli dotenv-flow env-cmd cross-env cross-env-shell summon': {
    ...changing('-e= -f= --file= -p= -v= -c=? -o --override -i --ignore'),
    assigns: true,
    subcommands: { run: running },
  },
  sops: { ...project, subcommands: { 'exec-env exec-file': runningAnywhere } },
  'nix nix-shell': {
    ...project,
    options: { shell: '--run= --command=' },
    subcommands: {
      'develop shell run': { operands: ['text'], options: { command: '-c --command' }, effect: inPlace, given: true },
    },
  },
  'guix devenv': { ...project, subcommands: { 'shell environment time-machine': runningAnywhere } },
  'opam stack cabal dune composer tox meson netlify firebase lerna nx lefthook symfony': {
    ...project,
    subcommands: { 'exec devenv dev:exec emulators:exec run': runningAnywhere },
  },
  // Tasks of a build that hand on a command.
  'cargo mix': { ...project, subcommands: { 'watch cmd do': runningAnywhere, run: { ...project, given: true } } },
  'esy rustup': { ...project, subcommands: { 'run x': runningIn } },
  flatpak: { ...project, subcommands: { run: runningAnywhere } },
  vagrant: {
    ...project,
    subcommands: { ssh: { options: { shell: '-c= --command=' }, effect: 'runs commands elsewhere' } },
  },
  // ip-netns(8), ip-vrf(8)
  ip: {
    options: { plain: '-n= -netns= -all -a' },
    subcommands: { 'netns vrf': { subcommands: { exec: runningIn } } },
  },
  cmake: {
    ...project,
    options: { inert: '--version -V', plain: '-E' },
    subcommands: {
      'env time': { ...running, assigns: true },
      chdir: { ...running, operands: ['text', 'command'] },
    },
  },
  just: { ...project, options: { inert: '--version -V', command: '-c --command' } },
  'npx bunx pnpx': {
    ...{ operands: ['command'], effect: inPlace },
    options: { plain: '-y --yes --no -q --quiet -p= --package= --ignore-existing', shell: '-c= --call=' },
  },
  'npm pnpm yarn': {
    ...project,
    subcommands: {
      'exec x dlx': {
        ...{ operands: ['command'], effect: inPlace },
        options: { plain: '-y --yes -p= --package= -w= --workspace= --workspaces', shell: '-c= --call=' },
      },
      'workspace workspaces': runningAnywhere,
      'init create explore node': { ...project, given: true },
    },
  },
  'bun deno': { ...project, given: true, subcommands: { 'exec x': runningAnywhere, run: running } },
}
