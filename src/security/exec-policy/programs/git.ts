import type { ProgramSpec, ProgramSpecs } from './program-spec.ts'

/** git(1), OPTIONS. The first operand is the subcommand. */
export const gitOptions: ProgramSpec = {
  operands: ['command'],
  options: {
    plain:
      '-P --no-pager --no-optional-locks --literal-pathspecs --glob-pathspecs --noglob-pathspecs --icase-pathspecs --no-replace-objects --no-lazy-fetch --no-advice -h --help -v --version --html-path --man-path --info-path',
    ...{ moves: '-C=', code: '-c= --config-env= -p --paginate --exec-path=?' },
    effect: '--git-dir= --work-tree= --namespace= --super-prefix= --attr-source= --bare --list-cmds=',
  },
}

const log: ProgramSpec = {
  options: {
    plain:
      '-n= --max-count= --since= --until= --author= --grep= --format= --pretty=? -S= -G= -L= --diff-filter= -U= --unified= --color=? --word-diff=? -M -C -p -u -s -z --stat=? --no-ext-diff --no-textconv --decorate=? --date= --abbrev=? -O=',
    ...{ code: '--ext-diff --textconv --show-signature', writes: '--output=' },
  },
}
const fetching: ProgramSpec = {
  options: {
    plain: '-o= --server-option= --depth= -j= --jobs= -s= --strategy= -X= --strategy-option= --rebase=?',
    shell: '--upload-pack=',
  },
}
const outside: ProgramSpec = { effect: 'starts other programs', given: true }

/** Subcommands that run programs, write files or are often named in rules. From the manual page of each. */
export const gitCommands: ProgramSpecs = {
  'log diff show whatchanged reflog range-diff diff-tree diff-index diff-files stash': log,
  blame: {
    options: {
      plain: '-L= -S= --since= --contents= -w -C -M -e -s -l -t -p --date= --abbrev= --ignore-rev= --ignore-revs-file=',
      code: '--textconv',
    },
  },
  'cat-file': { options: { plain: '-t -s -e -p --batch=? --batch-check=? --path=', code: '--textconv --filters' } },
  grep: {
    options: {
      plain:
        '-e= -A= -B= -C= -m= --max-count= --max-depth= --threads= --color=? -n -i -v -w -E -F -P -G -l -L -c -h -H -o -q -z -W -p -r -a -I',
      ...{ shell: '-O=? --open-files-in-pager=?', code: '--ext-grep --textconv', reads: '-f=' },
    },
  },
  rebase: {
    given: true,
    options: {
      plain:
        '-i --interactive --onto= -s= --strategy= -X= --strategy-option= -C= --whitespace= --empty= -S=? --gpg-sign=? -r --rebase-merges=? --root -f -m -v -q',
      ...{ shell: '-x= --exec=', code: '--edit-todo' },
    },
  },
  bisect: {
    given: true,
    subcommands: { run: { operands: ['command'], effect: 'runs a command' }, 'visualize view': outside },
  },
  submodule: {
    given: true,
    options: { plain: '--quiet -q --cached' },
    subcommands: {
      foreach: { operands: ['shell'], options: { plain: '--recursive --quiet -q' }, effect: 'runs a command' },
      add: { options: { plain: '-b= -f --force --name= --reference= --depth=' } },
    },
  },
  'for-each-repo': {
    operands: ['text'],
    options: { plain: '--config= --keep-going --no-keep-going' },
    effect: 'runs git elsewhere',
  },
  subtree: {
    options: {
      plain:
        '-P= --prefix= -m= --message= -b= --branch= --onto= --annotate= -S=? --gpg-sign=? -q --quiet -d --debug --squash --no-squash --rejoin --no-rejoin --ignore-joins',
    },
    effect: 'runs git',
  },
  'filter-branch': {
    given: true,
    options: {
      shell:
        '--tree-filter= --index-filter= --msg-filter= --env-filter= --commit-filter= --parent-filter= --tag-name-filter= --setup=',
      plain: '-d= --subdirectory-filter= --original= -f --force --prune-empty --state-branch=',
    },
  },
  difftool: {
    given: true,
    options: { shell: '-x= --extcmd=', code: '-t= --tool= -g --gui', plain: '-y --no-prompt -d --dir-diff' },
    effect: 'starts another program',
  },
  'mergetool gui citool gitk instaweb daemon send-email imap-send svn p4 cvsimport cvsserver cvsexportcommit hook maintenance web--browse request-pull http-backend shell sh-setup credential':
    outside,
  clone: {
    options: {
      plain:
        '-b= --branch= -o= --origin= --depth= -j= --jobs= --reference= --filter= --shallow-since= --server-option= --bundle-uri= -n -q -v -l -s --recurse-submodules=? --separate-git-dir=',
      ...{ shell: '-u= --upload-pack=', code: '--template=' },
    },
  },
  init: {
    options: {
      plain: '-q --quiet --bare -b= --initial-branch= --object-format= --shared=?',
      code: '--template=',
      effect: '--separate-git-dir=',
    },
  },
  'fetch pull ls-remote fetch-pack': fetching,
  'push send-pack': {
    options: {
      plain:
        '-o= --push-option= --repo= --recurse-submodules= -f --force -d --delete -n --dry-run -u --set-upstream -q -v',
      shell: '--receive-pack= --exec=',
    },
    same: '-f --force|-d --delete|-n --dry-run|-u --set-upstream',
  },
  archive: {
    options: { plain: '--format= --prefix= --remote= --add-file=', shell: '--exec=', writes: '-o= --output=' },
  },
  bundle: {
    options: { plain: '-q --all' },
    subcommands: { create: { operands: ['writes', 'text'], options: { plain: '--version= -q' } } },
  },
  'format-patch': {
    options: {
      plain: '-n -k -s -v= --start-number= --subject-prefix= --stdout --to= --cc= --base=?',
      writes: '-o= --output-directory= --output=',
    },
  },
  config: {
    given: true,
    options: {
      plain:
        '--global --system --local --worktree --add --replace-all --append --all --type= --bool --int --bool-or-int --path --expiry-date -z --null --includes --no-includes --fixed-value --comment= --value= --default= --show-origin --show-scope --name-only',
      ...{
        inert: '--get --get-all --get-regexp --get-urlmatch --get-color --get-colorbool -l --list --unset --unset-all',
        code: '-e --edit',
      },
      effect: '-f= --file= --blob= --rename-section --remove-section',
    },
  },
  commit: {
    options: {
      plain:
        '-m= --message= -F= --file= -C= --reuse-message= -c= --reedit-message= --author= --date= -t= --template= --fixup= --squash= --cleanup= -S=? --gpg-sign=? -u=? --trailer= -a --all --amend -n --no-verify -p -s -v -q',
    },
    same: '-n --no-verify|-a --all',
  },
  tag: {
    options: {
      plain:
        '-m= --message= -F= --file= -u= --local-user= -n=? --sort= --format= --contains=? -a -s -d --delete -f --force -l --list',
    },
    same: '-d --delete|-f --force',
  },
  branch: {
    options: {
      plain:
        '-u= --set-upstream-to= --sort= --format= --contains=? -d --delete -D -m --move -M -c -C -f --force -a -r -v -l',
      code: '--edit-description',
    },
    same: '-d --delete|-f --force',
  },
  'checkout switch restore': {
    options: {
      plain:
        '-b= -B= -c= -C= --orphan= -s= --source= --conflict= -f --force -t -p -q -m --discard-changes -S -W --staged --worktree',
    },
    same: '-f --force --discard-changes',
  },
  reset: { options: { plain: '--hard --soft --mixed --merge --keep -q -p -N' } },
  clean: {
    options: { plain: '-f --force -d -x -X -n --dry-run -i -q -e= --exclude=' },
    same: '-f --force|-n --dry-run',
  },
  worktree: { options: { plain: '-b= -B= --reason= --expire= -f --force' } },
  remote: { options: { plain: '-v -t= -m= --mirror=? -f' } },
}

/** git as rules name it: with what its subcommands are called besides. */
export const gitProgram: ProgramSpec = {
  ...gitOptions,
  subcommands: gitCommands,
  triesWith: { 'push clean': '-n --dry-run' },
  leading: 'for-each-repo',
  synonyms: 'push, send-pack, http-push, subtree push, lfs push, svn dcommit | branch -D, branch -d -f',
}

/** All other subcommands that git itself has (git help -a). A name that is not there is an alias, or a program `git-NAME`. */
const otherGitCommands =
  'add am apply annotate backfill bugreport check-attr check-ignore check-mailmap check-ref-format checkout-index cherry cherry-pick column commit-graph commit-tree count-objects credential-cache credential-store describe diagnose diff-pairs fast-export fast-import fmt-merge-msg for-each-ref fsck gc get-tar-commit-id hash-object help index-pack interpret-trailers last-modified ls-files ls-tree mailinfo mailsplit merge merge-base merge-file merge-index merge-one-file merge-tree mktag mktree multi-pack-index mv name-rev notes pack-objects pack-redundant pack-refs patch-id prune prune-packed read-tree refs replace repack replay rerere rev-list rev-parse revert rm show-branch show-index show-ref sparse-checkout stage status stripspace symbolic-ref unpack-file unpack-objects update-index update-ref update-server-info upload-archive upload-pack receive-pack var verify-commit verify-pack verify-tag version write-tree scalar lfs flow filter-repo'

/**
 * Keys of git-config(1) whose value git runs, or that say where it takes programs and configuration from. Lower case; what stands between the first
 * and the last dot is anyone's.
 */
export function isGitCodeKey(key: string): boolean {
  return codeKeys.test(key.toLowerCase())
}

const codeKeys =
  /^(?:alias\..*|core\.(?:fsmonitor|pager|editor|sshcommand|hookspath|askpass|gitproxy|alternaterefscommand|worktree|attributesfile)|sequence\.editor|pager\..*|diff\.external|diff\..*\.(?:command|textconv)|(?:difftool|mergetool|browser|man)\..*|merge\..*\.driver|filter\..*|credential\..*|gpg\.(?:.*\.)?program|gpg\.ssh\.defaultkeycommand|interactive\.difffilter|remote\..*\.(?:uploadpack|receivepack|vcs)|uploadpack\..*hook|trailer\..*\.(?:command|cmd)|sendemail\..*|submodule\..*\.update|tar\..*\.command|include(?:if)?\..*|init\.templatedir|url\..*|protocol\..*|web\.browser|help\.browser|instaweb\..*|hook\..*|receive\.procreceiverefs|imap\.tunnel|guitool\..*|transfer\.bundleuri|maintenance\..*|extensions\..*|http\..*)$/

/** A subcommand that git itself has; such a name cannot be an alias (git-config(1), `alias.*`). */
export function isGitCommand(name: string): boolean {
  return gitCommandNames().includes(name)
}

export function gitCommandNames(): readonly string[] {
  return [...Object.keys(gitCommands), otherGitCommands].flatMap((names) => names.split(' '))
}
