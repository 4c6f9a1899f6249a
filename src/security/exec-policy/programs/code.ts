import type { ProgramSpec, ProgramSpecs } from './program-spec.ts'

const code: ProgramSpec = { style: 'whole', opaque: true, options: { inert: '--version -V' } }
const runsCommand: ProgramSpec = { operands: ['command'], effect: 'runs a program in its own place' }

/** Programs that run code which cannot be read here, or a command in a place of their own. */
export const codeRunners: ProgramSpecs = {
  'python python2 python3 pypy pypy3 perl ruby php node nodejs deno bun lua luajit tclsh wish Rscript julia ocaml guile racket osascript pwsh powershell nu elixir iex erl swift ghci runghc scala groovy kotlin jshell bc dc ed ex vi vim nvim view emacs nano gdb lldb m4 sqlite3 psql mysql java':
    code,
  'awk gawk mawk nawk': { ...code, effect: 'runs a program of its own' },
  'make gmake bmake': { opaque: true, options: { code: '--eval=', inert: '--version' } },
  'ninja meson cmake ctest scons bazel buck just task rake invoke tox nox pytest mvn mvnw gradle gradlew ant sbt lein cargo rustup go dotnet msbuild xcodebuild swiftc stack cabal mix rebar3 dune esy composer phpunit jest vitest mocha ava playwright cypress tsx ts-node turbo nx lerna vite webpack rollup gulp grunt ansible ansible-playbook terraform tofu pulumi vagrant packer helm skaffold act pre-commit husky lint-staged pip pip3 pipx easy_install gem bundler apt apt-get aptitude dpkg rpm yum dnf zypper pacman apk brew port snap flatpak conda mamba':
    code,
  'npx bunx pnpx': {
    ...runsCommand,
    options: { plain: '-y --yes --no -q --quiet -p= --package= --ignore-existing', shell: '-c= --call=' },
  },
  'npm pnpm yarn': {
    ...code,
    options: { plain: '-s --silent --prefix= -w= --workspace= --workspaces -g --global -C= --dir= --filter= -r' },
    subcommands: {
      'exec x dlx': {
        ...runsCommand,
        options: { plain: '-y --yes -p= --package= -w= --workspace= --workspaces', shell: '-c= --call=' },
      },
    },
  },
  'uv poetry pipenv pdm hatch rye pixi bundle mise rtx asdf direnv nvm fnm volta pyenv rbenv conda-run devbox dotenv doppler op':
    {
      ...code,
      subcommands: {
        'run exec x': { ...runsCommand, unlisted: 'unknown' },
      },
    },
  'nix nix-shell': {
    ...code,
    options: { shell: '--run= --command=' },
    subcommands: {
      'develop shell run': {
        operands: ['text'],
        options: { command: '-c --command' },
        effect: 'runs a program in its own place',
      },
    },
  },
  'ssh mosh': { effect: 'runs commands elsewhere' },
  'docker podman nerdctl kubectl oc lxc incus': { effect: 'runs commands elsewhere' },
  'tmux screen dtach abduco zellij': { effect: 'runs commands in a terminal of its own' },
  socat: { effect: 'can run programs' },
  'ncat netcat': { options: { shell: '-e= --exec= -c= --sh-exec=' }, effect: 'can run programs' },
  openssl: { effect: 'can load code' },
}
