import type { ProgramSpec, ProgramSpecs } from './program-spec.ts'

/** Runs the code of a project: its next words say which part. */
const project: ProgramSpec = { style: 'whole', opaque: true, options: { inert: '--version -V' } }
/** Runs what it is given, in a language of its own. */
const code: ProgramSpec = { ...project, given: true }
const go: ProgramSpec = { ...project, options: { shell: '-exec= -toolexec= -vettool=' } }
/** The command and its words stand behind `--args`; before it may stand a program, to be started by a text. */
const debuggers: ProgramSpec = {
  ...code,
  operands: ['maybe', 'text'],
  options: { inert: '--version -V', command: '--args -args --' },
}

/** Programs that run code which cannot be read here, or a command in a place of their own. */
export const codeRunners: ProgramSpecs = {
  'python python2 python3 pypy pypy3 perl ruby irb ipython php node nodejs tsx ts-node lua luajit tclsh wish Rscript julia ocaml guile racket osascript pwsh powershell nu elixir iex erl swift ghci runghc scala groovy kotlin jshell bc dc ed ex vi vim nvim view emacs emacsclient kak nano m4 sqlite3 duckdb psql mysql mariadb lftp gnuplot octave R ghc java':
    code,
  'awk gawk mawk nawk stap bpftrace dtrace': { ...code, effect: 'runs a program of its own' },
  'gdb lldb': debuggers,
  // Of a compiler: programs that it starts in place of its own, and code that it loads.
  'gcc g++ cc c++ clang clang++ cpp gfortran gccgo gdc gnat rustc': {
    style: 'whole',
    opaque: true,
    options: {
      code: '-wrapper= -B= -specs= -fplugin= -Xclang= -load=',
      writes: '-o=',
      inert: '--version -dumpversion -dumpmachine',
    },
  },
  go: { ...go, subcommands: { 'run generate tool': { ...go, given: true } } },
  'bazel bazelisk': { ...project, options: { shell: '--run_under=' } },
  // Programs that start another one where an option says so.
  'ag ack': { opaque: true, options: { shell: '--pager= --filter=' } },
  'fzf sk': { opaque: true, options: { shell: '--preview=', code: '--bind=' } },
  tcpdump: { opaque: true, options: { shell: '-z=', writes: '-w=' } },
  svn: { opaque: true, options: { shell: '--editor-cmd= --diff-cmd= --diff3-cmd= --merge-cmd=' } },
  pandoc: {
    opaque: true,
    options: { shell: '-F= --filter= --pdf-engine=', code: '-L= --lua-filter=', writes: '-o= --output=' },
  },
  'ninja ctest scons buck task rake invoke nox pytest mvn mvnw gradle gradlew ant sbt lein dotnet msbuild xcodebuild swiftc rebar3 phpunit jest vitest mocha ava playwright cypress turbo vite webpack rollup gulp grunt ansible-playbook terraform tofu pulumi packer helm skaffold act pre-commit husky lint-staged pip pip3 easy_install gem bundler apt apt-get aptitude dpkg rpm yum dnf zypper pacman apk brew port snap':
    project,
  'ssh mosh lxc incus tmux screen zellij': { elsewhere: true },
  socat: { effect: 'can run programs' },
  'nc ncat netcat': { options: { shell: '-e= --exec= -c= --sh-exec=' }, effect: 'can run programs' },
  openssl: { effect: 'can load code' },
}
