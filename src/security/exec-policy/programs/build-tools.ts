import type { ProgramSpec, ProgramSpecs } from './program-spec.ts'

const tasks: ProgramSpec = { opaque: true, tasks: 'whole' }

/** Programs whose operands are tasks of their own, in any order. From make(1), ninja --help, and the sites of the others. */
export const buildTools: ProgramSpecs = {
  'make gmake': {
    ...tasks,
    options: {
      plain:
        '-C= --directory= -f= --file= --makefile= -I= --include-dir= -j=? --jobs=? -l=? --load-average=? --max-load=? -o= --old-file= --assume-old= -O=? --output-sync=? -W= --what-if= --new-file= --assume-new= --debug=? -b -m -B --always-make -d -e --environment-overrides -i --ignore-errors -k --keep-going -L --check-symlink-times -n --just-print --dry-run --recon -p --print-data-base -q --question -r --no-builtin-rules -R --no-builtin-variables -s --silent --quiet --no-silent -S --no-keep-going --stop -t --touch --trace -w --print-directory --no-print-directory --warn-undefined-variables --jobserver-auth= --jobserver-style= --shuffle=?',
      ...{ code: '--eval= -E=', inert: '--version' },
    },
  },
  ninja: {
    ...tasks,
    options: { plain: '-C= -f= -j= -k= -l= -t= -w= -d= -n -v --verbose --quiet', inert: '--version' },
  },
  just: {
    ...tasks,
    tasks: 'parts',
    options: {
      plain:
        '-f= --justfile= -d= --working-directory= --shell= --shell-arg= --dotenv-path= -E= --dotenv-filename= --color= --command-color= --list-heading= --list-prefix= --cygpath= --chooser= --dump-format= --timestamp-format= --tempdir= -n --dry-run -q --quiet -v --verbose -u --unsorted --yes --unstable -g --global-justfile',
      ...{ command: '-c --command', inert: '--version -V' },
    },
  },
  rake: {
    ...tasks,
    tasks: 'parts',
    options: {
      plain:
        '-f= --rakefile= -I= --libdir= -j=? --jobs=? -R= --rakelibdir= --rakelib= -r= --require= --backtrace=? --trace=? --suppress-backtrace= -C= --directory= -m --multitask -n --dry-run -N --nosearch -q --quiet -s --silent -t -v --verbose -G -g -X -B',
      ...{ code: '-e= --execute= -E= --execute-continue= -p= --execute-print=', inert: '-V --version' },
    },
  },
  'gradle gradlew': {
    ...tasks,
    tasks: 'parts',
    shortens: 'parts',
    options: {
      plain:
        '-p= --project-dir= -b= --build-file= -c= --settings-file= -I= --init-script= -g= --gradle-user-home= -x= --exclude-task= --include-build= -F= --dependency-verification= -M= --write-verification-metadata= --max-workers= --console= --warning-mode= --project-cache-dir= --priority= -D= -P= --system-prop= --project-prop= --tests= -a --no-rebuild -S --full-stacktrace -s --stacktrace -i --info -d --debug -q --quiet -w --warn -m --dry-run -t --continuous -u --daemon --no-daemon --parallel --no-parallel --offline --rerun-tasks --refresh-dependencies --scan --build-cache --no-build-cache --configuration-cache --continue',
      inert: '-v --version',
    },
  },
  'mvn mvnw': {
    ...tasks,
    tasks: 'parts',
    options: {
      plain:
        '-f= --file= -pl= --projects= -rf= --resume-from= -s= --settings= -gs= --global-settings= -t= --toolchains= -gt= --global-toolchains= -P= --activate-profiles= -D= --define= -l= --log-file= -T= --threads= -b= --builder= -emp= --encrypt-master-password= -ep= --encrypt-password= --color= -q --quiet -X --debug -e --errors -o --offline -U --update-snapshots -B --batch-mode -am --also-make -amd --also-make-dependents -N --non-recursive -fae --fail-at-end -ff --fail-fast -fn --fail-never -ntp --no-transfer-progress -C -c -V --show-version',
      inert: '-v --version',
    },
    style: 'whole',
  },
  turbo: { ...tasks, tasks: 'parts', style: 'whole', implied: 'run' },
  bmake: { ...tasks, style: 'whole' },
  'task scons ant invoke inv doit mage jake gulp grunt sbt lein bazel buck nx lerna rebar3 waf mix': {
    ...tasks,
    tasks: 'parts',
    style: 'whole',
    options: { inert: '--version -V' },
  },
}
