import type { ProgramSpecs } from './program-spec.ts'

/**
 * Shells, whose text is read (bash(1), fish(1)). With `-c` the first operand is the text: `shellText` in unwrap-shell.ts. A file is what who allows the
 * shell with it means.
 */
export const shells: ProgramSpecs = {
  'sh bash dash zsh ksh mksh ash rbash csh tcsh': {
    operands: ['script'],
    unlisted: 'plain',
    options: {
      plain:
        '-o= +o= -O= +O= -s -i -l -r -v -x -e -u -c +c +x +e +u --login --norc --noprofile --posix --restricted --noediting --verbose',
      ...{ code: '--rcfile= --init-file=', inert: '--version --help' },
    },
  },
  fish: {
    operands: ['script'],
    options: {
      plain: '-i --interactive -l --login -N --no-config -n --no-execute -P --private -d= --debug= -f= --features=',
      ...{ shell: '-c= --command= -C= --init-command=', inert: '-v --version -h --help' },
    },
  },
  'source .': { operands: ['script'] },
}
