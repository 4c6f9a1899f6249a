import type { ProgramSpecs } from './program-spec.ts'
import { changing } from './taking-command.ts'

/**
 * Programs that start a command under watch, as someone else, in a terminal, in the background or on many machines. From the manual page of each; what
 * is written before the command is either one option that the spec knows, or makes every rest of the line a command.
 */
export const launchers: ProgramSpecs = {
  'ssh-agent': changing('-c -D -d -k -s -q -T -a= -E= -O= -P= -t='),
  // The command stands first.
  'chronic ifne zrun pseudo fakechroot proot with-contenv dumb-init catatonit heaptrack uftrace coz dbus-launch systemd-cat ttyd gotty':
    changing(''),
  'tsocks socksify graftcp rlfe prime-run optirun primusrun gamemoderun mangohud vblank box64 box86 wine wine64 winpty cygstart installwatch checkinstall soapbox bear intercept-build compiledb scan-build ccache sccache distcc icecc nyc c8 0x bashcov':
    changing(''),
  'mpirun mpiexec orterun srun salloc aprun jsrun nq cage xinit startx gksu gksudo kdesu kdesudo sux please super rootlesskit pasta dtruss truss ktrace operf ocount ncu debuild with-lock-ex':
    changing(''),
  'trickle rlwrap cpulimit uclampset coresched softlimit pgrphack minijail0 nsjail landrun aa-exec sandbox-exec schroot dchroot cgrun systemd-cgexec daemonize krenew k5start kstart gpg-agent tini docker-init retry sshpass arch xcrun':
    changing(''),
  // A word stands before it: a user, a directory, a file, a time.
  'gosu su-exec s6-setuidgid s6-envdir s6-setlock envdir setlock lckdo logsave arch-chroot kcov faketime datefudge jexec gdbserver ch-run':
    changing('', ['text', 'command']),
  'qemu-x86_64 qemu-aarch64 qemu-arm qemu-i386 qemu-x86_64-static qemu-aarch64-static qemu-arm-static qemu-i386-static':
    changing(''),
  'ts tsp task-spooler': { operands: ['maybe', 'text'] },
  'pee mispipe': { options: { plain: '--ignore-sigpipe --ignore-write-errors' }, anywhere: 'runs each of its words' },
  'xterm uxterm rxvt urxvt st konsole alacritty kitty foot wezterm gnome-terminal xfce4-terminal mate-terminal terminator tilix x-terminal-emulator i3-msg swaymsg xdotool byobu tmate dtach abduco':
    { anywhere: 'runs commands in a window or a terminal of its own' },
  'parallel sem env_parallel rush su runuser sg pkexec run0 at batch crontab systemd-run systemd-nspawn start-stop-daemon daemon machinectl launchctl expect':
    { anywhere: 'runs commands elsewhere, later or as someone else' },
  'pueue mprocs concurrently npm-run-all run-s run-p supervisorctl pm2 forever foreman forego honcho overmind hivemind':
    {
      anywhere: 'runs commands beside each other or later',
    },
  'perf rr trace-cmd gprofng vtune nsys likwid-pin likwid-perfctr py-spy austin memray clinic leaks sc_usage': {
    anywhere: 'runs a program under watch',
  },
  'watchexec viddy hwatch nodemon onchange chokidar reflex when-changed watchman-make cargo-watch': {
    anywhere: 'runs commands when files change',
  },
  'xvfb-run xvfb-run-safe start-server-and-test wait-for wait-for-it wait-for-it.sh dockerize sbatch run-parts execlineb build-wrapper build-wrapper-linux-x86-64 cov-build vault-env envconsul pbuilder cowbuilder mock':
    { anywhere: 'runs commands at a time or in a place of its own' },
  'asciinema termtosvg ttyrec scriptlive terminal-notifier': { anywhere: 'runs a command in a terminal of its own' },
  'pssh parallel-ssh pdsh clush dsh autossh et rsh multipass limactl lima colima wsl crictl ctr runc crun buildah pct apptainer singularity udocker enroot shifter toolbox toolbx distrobox distrobox-enter flatpak-spawn ansible':
    { elsewhere: true },
}
