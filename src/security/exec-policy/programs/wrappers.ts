import type { ProgramSpecs } from './program-spec.ts'
import { changing, help, wrapper } from './taking-command.ts'

/** Programs that run the command behind their options. From the manual pages of coreutils, findutils, util-linux, procps, sudo and bash. */
export const wrappers: ProgramSpecs = {
  env: {
    operands: ['command'],
    ...{ assigns: true, transparent: true, unlisted: 'unknown' },
    options: {
      plain:
        '-i --ignore-environment -0 --null -v --debug -u= --unset= --block-signal=? --default-signal=? --ignore-signal=? --list-signal-handling -a= --argv0=',
      ...{ shell: '-S= --split-string=', moves: '-C= --chdir=', inert: help },
    },
  },
  'ld.so': wrapper(
    '--library-path= --preload= --argv0= --inhibit-rpath= --audit= --inhibit-cache --glibc-hwcaps-prepend= --glibc-hwcaps-mask=',
  ),
  nice: wrapper('-n= --adjustment= -0 -1 -2 -3 -4 -5 -6 -7 -8 -9'),
  ionice: wrapper('-c= --class= -n= --classdata= -t --ignore -p= --pid= -P= --pgid= -u= --uid='),
  'nohup builtin busybox toybox eatmydata libeatmydata fakeroot fakeroot-sysv fakeroot-tcp catchsegv unbuffer dbus-run-session proxychains proxychains4 torsocks torify':
    wrapper('-q -f= -p --config-file= --dbus-daemon='),
  setsid: wrapper('-c --ctty -f --fork -w --wait'),
  stdbuf: wrapper('-i= --input= -o= --output= -e= --error='),
  time: wrapper('-p --portability -v --verbose -a --append -q --quiet -f= --format=', ['command'], {
    writes: '-o= --output=',
  }),
  timeout: wrapper('-v --verbose --foreground --preserve-status -p -f -s= --signal= -k= --kill-after=', [
    'text',
    'command',
  ]),
  command: wrapper('-p', ['command'], { inert: '-v -V' }),
  eval: wrapper('', ['shell']),
  exec: wrapper('-c -l -a='),
  // Of zsh, whose text is read too.
  'noglob nocorrect': wrapper(''),
  repeat: wrapper('', ['text', 'command']),
  xargs: {
    ...wrapper(
      '-0 --null -r --no-run-if-empty -t --verbose -p --interactive -x --exit -o --open-tty -n= --max-args= -P= --max-procs= -L= --max-lines=? -l=? -I= -i=? --replace=? -s= --max-chars= -d= --delimiter= -E= -e=? --eof=? --process-slot-var= --show-limits',
      ['command'],
      { reads: '-a= --arg-file=' },
    ),
    appends: true,
  },
  watch: wrapper(
    '-b --beep -c --color -C --no-color -d=? --differences=? -e --errexit -g --chgexit -n= --interval= -p --precise -q= --equexit= -r --no-rerun -t --no-title -w --no-wrap -x --exec',
    ['shell'],
  ),
  hyperfine: wrapper(
    '-w= --warmup= -m= --min-runs= -M= --max-runs= -r= --runs= -i --ignore-failure -N --style= -u= --time-unit=',
    ['shell'],
    { shell: '-p= --prepare= -s= --setup= -c= --cleanup= --conclude= -S= --shell=' },
  ),
  taskset: wrapper('-a --all-tasks -p --pid -c --cpu-list', ['text', 'command']),
  chrt: wrapper(
    '-a --all-tasks -b --batch -d --deadline -f --fifo -i --idle -o --other -r --rr -R --reset-on-fork -v --verbose -m --max -T= --sched-runtime= -P= --sched-period= -D= --sched-deadline= -p --pid',
    ['maybe', 'command'],
  ),
  prlimit: wrapper(
    '-c=? --core=? -d=? --data=? -e=? --nice=? -f=? --fsize=? -i=? --sigpending=? -l=? --memlock=? -m=? --rss=? -n=? --nofile=? -q=? --msgqueue=? -r=? --rtprio=? -s=? --stack=? -t=? --cpu=? -u=? --nproc=? -v=? --as=? -x=? --locks=? -y=? --rttime=? --noheadings --raw --verbose -o= --output= -p= --pid=',
  ),
  choom: wrapper('-n= --adjust= -p= --pid='),
  setarch: wrapper(
    '-v --verbose -R --addr-no-randomize -F --fdpic-funcptrs -Z --mmap-page-zero -L --addr-compat-layout -X --read-implies-exec -B --32bit -I --short-inode -S --whole-seconds -T --sticky-timeouts -3 --3gb --4gb --uname-2.6 --list',
    ['maybe', 'command'],
  ),
  'linux32 linux64 i386 i486 i586 i686 x86_64 uname26': wrapper(
    '-v --verbose -R --addr-no-randomize -F -Z -L -X -B --32bit -I -S -T -3 --3gb --4gb --uname-2.6',
  ),
  numactl: wrapper(
    '-i= --interleave= -m= --membind= -N= --cpunodebind= -C= --physcpubind= -l --localalloc -p= --preferred= -b --balancing -H --hardware -s --show',
  ),
  setpriv: changing(
    '--clear-groups --keep-groups --init-groups --no-new-privs --nnp --reset-env --groups= --inh-caps= --ambient-caps= --bounding-set= --ruid= --euid= --rgid= --egid= --reuid= --regid= --securebits= --pdeathsig= --selinux-label= --apparmor-profile=',
  ),
  capsh: changing('--drop= --caps= --print', ['text']),
  runcon: changing('-c --compute -t= --type= -u= --user= -r= --role= -l= --range=', ['maybe', 'command']),
  chpst: changing('-u= -U= -e= -n= -l= -L= -m= -d= -o= -p= -f= -c= -v -P -0 -1 -2'),
  'setuidgid envuidgid': changing('', ['text', 'command']),
  'cgexec systemd-inhibit': changing('-g= --sticky --what= --who= --why= --mode='),
  caffeinate: wrapper('-d -i -m -s -u -t= -w='),
  firejail: changing(
    '--quiet --noprofile --net=? --private=? --profile=? --whitelist=? --blacklist=? --read-only=? --noroot',
  ),
  bwrap: changing(
    '--unshare-all --unshare-user --unshare-ipc --unshare-pid --unshare-net --unshare-uts --unshare-cgroup --share-net --die-with-parent --new-session --as-pid-1 --clearenv --proc= --dev= --tmpfs= --dir= --chdir= --uid= --gid= --hostname= --args= --unsetenv= --seccomp= --cap-add= --cap-drop=',
  ),
  sudo: {
    ...changing(
      '-n --non-interactive -E --preserve-env=? -H --set-home -k --reset-timestamp -K --remove-timestamp -S --stdin -b --background -P --preserve-groups -A --askpass -i --login -s --shell -u= --user= -g= --group= -p= --prompt= -C= --close-from= -h= --host= -r= --role= -t= --type= -U= --other-user= -T= --command-timeout= -B --bell -N --no-update',
    ),
    assigns: true,
  },
  doas: changing('-n -L -s -u= -C='),
  chroot: changing('--groups= --userspec= --skip-chdir', ['text', 'command']),
  unshare: {
    ...changing(
      '-i --ipc=? -m --mount=? -n --net=? -p --pid=? -u --uts=? -U --user=? -C --cgroup=? -T --time=? -f --fork --kill-child=? --mount-proc=? -r --map-root-user -c --map-current-user --map-auto --map-users= --map-groups= --map-user= --map-group= --propagation= --setgroups= --keep-caps --root= -R= --wd= -w= --setuid= -S= --setgid= -G= --monotonic= --boottime=',
    ),
  },
  nsenter: changing(
    '-a --all -t= --target= -m=? --mount=? -u=? --uts=? -i=? --ipc=? -n=? --net=? -p=? --pid=? -C=? --cgroup=? -U=? --user=? -T=? --time=? -S= --setuid= -G= --setgid= --preserve-credentials --keep-caps -r=? --root=? -w=? --wd=? -W= --wdns= -F --no-fork -Z --follow-context -e --env',
  ),
  'strace ltrace': changing(
    '-f -F -q -v -x -y -C -c -T -t -r -i -k -n -D -w -z -Z -e= -s= -p= -a= -P= -S= -u= -E= -I= -b= -O= -l= -A= -L',
    ['command'],
    { writes: '-o=' },
  ),
  valgrind: {
    ...changing(
      '-q --quiet -v --verbose --tool= --leak-check= --error-exitcode= --track-origins= --suppressions= --num-callers=',
    ),
    unlisted: 'plain',
  },
  flock: wrapper(
    '-e -x --exclusive -F --no-fork -n --nonblock --nb -o --close -s --shared -u --unlock -w= --timeout= -E= --conflict-exit-code= --verbose',
    ['writes', 'command'],
    { shell: '-c= --command=' },
  ),
  script: {
    options: {
      plain:
        '-a --append -e --return -f --flush --force -q --quiet -E= --echo= -m= --logging-format= -o= --output-limit=',
      shell: '-c= --command=',
      writes: '-I= --log-in= -O= --log-out= -B= --log-io= -T= --log-timing= -t=? --timing=?',
    },
    ...{ operands: ['writes', 'command'], unlisted: 'unknown' },
  },
  entr: { anywhere: 'runs commands when files change' },
}
